"""Windows, months and due dates at their edges: month ends, leap days, the last second of a day."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from anguan.core import clock
from anguan.core.clock import add_months, midnight
from anguan.domain import certificates, training
from anguan.domain.calendar import Calendar, days_left, due_at
from anguan.domain.certificates import renewal_window, renewed_until, status_on
from anguan.domain.policies import Policies
from anguan.infra.transaction import transaction
from anguan.models import Certificate, Training
from tests.support.factories import Scenario
from tests.support.rules import dossier, judge, write

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("until", "opens"),
    [
        ("2026-12-31", "2026-09-30"),
        ("2026-05-31", "2026-02-28"),
        ("2028-05-31", "2028-02-29"),
        ("2028-05-29", "2028-02-29"),
        ("2028-02-29", "2027-11-29"),
        ("2027-03-30", "2026-12-30"),
        ("2027-01-01", "2026-10-01"),
    ],
)
def test_the_window_opens_three_months_before_and_closes_by_policy(until: str, opens: str) -> None:
    end = date.fromisoformat(until)
    day_before = renewal_window(end, Policies())
    on_day = renewal_window(end, Policies(renewal_close="on_day"))
    assert day_before == (date.fromisoformat(opens), end - timedelta(days=1))
    assert on_day == (date.fromisoformat(opens), end)


@pytest.mark.parametrize("close", ["day_before", "on_day"])
def test_the_window_is_open_from_its_first_to_its_last_second(scenario: Scenario, close: str) -> None:
    scenario.policy("renewal_close", close)
    write(scenario, scenario.certificate(), valid_until=date(2028, 5, 31))
    last = date(2028, 5, 30) if close == "day_before" else date(2028, 5, 31)
    rule = certificates.renewal_is_open
    early = judge(scenario, rule, midnight(date(2028, 2, 29)) - SECOND)
    assert (early.outcome, early.since) == ("block", date(2028, 2, 29))
    assert "2028-02-29" in early.sentence
    assert judge(scenario, rule, midnight(date(2028, 2, 29))).outcome == "pass"
    assert judge(scenario, rule, midnight(last + timedelta(days=1)) - SECOND).outcome == "pass"
    late = judge(scenario, rule, midnight(last + timedelta(days=1)))
    assert late.outcome == "block"
    assert str(last) in late.sentence


def test_the_window_follows_its_policy(scenario: Scenario) -> None:
    scenario.policy("renewal_open_months", "6")
    write(scenario, scenario.certificate(), valid_until=date(2027, 8, 31))
    assert judge(scenario, certificates.renewal_is_open, midnight(date(2027, 2, 28))).outcome == "pass"
    assert judge(scenario, certificates.renewal_is_open, date(2027, 2, 27)).outcome == "block"


@pytest.mark.parametrize(
    ("until", "years", "renewed"),
    [
        ("2026-11-30", "3", "2029-11-30"),
        ("2028-02-29", "3", "2031-02-28"),
        ("2028-02-29", "4", "2032-02-29"),
        ("2027-02-28", "1", "2028-02-28"),
    ],
)
def test_a_renewal_adds_its_years_to_the_old_end(
    scenario: Scenario, until: str, years: str, renewed: str
) -> None:
    scenario.policy("renewal_years", years)
    write(scenario, scenario.certificate(), valid_until=date.fromisoformat(until))
    assert renewed_until(dossier(scenario)) == renewed


def test_a_certificate_stands_until_its_last_day_is_over() -> None:
    until = date(2028, 2, 29)
    for status, on_day, after in (
        ("valid", "valid", "lapsed"),
        ("suspended", "suspended", "lapsed"),
        ("cancelled", "cancelled", "cancelled"),
        ("revoked", "revoked", "revoked"),
    ):
        certificate = Certificate(status=status, valid_until=until)
        assert status_on(certificate, until) == on_day
        assert status_on(certificate, until + timedelta(days=1)) == after


def test_only_a_valid_certificate_is_in_force(scenario: Scenario) -> None:
    certificate = scenario.certificate()
    for status in ("suspended", "annulled", "cancelled", "lapsed", "moved_out", "revoked"):
        write(scenario, certificate, status=status)
        assert judge(scenario, certificates.is_in_force).outcome == "block", status
    write(scenario, certificate, status="valid", valid_until=clock.today())
    assert judge(scenario, certificates.is_in_force).outcome == "pass"
    write(scenario, certificate, valid_until=clock.today() - timedelta(days=1))
    assert "到期失效" in judge(scenario, certificates.is_in_force).sentence


def test_a_paper_certificate_first_becomes_electronic(scenario: Scenario) -> None:
    assert judge(scenario, certificates.is_numbered).outcome == "pass"
    found = certificates.is_numbered(dossier(scenario, account=scenario.paper_holder))
    assert found.outcome == "block"
    assert "变更" in found.sentence


@pytest.mark.parametrize(
    ("until", "years"),
    [
        ("2026-11-30", [2024, 2025, 2026]),
        ("2026-06-30", [2023, 2024, 2025]),
        ("2026-07-01", [2024, 2025, 2026]),
        ("2028-02-29", [2025, 2026, 2027]),
        ("2027-01-01", [2024, 2025, 2026]),
        ("2026-12-31", [2024, 2025, 2026]),
    ],
)
def test_each_year_of_validity_has_a_calendar_year_of_training(until: str, years: list[int]) -> None:
    assert training.training_years(date.fromisoformat(until)) == years


def test_each_year_is_tested_for_itself(scenario: Scenario) -> None:
    rule, hours = training.is_sufficient, _set_hours
    years = training.training_years(scenario.certificate().valid_until)
    hours(scenario, dict.fromkeys(years, 12))
    assert judge(scenario, rule).outcome == "pass"
    for year in years:
        hours(scenario, dict.fromkeys(years, 12) | {year: 11})
        found = judge(scenario, rule)
        assert (found.outcome, f"{year} 年 11 学时" in found.sentence) == ("block", True)
    hours(scenario, {years[0]: 36})
    assert judge(scenario, rule).sentence.count("0 学时") == 2, "36 hours in one lump do not count"
    hours(scenario, {years[0] - 1: 12})
    assert judge(scenario, rule).outcome == "block"
    hours(scenario, {})
    assert judge(scenario, rule).outcome == "unknown"
    scenario.policy("training_hours_per_year", "0")
    hours(scenario, {years[0]: 1})
    assert judge(scenario, rule).outcome == "pass"


def _set_hours(scenario: Scenario, hours: dict[int, int]) -> None:
    with transaction(scenario.session):
        person_id = scenario.holder.person_id
        scenario.session.execute(delete(Training).where(Training.person_id == person_id))
        scenario.session.add_all(Training(person_id=person_id, year=y, hours=h) for y, h in hours.items())


WEEKDAYS = Calendar()


@pytest.mark.parametrize(
    ("filed", "days", "due"),
    [
        ("2026-03-02 08:00", 1, "2026-03-04"),
        ("2026-03-06 23:59", 1, "2026-03-10"),
        ("2026-03-07 12:00", 1, "2026-03-10"),
        ("2026-02-27 09:00", 8, "2026-03-12"),
        ("2028-02-28 09:00", 1, "2028-03-01"),
        ("2026-12-31 23:59", 1, "2027-01-02"),
    ],
)
def test_a_promise_ends_with_its_last_working_day(filed: str, days: int, due: str) -> None:
    moment = datetime.fromisoformat(filed).replace(tzinfo=clock.BEIJING).astimezone(UTC)
    assert due_at(WEEKDAYS, moment, days) == midnight(date.fromisoformat(due))
    assert days_left(WEEKDAYS, due_at(WEEKDAYS, moment, days), moment) == days


def test_days_left_turn_negative_with_the_first_working_day_after() -> None:
    due = midnight(date(2026, 3, 7))  # due on Friday the 6th
    assert days_left(WEEKDAYS, due, midnight(date(2026, 3, 7)) - SECOND) == 0
    assert days_left(WEEKDAYS, due, midnight(date(2026, 3, 8))) == 0
    assert days_left(WEEKDAYS, due, midnight(date(2026, 3, 9)) + SECOND) == -1
    assert days_left(WEEKDAYS, due - timedelta(days=1), midnight(date(2026, 3, 8))) == -1
    assert days_left(WEEKDAYS, due, midnight(add_months(date(2026, 3, 6), 1))) == -21


def test_all_certificates_are_judged_by_their_own_day(scenario: Scenario) -> None:
    with transaction(scenario.session):
        scenario.session.execute(update(Certificate).values(valid_until=date(2027, 5, 31)))
    write(scenario, scenario.certificate(kind="C"), valid_until=date(2027, 8, 31))
    assert judge(scenario, certificates.renewal_is_open, date(2027, 3, 1)).outcome == "pass"
    assert judge(scenario, certificates.renewal_is_open, date(2027, 3, 1), kind="C").outcome == "block"
