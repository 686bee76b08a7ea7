"""Events are shown to their audience only, on every page that shows events."""

import pytest
from sqlalchemy import select

from anguan.infra.events import LOG_READERS, Actor, is_readable_by, record_event
from anguan.infra.transaction import transaction
from anguan.models import STAFF, ChangeRequest, Event, Person
from anguan.web.access import access_table
from tests.repository.test_repository import ROOT, text_of, tracked
from tests.support.client import OFFICE, SECRET
from tests.support.panel_client import Office

AUDIENCES = {"holder": "甲给本人看", "office": "乙给办公室看", "audit": "丙只给审计看"}
PAGES = (
    "panel/requests/{request}",
    "panel/requests/{request}/compare",
    "panel/people/details/?id={person}",
    "panel/certificates/details/?id={certificate}",
    "panel/accounts/details/?id={account}",
    "panel/events/",
    "panel/",
    "my/requests/{request}",
    "my/certificates/{certificate}",
)
READS_EVENTS = {
    "anguan/infra/events.py",
    "anguan/panel/event_log.py",
}
"""Modules that select whole events; all others call `read_events`."""


def seen_by(office: Office, role: str, ids: dict[str, int]) -> dict[str, set[str]]:
    """The audiences whose events each page shows to this role."""
    if role == "applicant":
        browser = office.clients.browser()
        browser.log_in(office.clients.give_password(office.scenario.holder), SECRET)
    else:
        browser = office.enter(role)
    shown = {}
    for page in PAGES:
        answer = browser.get(f"/{page.format(**ids)}")
        if answer.status_code == 200:
            shown[page] = {audience for audience, words in AUDIENCES.items() if words in answer.text}
    return shown


@pytest.mark.parametrize("role", ["applicant", *sorted(STAFF)])
def test_every_page_filters_by_audience(office: Office, role: str) -> None:
    scenario = office.scenario
    filed = scenario.filed("certificate_change")
    ids = {"request": filed.id, "person": filed.person_id or 0, "certificate": filed.certificate_id or 0}
    ids["account"] = scenario.holder.id
    with transaction(scenario.session) as session:
        for audience, words in AUDIENCES.items():
            record_event(
                session, "note", words, OFFICE, request=session.get_one(ChangeRequest, ids["request"]),
                person=session.get_one(Person, ids["person"]), visible_to=audience,
            )  # fmt: skip
    allowed = {"holder"} if role == "applicant" else {"holder", "office"}
    if role in LOG_READERS:
        allowed = {"holder", "office", "audit"}
    shown = seen_by(office, role, ids)
    assert {page: found - allowed for page, found in shown.items() if found - allowed} == {}
    if role != "exam_officer":
        assert set().union(*shown.values()) == allowed


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_the_log_opens_for_its_readers_only(office: Office) -> None:
    known = access_table(office.clients.app)
    assert known["panel_event.index_view"] == LOG_READERS
    office.scenario.session.rollback()
    reader = office.scenario.account("REVIEWER1")
    kept = office.scenario.session.scalars(select(Event.visible_to).where(*is_readable_by(reader)).distinct())
    assert "audit" not in set(kept)


def test_events_are_selected_in_one_place() -> None:
    found = {str(path.relative_to(ROOT)) for path in tracked(".py") if "select(Event)" in text_of(path)}
    assert {path for path in found if path.startswith("anguan/")} - READS_EVENTS == set()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_each_reader_is_told_what_an_effect_means_for_them(office: Office) -> None:
    scenario = office.scenario
    filed = scenario.filed("certificate_change")
    scenario.policy("undo_seconds", "0")
    scenario.decide(filed, "return", remarks={"field:certificate.position": "职位请与任命书一致"})
    with transaction(scenario.session) as session:
        record_event(
            session, "lapse_certificate", "旧版写下的", Actor(None, "系统时钟"),
            request=session.get_one(ChangeRequest, filed.id),
        )  # fmt: skip
    effect = "证书变更退回补正"
    for page in (f"/panel/requests/{filed.id}", "/panel/events/", "/panel/"):
        seen = office.enter("auditor").get(page).text
        assert f"{effect}，已生效，已通知申请人" in seen, page
        assert "系统时钟" not in seen
    holder = office.clients.browser()
    holder.log_in(office.clients.give_password(scenario.holder), SECRET)
    told = holder.get(f"/my/requests/{filed.id}").text
    assert effect in told
    assert "已通知申请人" not in told
