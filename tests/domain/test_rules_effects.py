"""Consequences of approval: logins, sessions, employers, numbers, editions; on both databases."""

import json
from datetime import timedelta

from sqlalchemy import select

from anguan.core import clock
from anguan.domain.certificates import differing
from anguan.domain.editions import latest_edition
from anguan.infra.transaction import transaction
from anguan.models import (
    Account,
    Certificate,
    ChangeItem,
    Edition,
    Employment,
    LoginSession,
    Outbox,
    Person,
)
from tests.support.factories import Scenario
from tests.support.rules import write

NAME, TITLE = "岑·禾宁", "高级工程师"


def log_in(scenario: Scenario, account: Account, token: str) -> int:
    """A client that is logged in."""
    now = clock.now()
    with transaction(scenario.session):
        row = LoginSession(
            account_id=account.id,
            token_hash=token * 64,
            stage="full",
            network="",
            browser="",
            started_at=now,
            seen_at=now,
            until=now + timedelta(hours=8),
        )
        scenario.session.add(row)
    return row.id


def both(scenario: Scenario) -> tuple[Certificate, Certificate]:
    """The B and the C certificate of the holder, in their current state."""
    scenario.session.expire_all()
    return scenario.certificate(kind="B"), scenario.certificate(kind="C")


def editions(scenario: Scenario, certificate: Certificate) -> list[Edition]:
    """The editions of a certificate, oldest first."""
    rows = select(Edition).where(Edition.certificate_id == certificate.id).order_by(Edition.version)
    return list(scenario.session.scalars(rows))


def change_identity(scenario: Scenario) -> str:
    """An approved change of name and number; gives the new number."""
    request = scenario.filed("identity_change", **{"person.name": NAME})
    scenario.decide(request, "approve")
    assert request.state == "approved"
    return next(item.after or "" for item in request.items if item.path == "person.document_number")


def test_the_login_follows_the_number_and_every_session_ends(scenario: Scenario) -> None:
    sessions = [log_in(scenario, scenario.holder, "a"), log_in(scenario, scenario.holder, "b")]
    other = log_in(scenario, scenario.stranger, "c")
    number = change_identity(scenario)
    scenario.session.expire_all()
    assert (scenario.holder.login, scenario.holder.name) == (number, NAME)
    assert all(scenario.session.get_one(LoginSession, row).ended_at for row in sessions)
    assert scenario.session.get_one(LoginSession, other).ended_at is None


def test_a_session_stays_when_the_number_stays(scenario: Scenario) -> None:
    session, login = log_in(scenario, scenario.holder, "a"), scenario.holder.login
    request = scenario.filed("profile_change")
    scenario.decide(request, "approve")
    scenario.session.expire_all()
    assert scenario.session.get_one(LoginSession, session).ended_at is None
    assert scenario.holder.login == login


def test_every_live_certificate_follows_the_person_with_a_new_edition(scenario: Scenario) -> None:
    number = change_identity(scenario)
    for certificate in both(scenario):
        assert (certificate.holder_name, certificate.document_number) == (NAME, number)
        assert differing(certificate, scenario.holder.person) == []
        (edition,) = editions(scenario, certificate)
        facts = json.loads(edition.facts)
        assert (facts["holder_name"], facts["document_number"]) == (NAME, number)
        assert edition.job.state == "waiting"
        key = f"draw_edition:{edition.id}"
        assert scenario.session.scalars(select(Outbox).where(Outbox.key == key)).one().done_at is None


def test_a_dead_certificate_is_left_as_it_was(scenario: Scenario) -> None:
    write(scenario, scenario.certificate(kind="C"), status="cancelled")
    change_identity(scenario)
    living, dead = both(scenario)
    assert living.holder_name == NAME
    assert dead.holder_name == "岑禾安"
    assert editions(scenario, dead) == []


def test_with_one_filing_off_only_the_person_changes(scenario: Scenario) -> None:
    scenario.policy("one_filing", "off")
    number = change_identity(scenario)
    person = scenario.session.get_one(Person, scenario.holder.person_id)
    assert (person.name, person.document_number) == (NAME, number)
    for certificate in both(scenario):
        assert certificate.holder_name == "岑禾安"
        assert [label for _, label in differing(certificate, person)][:2] == ["姓名", "证件号码"]
        assert editions(scenario, certificate) == []
    request = scenario.filed("certificate_change", **{"certificate.holder_name": NAME})
    scenario.decide(request, "approve")
    changed, other = both(scenario)
    assert (changed.holder_name, other.holder_name) == (NAME, "岑禾安")


def test_a_new_edition_supersedes_the_old_one(scenario: Scenario) -> None:
    for title in (TITLE, "助理工程师"):
        request = scenario.filed("profile_change", **{"person.title": title})
        scenario.decide(request, "approve")
    certificate, other = both(scenario)
    first, second = editions(scenario, certificate)
    assert (first.version, second.version) == (1, 2)
    assert latest_edition(scenario.session, certificate.id) == second
    assert json.loads(first.facts)["title"] == TITLE, "what was printed is never changed"
    tokens = {edition.qr_token for row in (certificate, other) for edition in editions(scenario, row)}
    assert len(tokens) == 4
    assert min(map(len, tokens)) >= 43
    assert first.digest != second.digest


def test_what_is_not_printed_makes_no_edition(scenario: Scenario) -> None:
    for matter in ("profile_change", "profile_change", "certificate_cancellation"):
        title = {"person.title": TITLE} if matter == "profile_change" else {}
        request = scenario.filed(matter, **title)
        scenario.decide(request, "approve")
        assert request.state == "approved"
        assert [edition.version for edition in editions(scenario, scenario.certificate())] == [1]


def test_a_move_ends_one_employment_and_begins_the_next(scenario: Scenario) -> None:
    old, new = scenario.firm(0), scenario.firm(1)
    request = scenario.filed("certificate_change")
    scenario.decide(request, "approve")
    person_id, today = scenario.holder.person_id, clock.today()
    rows = select(Employment).where(Employment.person_id == person_id).order_by(Employment.id)
    ended, current = scenario.session.scalars(rows)
    assert (ended.enterprise_id, ended.ended_on) == (old.id, today)
    assert (current.enterprise_id, current.started_on, current.ended_on) == (new.id, today, None)
    for certificate in both(scenario):
        assert (certificate.enterprise_id, certificate.unit_name) == (new.id, new.name)
        assert certificate.unit_uscc == new.uscc


def test_a_certificate_at_another_firm_does_not_move_along(scenario: Scenario) -> None:
    elsewhere = scenario.firm(1)
    write(scenario, scenario.certificate(kind="C"), enterprise_id=elsewhere.id, unit_name=elsewhere.name)
    with transaction(scenario.session):
        scenario.session.add(
            third := Certificate(
                **{
                    column.key: getattr(scenario.certificate(), column.key)
                    for column in Certificate.__table__.columns
                    if column.key not in ("id", "number", "kind_code")
                },
                number="水安A2024000001",
                kind_code="A",
            )
        )
    write(scenario, scenario.certificate(kind="C"), enterprise_id=scenario.firm(0).id, unit_name="甲的旧名")
    write(scenario, third, enterprise_id=elsewhere.id, unit_name="乙的旧名")
    request = scenario.filed("certificate_change")
    scenario.decide(request, "approve")
    scenario.session.expire_all()
    assert third.unit_name == "乙的旧名", "it was there already: nothing to write"
    assert scenario.certificate(kind="C").unit_name == elsewhere.name


def test_paper_becomes_electronic_with_a_number_and_keeps_its_first_day(scenario: Scenario) -> None:
    scenario.policy("certificate_prefix", "滇")
    holder = scenario.paper_holder
    paper = scenario.certificate(holder)
    first_issued, year = paper.first_issued, clock.today().year
    request = scenario.filed("certificate_change", holder)
    scenario.decide(request, "approve")
    scenario.session.expire_all()
    assert paper.number == f"滇水安B{year}0000001"
    assert (paper.first_issued, paper.paper_number) == (first_issued, "旧B00003")
    (edition,) = editions(scenario, paper)
    assert (edition.version, json.loads(edition.facts)["number"]) == (1, paper.number)
    issued = select(ChangeItem).where(ChangeItem.request_id == request.id, ChangeItem.mode == "issued")
    item = scenario.session.scalars(issued).one()
    assert (item.before, item.after) == ("", paper.number)
    again = scenario.filed("certificate_change", holder, **{"certificate.title": "助理工程师"})
    scenario.decide(again, "approve")
    scenario.session.expire_all()
    assert paper.number == f"滇水安B{year}0000001", "a number is issued once"
    assert [row.version for row in editions(scenario, paper)] == [1, 2]


def test_a_number_taken_by_another_login_is_refused_not_broken(scenario: Scenario) -> None:
    request = scenario.filed("identity_change")
    number = next(item.after for item in request.items if item.path == "person.document_number")
    write(scenario, scenario.stranger, login=number)
    with scenario.refused("登"):
        scenario.decide(request, "approve")
    assert request.state == "submitted"
    assert scenario.session.get_one(Person, scenario.holder.person_id).name == "岑禾安"
