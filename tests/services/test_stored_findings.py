"""Stored findings: judged after every change that rules read, and on each new day."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.matters.catalog import CATALOG
from anguan.models import (
    Account,
    Certificate,
    ChangeRequest,
    Constructor,
    Employment,
    Enterprise,
    Insurance,
    Person,
    Training,
)
from anguan.models.trigger_sets import SETS
from anguan.services import stored_findings
from anguan.services.requests import filing
from anguan.services.review import decisions
from anguan.services.review.review_view import dossier_of, run_checks
from anguan.services.stored_findings import (
    CheckCounts,
    mark_submitted,
    refresh_findings,
)
from tests.services.findings import hours, live, marked, stored
from tests.support.factories import Scenario
from tests.support.sample_files.portraits import draw_portrait, jpeg
from tests.support.statements import counted


def test_a_submission_is_judged_soon_and_again_whenever_it_comes_back(scenario: Scenario) -> None:
    scenario.policy("undo_seconds", "60")
    request = scenario.filed("certificate_renewal")
    assert stored(scenario, request) is None
    assert refresh_findings(scenario.session) == 1
    assert stored(scenario, request) == live(scenario, request)
    assert scenario.session.get_one(ChangeRequest, request.id).judged_at is not None
    assert marked(scenario) == []
    scenario.decide(request, "approve")
    assert marked(scenario) == []
    decisions.undo(scenario.session, scenario.reviewer, request.id)
    assert stored(scenario, request) is None
    assert marked(scenario) == [request.id]
    filing.withdraw(scenario.session, scenario.holder, request.id)
    assert refresh_findings(scenario.session) == 1
    assert stored(scenario, request) is None, "only what is submitted is judged"


CHANGES: dict[str, Callable[[Scenario], Any]] = {
    "training": hours,
    "no training": lambda s: delete(Training).where(Training.person_id == s.holder.person_id),
    "insurance": lambda s: delete(Insurance).where(Insurance.person_id == s.holder.person_id),
    "constructor": lambda s: insert(Constructor).values(
        person_id=s.holder.person_id,
        enterprise_id=s.firm(1).id,
        number="滇159000777",
        valid_until=clock.today(),
    ),
    "employment": lambda s: (
        update(Employment)
        .where(Employment.person_id == s.holder.person_id)
        .values(enterprise_id=s.firm(1).id)
    ),
    "person": lambda s: update(Person).where(Person.id == s.holder.person_id).values(gender=""),
    "certificate": lambda s: (
        update(Certificate).where(Certificate.person_id == s.holder.person_id).values(status="revoked")
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_register_is_followed_however_it_was_written(scenario: Scenario, change: str) -> None:
    request = scenario.filed("certificate_renewal")
    other = scenario.filed("profile_change", scenario.stranger)
    refresh_findings(scenario.session)
    with transaction(scenario.session):
        scenario.session.execute(CHANGES[change](scenario))
    assert marked(scenario) == [request.id], "and nobody else's"
    refresh_findings(scenario.session)
    assert stored(scenario, request) == live(scenario, request)
    assert stored(scenario, other) == live(scenario, other)


def test_another_name_of_an_enterprise_marks_the_requests_of_its_people(scenario: Scenario) -> None:
    request = scenario.filed("certificate_renewal")
    refresh_findings(scenario.session)

    def rename(firm: int) -> None:
        with transaction(scenario.session) as session:
            session.get_one(Enterprise, scenario.firm(firm).id).name = "云南示例改名水利有限公司"

    rename(1)
    assert marked(scenario) == [], "nobody works there"
    rename(0)
    assert marked(scenario) == [request.id]


def test_who_takes_the_number_or_photo_that_is_asked_for_changes_the_findings(scenario: Scenario) -> None:
    request = scenario.filed("identity_change")
    asked = {item.path: item.after for item in request.items}
    number = asked["person.document_number"]
    refresh_findings(scenario.session)
    before = stored(scenario, request)
    with transaction(scenario.session):
        scenario.session.execute(
            insert(Person).values(name="王示例", document_type="resident", document_number=number)
        )
    assert marked(scenario) == [request.id]
    refresh_findings(scenario.session)
    after = stored(scenario, request)
    assert after == live(scenario, request)
    assert before is not None
    assert after is not None
    assert after.failed_checks == before.failed_checks + 1


def test_the_same_photo_of_another_person_puts_both_requests_in_doubt(scenario: Scenario) -> None:
    data = jpeg(draw_portrait(seed=3))

    def file_with_photo(account: Account) -> ChangeRequest:
        request = scenario.begin("certificate_change", account)
        scenario.fill(request, account)
        scenario.attach(request, "certificate.photo", account, data)
        return scenario.submit(request, account)

    first = file_with_photo(scenario.holder)
    refresh_findings(scenario.session)
    before = stored(scenario, first)
    second = file_with_photo(scenario.stranger)
    assert marked(scenario) == [first.id, second.id]
    refresh_findings(scenario.session)
    assert before != stored(scenario, first) == live(scenario, first)
    assert stored(scenario, second) == live(scenario, second)


def test_everything_that_rules_read_is_watched(scenario: Scenario) -> None:
    """Settings are fixed with the submission; documents and changes only change with a new round."""
    fixed = {"attachment", "stored_file", "photo", "draft_value", "account", "certificate_kind"}
    fixed |= {"settings_stamp", "setting_version", "policy_value", "dictionary_entry", "calendar_day"}
    watched = {trigger.table for trigger in SETS["stale_findings"]}
    read: set[str] = set()
    for matter in CATALOG:
        if matter.filed_by == "office":
            continue
        id = scenario.filed(matter.code, scenario.stranger).id
        scenario.session.rollback()
        scenario.session.expire_all()
        with counted(scenario.engine) as statements:
            run_checks(dossier_of(scenario.session, scenario.session.get_one(ChangeRequest, id)))
        read |= set(re.findall(r'(?:FROM|JOIN) "?(\w+)', " ".join(statements)))
        scenario.session.rollback()
        filing.withdraw(scenario.session, scenario.stranger, id)
    assert {"training", "insurance", "person"} <= read
    assert read - watched - fixed == set()


def test_a_new_day_is_judged_once_for_each_waiting_request(scenario: Scenario) -> None:
    request = scenario.filed("certificate_renewal")
    draft = scenario.begin("profile_change", scenario.stranger)
    refresh_findings(scenario.session)
    with clock.frozen_at(clock.now() + timedelta(days=900)):
        with transaction(scenario.session):
            mark_submitted(scenario.session)
        assert marked(scenario) == [request.id] != [draft.id]
        refresh_findings(scenario.session)
        assert stored(scenario, request) == live(scenario, request)


def test_one_that_cannot_be_judged_is_a_doubt_and_holds_up_nobody(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = scenario.filed("certificate_renewal")
    other = scenario.filed("profile_change", scenario.stranger)

    def fail(session: Any, request: ChangeRequest) -> Any:
        if request.id == broken.id:
            raise LookupError("no such matter")
        return dossier_of(session, request)

    monkeypatch.setattr(stored_findings, "dossier_of", fail)
    assert refresh_findings(scenario.session) == 2
    assert stored(scenario, broken) == CheckCounts(0, 1, 0)
    assert stored(scenario, other) == live(scenario, other)
