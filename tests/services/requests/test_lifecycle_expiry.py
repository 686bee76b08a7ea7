"""A renewal filed in time is safe however long it takes; when it is refused, the certificate lapses."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from anguan.core import clock
from anguan.core.clock import add_months, midnight
from anguan.domain.certificates import status_on
from anguan.infra.transaction import transaction
from anguan.models import Certificate, ChangeRequest, Edition, Event, Insurance
from anguan.services.daily_expiry import expire_daily
from anguan.services.refusals import InvalidSubmission
from anguan.services.requests import filing, new_drafts, status
from anguan.services.review.approval import take_effect
from tests.support.factories import Scenario

SECOND = timedelta(seconds=1)


def keep_insured(scenario: Scenario) -> None:
    """The enterprises go on paying insurance in the months of the test."""
    with transaction(scenario.session):
        scenario.session.execute(update(Insurance).values(last_month=add_months(clock.today(), 24)))


def file_in_the_last_second(scenario: Scenario) -> tuple[ChangeRequest, Certificate, date]:
    """A renewal submitted at 23:59:59 of the last day that the default policy allows."""
    keep_insured(scenario)
    certificate = scenario.certificate()
    until = certificate.valid_until
    with clock.frozen_at(midnight(until) - SECOND):
        return scenario.filed("certificate_renewal"), certificate, until


def events(scenario: Scenario, verb: str) -> int:
    """How many events of this verb there are."""
    return scenario.session.scalar(select(func.count()).select_from(Event).where(Event.verb == verb)) or 0


def test_filed_on_the_last_day_and_decided_twenty_days_later_it_is_renewed(scenario: Scenario) -> None:
    request, certificate, until = file_in_the_last_second(scenario)
    with clock.frozen_at(until + timedelta(days=1)):
        assert expire_daily(scenario.session)["certificates"] == 3, "those without a renewal lapse"
        assert expire_daily(scenario.session)["certificates"] == 0
        scenario.session.refresh(certificate)
        assert certificate.status == "valid"
        assert status.certificate_status(scenario.session, certificate).word == "有效期已过，延续审核中"
    with clock.frozen_at(until + timedelta(days=20)):
        scenario.decide(request, "approve")
        assert request.state == "approved"
        assert certificate.valid_until == add_months(until, 36)
        assert status_on(certificate, clock.today()) == "valid"
        expire_daily(scenario.session)
        assert certificate.status == "valid"
    assert scenario.session.scalars(select(Edition).where(Edition.certificate_id == certificate.id)).one()


def test_a_second_too_late_is_too_late(scenario: Scenario) -> None:
    keep_insured(scenario)
    until = scenario.certificate().valid_until
    with clock.frozen_at(midnight(until) - SECOND):
        request = scenario.begin("certificate_renewal")
        scenario.fill(request)
    with clock.frozen_at(midnight(until)):
        with pytest.raises(InvalidSubmission) as faulty:
            scenario.submit(request)
        assert [fault.anchor for fault in faulty.value.faults] == ["rule:certificates.renewal_is_open"]
        with scenario.refused("期限"):
            new_drafts.begin(
                scenario.session, scenario.holder, "certificate_renewal", scenario.certificate(kind="C").id
            )
    scenario.policy("renewal_close", "on_day")
    with clock.frozen_at(midnight(until + timedelta(days=1)) - SECOND):
        scenario.submit(request)
    assert request.state == "submitted"


def reject(scenario: Scenario, request: ChangeRequest) -> None:
    scenario.decide(request, "reject", opinion="学时记录不符")


def withdraw(scenario: Scenario, request: ChangeRequest) -> None:
    filing.withdraw(scenario.session, scenario.holder, request.id)


def withdraw_returned(scenario: Scenario, request: ChangeRequest) -> None:
    scenario.decide(request, "return", remarks={"paper:training": "请补盖章"})
    assert request.certificate.status == "valid", "a return keeps it alive"
    withdraw(scenario, request)


def leave(scenario: Scenario, request: ChangeRequest) -> None:
    scenario.decide(request, "return", remarks={"paper:training": "请补盖章"})
    with clock.frozen_at(clock.now() + timedelta(days=31)):
        expire_daily(scenario.session)


@pytest.mark.parametrize("end", [reject, withdraw, withdraw_returned, leave])
def test_when_the_renewal_fails_the_certificate_lapses_with_it(
    scenario: Scenario, end: Callable[[Scenario, ChangeRequest], None]
) -> None:
    request, certificate, until = file_in_the_last_second(scenario)
    with clock.frozen_at(until + timedelta(days=5)):
        expire_daily(scenario.session)
        assert certificate.status == "valid"
        before = events(scenario, "lapse_certificate")
        end(scenario, request)
        scenario.session.expire_all()
        assert request.state in ("rejected", "withdrawn", "lapsed")
        assert (certificate.status, certificate.status_reason) == ("lapsed", "有效期届满未延续")
        assert events(scenario, "lapse_certificate") == before + 1
        expire_daily(scenario.session)
        assert events(scenario, "lapse_certificate") == before + 1


def test_before_its_last_day_a_failed_renewal_lets_the_certificate_live(scenario: Scenario) -> None:
    keep_insured(scenario)
    request = scenario.filed("certificate_renewal")
    reject(scenario, request)
    assert request.certificate.status == "valid"
    filing.revise(scenario.session, scenario.holder, request.id)
    scenario.submit(request)
    assert request.state == "submitted"


def test_a_renewal_is_not_taken_back_once_the_certificate_has_expired(scenario: Scenario) -> None:
    request, certificate, until = file_in_the_last_second(scenario)
    with clock.frozen_at(datetime.combine(until, datetime.min.time(), clock.BEIJING)):
        filing.revise(scenario.session, scenario.holder, request.id)
        assert certificate.status == "valid"
    with clock.frozen_at(midnight(until) - SECOND):
        scenario.submit(request)
    with clock.frozen_at(until + timedelta(days=1)):
        with scenario.refused("取回"):
            filing.revise(scenario.session, scenario.holder, request.id)
        assert (request.state, certificate.status) == ("submitted", "valid")


def test_a_returned_renewal_is_corrected_after_expiry(scenario: Scenario) -> None:
    request, certificate, until = file_in_the_last_second(scenario)
    with clock.frozen_at(until + timedelta(days=3)):
        scenario.decide(request, "return", remarks={"paper:training": "请补盖章"})
        scenario.attach(request, "training")
        scenario.submit(request)
        scenario.decide(request, "approve")
    assert (request.state, certificate.status) == ("approved", "valid")
    assert certificate.valid_until == add_months(until, 36)


def test_on_its_last_day_a_certificate_is_valid_and_not_swept(scenario: Scenario) -> None:
    certificate = scenario.certificate()
    until = certificate.valid_until
    with clock.frozen_at(midnight(until + timedelta(days=1)) - SECOND):
        assert expire_daily(scenario.session)["certificates"] == 0
        assert status.certificate_status(scenario.session, certificate).detail == "今天到期"
    with clock.frozen_at(midnight(until + timedelta(days=1))):
        assert status_on(certificate, clock.today()) == "lapsed", "derived from the day, swept or not"
        assert expire_daily(scenario.session)["certificates"] == 4
        assert certificate.status == "lapsed"


@pytest.mark.parametrize("swept", [True, False])
@pytest.mark.parametrize("paper", [True, False])
def test_what_does_not_prolong_cannot_be_approved_after_the_end(
    scenario: Scenario, paper: bool, swept: bool
) -> None:
    holder = scenario.paper_holder if paper else scenario.holder
    request = scenario.filed("certificate_change", holder)
    certificate = request.certificate
    with clock.frozen_at(certificate.valid_until + timedelta(days=1)):
        if swept:
            expire_daily(scenario.session)
        for who in (scenario.reviewer, scenario.senior):
            with scenario.refused("只能不通过"):
                scenario.decide(request, "approve", by=who, override="本人情况特殊")
        scenario.session.refresh(certificate)
        assert bool(certificate.number) != paper
        scenario.decide(request, "reject", opinion="证书已到期失效")
    assert (request.state, certificate.status) == ("rejected", "lapsed")


def test_a_certificate_that_lapses_within_the_minute_of_undo_is_not_changed(scenario: Scenario) -> None:
    keep_insured(scenario)
    scenario.policy("undo_seconds", "60")
    request = scenario.filed("certificate_change", scenario.paper_holder)
    until = request.certificate.valid_until
    with clock.frozen_at(midnight(until + timedelta(days=1)) - SECOND):
        scenario.decide(request, "approve")
    with clock.frozen_at(midnight(until + timedelta(days=1)) + 60 * SECOND):
        take_effect(scenario.session, scenario.storage, request.id)
        assert (request.state, request.certificate.number) == ("submitted", None)
        assert events(scenario, "refuse_effect") == 1
