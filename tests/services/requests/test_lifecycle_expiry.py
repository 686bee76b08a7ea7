"""A renewal filed in time is safe, however long the office takes; refused, it lapses at once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from anguan.core import clock
from anguan.core.clock import add_months, midnight
from anguan.domain.certificates import status_in_words
from anguan.infra.transaction import transaction
from anguan.models import Certificate, ChangeRequest, Edition, Event, Insurance
from anguan.services.daily_expiry import expire_daily
from anguan.services.refusals import InvalidSubmission
from anguan.services.requests import filing, status
from anguan.services.review.approval import take_effect
from tests.support.factories import World

SECOND = timedelta(seconds=1)


def keep_insured(world: World) -> None:
    """The firms go on paying in the months that the test rehearses."""
    with transaction(world.session):
        world.session.execute(update(Insurance).values(last_month=add_months(clock.today(), 24)))


def file_in_the_last_second(world: World) -> tuple[ChangeRequest, Certificate, date]:
    """A renewal that is handed in at 23:59:59 of the last day that the default policy leaves."""
    keep_insured(world)
    certificate = world.certificate()
    until = certificate.valid_until
    with clock.frozen_at(midnight(until) - SECOND):
        return world.filed("certificate_renewal"), certificate, until


def events(world: World, verb: str) -> int:
    """How often this was noted."""
    return world.session.scalar(select(func.count()).select_from(Event).where(Event.verb == verb)) or 0


def test_filed_on_the_last_day_and_decided_twenty_days_later_it_is_renewed(world: World) -> None:
    request, certificate, until = file_in_the_last_second(world)
    with clock.frozen_at(until + timedelta(days=1)):
        assert expire_daily(world.session)["certificates"] == 3, "those without a renewal lapse"
        assert expire_daily(world.session)["certificates"] == 0
        world.session.refresh(certificate)
        assert certificate.status == "valid"
        assert status.certificate_status(world.session, certificate).word == "有效期已过，延续审核中"
    with clock.frozen_at(until + timedelta(days=20)):
        world.decide(request, "approve")
        assert request.state == "approved"
        assert certificate.valid_until == add_months(until, 36)
        assert status_in_words(certificate, clock.today()) == "valid"
        expire_daily(world.session)
        assert certificate.status == "valid"
    assert world.session.scalars(select(Edition).where(Edition.certificate_id == certificate.id)).one()


def test_a_second_too_late_is_too_late(world: World) -> None:
    keep_insured(world)
    until = world.certificate().valid_until
    with clock.frozen_at(midnight(until) - SECOND):
        request = world.begin("certificate_renewal")
        world.fill(request)
    with clock.frozen_at(midnight(until)):
        with pytest.raises(InvalidSubmission) as faulty:
            world.submit(request)
        assert [fault.anchor for fault in faulty.value.faults] == ["rule:certificates.renewal_is_open"]
        with world.refused("期限"):
            filing.begin(world.session, world.holder, "certificate_renewal", world.certificate(kind="C").id)
    world.policy("renewal_close", "on_day")
    with clock.frozen_at(midnight(until + timedelta(days=1)) - SECOND):
        world.submit(request)
    assert request.state == "submitted"


def reject(world: World, request: ChangeRequest) -> None:
    world.decide(request, "reject", opinion="学时记录不符")


def withdraw(world: World, request: ChangeRequest) -> None:
    filing.withdraw(world.session, world.holder, request.id)


def withdraw_returned(world: World, request: ChangeRequest) -> None:
    world.decide(request, "return", remarks={"paper:training": "请补盖章"})
    assert request.certificate.status == "valid", "a return keeps it alive"
    withdraw(world, request)


def leave(world: World, request: ChangeRequest) -> None:
    world.decide(request, "return", remarks={"paper:training": "请补盖章"})
    with clock.frozen_at(clock.now() + timedelta(days=31)):
        expire_daily(world.session)


@pytest.mark.parametrize("end", [reject, withdraw, withdraw_returned, leave])
def test_when_the_renewal_fails_the_certificate_lapses_with_it(
    world: World, end: Callable[[World, ChangeRequest], None]
) -> None:
    request, certificate, until = file_in_the_last_second(world)
    with clock.frozen_at(until + timedelta(days=5)):
        expire_daily(world.session)
        assert certificate.status == "valid"
        before = events(world, "lapse_certificate")
        end(world, request)
        world.session.expire_all()
        assert request.state in ("rejected", "withdrawn", "lapsed")
        assert (certificate.status, certificate.status_reason) == ("lapsed", "有效期届满未延续")
        assert events(world, "lapse_certificate") == before + 1
        expire_daily(world.session)
        assert events(world, "lapse_certificate") == before + 1


def test_before_its_last_day_a_failed_renewal_lets_the_certificate_live(world: World) -> None:
    keep_insured(world)
    request = world.filed("certificate_renewal")
    reject(world, request)
    assert request.certificate.status == "valid"
    filing.revise(world.session, world.holder, request.id)
    world.submit(request)
    assert request.state == "submitted"


def test_a_renewal_is_not_taken_back_once_the_certificate_has_expired(world: World) -> None:
    request, certificate, until = file_in_the_last_second(world)
    with clock.frozen_at(datetime.combine(until, datetime.min.time(), clock.BEIJING)):
        filing.revise(world.session, world.holder, request.id)
        assert certificate.status == "valid"
    with clock.frozen_at(midnight(until) - SECOND):
        world.submit(request)
    with clock.frozen_at(until + timedelta(days=1)):
        with world.refused("取回"):
            filing.revise(world.session, world.holder, request.id)
        assert (request.state, certificate.status) == ("submitted", "valid")


def test_a_returned_renewal_is_mended_after_expiry(world: World) -> None:
    request, certificate, until = file_in_the_last_second(world)
    with clock.frozen_at(until + timedelta(days=3)):
        world.decide(request, "return", remarks={"paper:training": "请补盖章"})
        world.attach(request, "training")
        world.submit(request)
        world.decide(request, "approve")
    assert (request.state, certificate.status) == ("approved", "valid")
    assert certificate.valid_until == add_months(until, 36)


def test_on_its_last_day_a_certificate_is_valid_and_the_sweep_leaves_it(world: World) -> None:
    certificate = world.certificate()
    until = certificate.valid_until
    with clock.frozen_at(midnight(until + timedelta(days=1)) - SECOND):
        assert expire_daily(world.session)["certificates"] == 0
        assert status.certificate_status(world.session, certificate).detail == "今天到期"
    with clock.frozen_at(midnight(until + timedelta(days=1))):
        assert status_in_words(certificate, clock.today()) == "lapsed", "derived from the day, swept or not"
        assert expire_daily(world.session)["certificates"] == 4
        assert certificate.status == "lapsed"


@pytest.mark.parametrize("swept", [True, False])
@pytest.mark.parametrize("paper", [True, False])
def test_what_does_not_prolong_cannot_be_approved_after_the_end(
    world: World, paper: bool, swept: bool
) -> None:
    holder = world.paper_holder if paper else world.holder
    request = world.filed("certificate_change", holder)
    certificate = request.certificate
    with clock.frozen_at(certificate.valid_until + timedelta(days=1)):
        if swept:
            expire_daily(world.session)
        for who in (world.reviewer, world.senior):
            with world.refused("只能不通过"):
                world.decide(request, "approve", by=who, override="本人情况特殊")
        world.session.refresh(certificate)
        assert bool(certificate.number) != paper
        world.decide(request, "reject", opinion="证书已到期失效")
    assert (request.state, certificate.status) == ("rejected", "lapsed")


def test_a_certificate_that_lapses_within_the_minute_of_undo_is_not_changed(world: World) -> None:
    keep_insured(world)
    world.policy("undo_seconds", "60")
    request = world.filed("certificate_change", world.paper_holder)
    until = request.certificate.valid_until
    with clock.frozen_at(midnight(until + timedelta(days=1)) - SECOND):
        world.decide(request, "approve")
    with clock.frozen_at(midnight(until + timedelta(days=1)) + 60 * SECOND):
        take_effect(world.session, world.storage, request.id)
        assert (request.state, request.certificate.number) == ("submitted", None)
        assert events(world, "refuse_effect") == 1
