"""A rule that raises: logged with its code, shown as 无法判断, counted by the doctor; it decides nothing."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from anguan.core import clock
from anguan.core.check_result import CheckResult, Rule, passes
from anguan.matters import catalog
from anguan.matters.profile_change import MATTER as PROFILE
from anguan.models import Event
from anguan.services.review.review_view import dossier_of, load_review
from anguan.services.rule_failures import VERB
from anguan.worker import doctor
from tests.support.client import AppClients
from tests.support.factories import Scenario


class Switch:
    """A rule body that raises while it is on."""

    on = True

    def __call__(self, _dossier: object) -> CheckResult:
        if self.on:
            raise ZeroDivisionError("no hours")
        return passes("学时足够")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Switch:
    """The only matter of the catalogue has one more rule, which raises."""
    switch = Switch()
    rule = Rule("test.hours", "学时合格", switch)
    matter = replace(PROFILE, rules=(*PROFILE.rules, rule))
    monkeypatch.setattr(catalog, "CATALOG", (matter,))
    return switch


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    opened = AppClients(scenario, tmp_path)
    opened.app.extensions["anguan_storage"] = scenario.storage
    yield opened
    opened.close()


def failures(scenario: Scenario) -> list[tuple[str, str]]:
    """The recorded failures: the rule and the text for staff."""
    scenario.session.rollback()
    rows = scenario.session.execute(
        select(Event.after, Event.sentence).where(Event.verb == VERB).order_by(Event.id)
    )
    return [(code, sentence) for code, sentence in rows]


def test_it_is_logged_with_its_code_and_traceback(
    scenario: Scenario, broken: Switch, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "anguan.rules"):
        request = scenario.filed(PROFILE)
    assert {record.getMessage() for record in caplog.records} == {"rule test.hours raised an exception"}
    assert all(record.exc_info and record.exc_info[0] is ZeroDivisionError for record in caplog.records)
    found = next(one for one in load_review(scenario.session, request).findings if one.rule == "test.hours")
    assert (found.outcome, found.failed, found.title) == ("unknown", True, "学时合格")
    assert found.sentence == "学时合格：无法判断，请人工核对"


def test_submission_and_decision_record_it_once_for_each_request(scenario: Scenario, broken: Switch) -> None:
    first = scenario.filed(PROFILE)
    assert failures(scenario) == [
        ("test.hours", "学时合格：无法判断，请人工核对。检查程序出错（ZeroDivisionError）")
    ]
    scenario.approve(first)
    assert first.state == "approved"
    assert len(failures(scenario)) == 1
    broken.on = False
    second = scenario.filed(PROFILE, scenario.stranger)
    assert len(failures(scenario)) == 1
    broken.on = True
    scenario.decide(second, "reject", opinion="不符")
    assert len(failures(scenario)) == 2


def test_the_doctor_counts_requests_and_forgets_after_a_week(scenario: Scenario, broken: Switch) -> None:
    assert doctor._check_rules(scenario.session).level == "ok"
    for account in (scenario.holder, scenario.stranger):
        scenario.approve(scenario.filed(PROFILE, account))
    found = doctor._check_rules(scenario.session)
    assert found.level == "bad"
    assert "test.hours 2 件" in found.sentence
    with clock.frozen_at(clock.now() + timedelta(days=8)):
        assert doctor._check_rules(scenario.session).level == "ok"


def test_the_page_says_it_and_reading_writes_nothing(clients: AppClients, broken: Switch) -> None:
    scenario = clients.scenario
    broken.on = False
    request = scenario.filed(PROFILE)
    broken.on = True
    reviewer = clients.browser("192.0.2.6")
    reviewer.log_in(clients.give_password(scenario.account("REVIEWER1")))
    page = reviewer.get(f"/panel/requests/{request.id}")
    assert page.status_code == 200
    words = re.sub(r"<[^>]+>", "", page.text)
    assert "学时合格：无法判断，请人工核对" in words
    assert "无法判断 1" in words
    assert failures(scenario) == []


def test_an_error_of_the_database_is_no_check_result(scenario: Scenario, broken: Switch) -> None:
    """PostgreSQL rejects everything more in that transaction: going on would only fail elsewhere."""
    request = scenario.filed(PROFILE)
    before = len(failures(scenario))

    def ask(dossier: object) -> CheckResult:
        dossier.session.execute(text("SELECT hours FROM no_such_table"))  # type: ignore[attr-defined]
        return passes("")

    with pytest.raises(DBAPIError):
        Rule("test.sql", "查不到的表", ask)(dossier_of(scenario.session, request))
    scenario.session.rollback()
    assert scenario.session.scalar(select(func.count(Event.id)).where(Event.verb == VERB)) == before
