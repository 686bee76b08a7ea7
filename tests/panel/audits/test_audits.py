"""双随机: pages of audit samples, who may sample, audit and read, and the automatic monthly sample."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from anguan.core import clock
from anguan.models import Account, Audit, AuditSample, ChangeRequest, Outbox
from anguan.services.review import audits
from anguan.worker.context import JobContext
from anguan.worker.daily import enqueue_daily
from anguan.worker.loop import drain
from tests.support.factories import open_scenario
from tests.support.panel_client import Office, export, open_office, read_csv


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """SQLite only: tests.services.review tests the sampling on both databases."""
    with open_scenario("sqlite") as scenario, open_office(scenario, tmp_path) as opened:
        yield opened


def decided(office: Office) -> ChangeRequest:
    """One request, approved by REVIEWER1."""
    return office.scenario.decide(office.scenario.filed("profile_change"), "approve")


def test_a_sample_from_the_form_to_the_result_and_the_file(office: Office) -> None:
    request = decided(office)
    number, today = request.number, str(clock.today())
    senior = office.enter("senior_reviewer")
    assert str(clock.today() - timedelta(days=29)) in senior.get("/panel/audit-samples/new").text
    wrong = senior.post("/panel/audit-samples/new", first="昨天", last=today, per_mille="0")
    assert wrong.status_code == 400
    assert "昨天" in wrong.text
    assert "1 到 1000" in wrong.text
    assert (
        senior.post("/panel/audit-samples/new", first=today, last="2999-01-01", per_mille="50").status_code
        == 400
    )
    drawn = senior.post("/panel/audit-samples/new", first=today, last=today, per_mille="1000")
    assert "抽取 1 件" in senior.get(drawn.location).text
    (row,) = office.clients.all(Audit)
    looker = office.scenario.session.get_one(Account, row.account_id).login
    page = f"/panel/audits/{row.id}"

    browser = office.enter(looker)
    assert number in browser.get("/panel/audits/").text
    shown = browser.get(page).text
    assert "一致" in shown
    assert "viewer__document" in shown
    assert "data-deciding" not in shown
    empty = browser.post(f"{page}/conclude", outcome="disagreed", opinion=" ")
    assert empty.status_code == 400
    assert "写明哪里不一致" in empty.text
    assert "checked" in empty.text
    browser.post(f"{page}/conclude", outcome="disagreed", opinion="社保单位不符")
    assert browser.post(f"{page}/conclude", outcome="agreed").status_code == 302
    assert "社保单位不符" in browser.get(page).text
    (kept,) = office.clients.all(Audit)
    assert kept.outcome == "disagreed"

    auditor = office.enter("auditor")
    assert "不一致" in auditor.get("/panel/audit-samples/").text
    assert "社保单位不符" in auditor.get(page).text
    assert f'action="{page}/conclude"' not in auditor.page
    assert number in read_csv(export(auditor, "audit"))
    assert "1000‰" in read_csv(export(auditor, "audit_sample"))


def test_who_may_sample_audit_and_read(office: Office) -> None:
    request = decided(office)
    today = clock.today()
    drawn = audits.draw_sample(office.scenario.session, office.scenario.senior, today, today, 1000)
    row, looker = drawn.audits[0].id, drawn.audits[0].account.login
    number = request.number
    admin = office.enter("administrator")
    assert number in admin.get("/panel/audits/").text
    assert admin.get(f"/panel/audits/{row}").status_code == 403
    assert admin.post(f"/panel/audits/{row}/conclude", outcome="agreed").status_code == 403
    assert admin.get("/panel/audit-samples/new").status_code == 200
    others = [one for one in ("REVIEWER1", "REVIEWER2", "CLERK", "REGIONAL") if one != looker]
    for login in others[:2]:
        browser = office.enter(login)
        assert number not in browser.get("/panel/audits/").text
        assert browser.get(f"/panel/audits/{row}").status_code == 404
        assert browser.post(f"/panel/audits/{row}/conclude", outcome="agreed").status_code == 404
        assert browser.get("/panel/audit-samples/").status_code == 403
        assert browser.get("/panel/audit-samples/new").status_code == 403
    assert office.enter("auditor").get("/panel/audit-samples/new").status_code == 403
    assert office.enter("exam_officer").get("/panel/audits/").status_code == 403
    assert office.clients.all(Audit)[0].outcome is None


def test_the_monthly_sample_is_taken_once_by_the_outbox(office: Office) -> None:
    decided(office)
    tools = JobContext(office.scenario.storage, "http://127.0.0.1:5000")
    following = (clock.today().replace(day=1) + timedelta(days=32)).replace(day=1)
    for day in (following, following + timedelta(days=1)):
        with clock.frozen_at(day):
            enqueue_daily(office.scenario.session)
            drain(office.scenario.session, tools)
    keys = [row.key for row in office.clients.all(Outbox) if row.kind == "draw_audits"]
    assert keys == [f"draw_audits:{following:%Y-%m}"]
    (drawn,) = office.clients.all(AuditSample)
    assert (drawn.actor_name, drawn.decided) == ("系统", 1)
    assert drawn.last_day == following - timedelta(days=1)
    assert isinstance(drawn.first_day, date)
