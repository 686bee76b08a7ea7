"""What approval brings with it: logins, sessions, employers, numbers, editions; on both databases."""

import json
from datetime import timedelta

from sqlalchemy import select

from anguan.core import clock
from anguan.domain.certificates import mismatches
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
from tests.support.factories import World
from tests.support.rules import write

NAME, TITLE = "岑·禾宁", "高级工程师"


def log_in(world: World, account: Account, token: str) -> int:
    """A browser that is in."""
    now = clock.now()
    with transaction(world.session):
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
        world.session.add(row)
    return row.id


def both(world: World) -> tuple[Certificate, Certificate]:
    """The B and the C of the holder, as they stand now."""
    world.session.expire_all()
    return world.certificate(kind="B"), world.certificate(kind="C")


def editions(world: World, certificate: Certificate) -> list[Edition]:
    """The editions of a certificate, oldest first."""
    rows = select(Edition).where(Edition.certificate_id == certificate.id).order_by(Edition.version)
    return list(world.session.scalars(rows))


def change_identity(world: World) -> str:
    """An approved change of name and number; gives the new number."""
    request = world.filed("identity_change", **{"person.name": NAME})
    world.decide(request, "approve")
    assert request.state == "approved"
    return next(item.after or "" for item in request.items if item.path == "person.document_number")


def test_the_login_follows_the_number_and_every_session_ends(world: World) -> None:
    sessions = [log_in(world, world.holder, "a"), log_in(world, world.holder, "b")]
    other = log_in(world, world.stranger, "c")
    number = change_identity(world)
    world.session.expire_all()
    assert (world.holder.login, world.holder.name) == (number, NAME)
    assert all(world.session.get_one(LoginSession, row).ended_at for row in sessions)
    assert world.session.get_one(LoginSession, other).ended_at is None


def test_a_session_stays_when_the_number_stays(world: World) -> None:
    session, login = log_in(world, world.holder, "a"), world.holder.login
    request = world.filed("profile_change")
    world.decide(request, "approve")
    world.session.expire_all()
    assert world.session.get_one(LoginSession, session).ended_at is None
    assert world.holder.login == login


def test_every_live_certificate_follows_the_person_with_a_new_edition(world: World) -> None:
    number = change_identity(world)
    for certificate in both(world):
        assert (certificate.holder_name, certificate.document_number) == (NAME, number)
        assert mismatches(certificate, world.holder.person) == []
        (edition,) = editions(world, certificate)
        facts = json.loads(edition.facts)
        assert (facts["holder_name"], facts["document_number"]) == (NAME, number)
        assert edition.job.state == "waiting"
        key = f"draw_edition:{edition.id}"
        assert world.session.scalars(select(Outbox).where(Outbox.key == key)).one().done_at is None


def test_a_dead_certificate_is_left_as_it_was(world: World) -> None:
    write(world, world.certificate(kind="C"), status="cancelled")
    change_identity(world)
    living, dead = both(world)
    assert living.holder_name == NAME
    assert dead.holder_name == "岑禾安"
    assert editions(world, dead) == []


def test_with_one_filing_off_only_the_person_changes(world: World) -> None:
    world.policy("one_filing", "off")
    number = change_identity(world)
    person = world.session.get_one(Person, world.holder.person_id)
    assert (person.name, person.document_number) == (NAME, number)
    for certificate in both(world):
        assert certificate.holder_name == "岑禾安"
        assert mismatches(certificate, person)[:2] == ["姓名", "证件号码"]
        assert editions(world, certificate) == []
    request = world.filed("certificate_change", **{"certificate.holder_name": NAME})
    world.decide(request, "approve")
    changed, other = both(world)
    assert (changed.holder_name, other.holder_name) == (NAME, "岑禾安")


def test_a_new_edition_supersedes_the_old_one(world: World) -> None:
    for title in (TITLE, "助理工程师"):
        request = world.filed("profile_change", **{"person.title": title})
        world.decide(request, "approve")
    certificate, other = both(world)
    first, second = editions(world, certificate)
    assert (first.version, second.version) == (1, 2)
    assert latest_edition(world.session, certificate.id) == second
    assert json.loads(first.facts)["title"] == TITLE, "what was printed is never changed"
    tokens = {edition.qr_token for row in (certificate, other) for edition in editions(world, row)}
    assert len(tokens) == 4
    assert min(map(len, tokens)) >= 43
    assert first.digest != second.digest


def test_what_is_not_printed_makes_no_edition(world: World) -> None:
    for matter in ("profile_change", "profile_change", "certificate_cancellation"):
        title = {"person.title": TITLE} if matter == "profile_change" else {}
        request = world.filed(matter, **title)
        world.decide(request, "approve")
        assert request.state == "approved"
        assert [edition.version for edition in editions(world, world.certificate())] == [1]


def test_a_move_ends_one_employment_and_begins_the_next(world: World) -> None:
    old, new = world.firm(0), world.firm(1)
    request = world.filed("certificate_change")
    world.decide(request, "approve")
    person_id, today = world.holder.person_id, clock.today()
    rows = select(Employment).where(Employment.person_id == person_id).order_by(Employment.id)
    ended, current = world.session.scalars(rows)
    assert (ended.enterprise_id, ended.ended_on) == (old.id, today)
    assert (current.enterprise_id, current.started_on, current.ended_on) == (new.id, today, None)
    for certificate in both(world):
        assert (certificate.enterprise_id, certificate.unit_name) == (new.id, new.name)
        assert certificate.unit_uscc == new.uscc


def test_a_certificate_at_another_firm_does_not_move_along(world: World) -> None:
    elsewhere = world.firm(1)
    write(world, world.certificate(kind="C"), enterprise_id=elsewhere.id, unit_name=elsewhere.name)
    with transaction(world.session):
        world.session.add(
            third := Certificate(
                **{
                    column.key: getattr(world.certificate(), column.key)
                    for column in Certificate.__table__.columns
                    if column.key not in ("id", "number", "kind_code")
                },
                number="水安A2024000001",
                kind_code="A",
            )
        )
    write(world, world.certificate(kind="C"), enterprise_id=world.firm(0).id, unit_name="甲的旧名")
    write(world, third, enterprise_id=elsewhere.id, unit_name="乙的旧名")
    request = world.filed("certificate_change")
    world.decide(request, "approve")
    world.session.expire_all()
    assert third.unit_name == "乙的旧名", "it was there already: nothing to write"
    assert world.certificate(kind="C").unit_name == elsewhere.name


def test_paper_becomes_electronic_with_a_number_and_keeps_its_first_day(world: World) -> None:
    world.policy("certificate_prefix", "滇")
    holder = world.paper_holder
    paper = world.certificate(holder)
    first_issued, year = paper.first_issued, clock.today().year
    request = world.filed("certificate_change", holder)
    world.decide(request, "approve")
    world.session.expire_all()
    assert paper.number == f"滇水安B{year}0000001"
    assert (paper.first_issued, paper.paper_number) == (first_issued, "旧B00003")
    (edition,) = editions(world, paper)
    assert (edition.version, json.loads(edition.facts)["number"]) == (1, paper.number)
    issued = select(ChangeItem).where(ChangeItem.request_id == request.id, ChangeItem.mode == "issued")
    item = world.session.scalars(issued).one()
    assert (item.before, item.after) == ("", paper.number)
    again = world.filed("certificate_change", holder, **{"certificate.title": "助理工程师"})
    world.decide(again, "approve")
    world.session.expire_all()
    assert paper.number == f"滇水安B{year}0000001", "a number is issued once"
    assert [row.version for row in editions(world, paper)] == [1, 2]


def test_a_number_taken_by_another_login_is_refused_not_broken(world: World) -> None:
    request = world.filed("identity_change")
    number = next(item.after for item in request.items if item.path == "person.document_number")
    write(world, world.stranger, login=number)
    with world.refused("登"):
        world.decide(request, "approve")
    assert request.state == "submitted"
    assert world.session.get_one(Person, world.holder.person_id).name == "岑禾安"
