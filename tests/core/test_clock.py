"""The only source of time, at its edges."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anguan.core import clock


@pytest.fixture(autouse=True)
def machine_time() -> Iterator[None]:
    yield
    clock.set_clock(None)


def test_now_is_aware_and_in_utc() -> None:
    moment = clock.now()
    assert moment.tzinfo is UTC
    assert abs(moment - datetime.now(UTC)) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 6, 29, 15, 59, 59, 999999, tzinfo=UTC), date(2026, 6, 29)),
        (datetime(2026, 6, 29, 16, 0, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2024, 2, 28, 16, 0, tzinfo=UTC), date(2024, 2, 29)),
    ],
)
def test_the_day_turns_at_midnight_in_beijing(moment: datetime, day: date) -> None:
    with clock.frozen_at(moment):
        assert clock.today() == day
        assert clock.beijing(clock.now()).date() == day


@given(st.dates(date(1901, 1, 1), date(2200, 1, 1)))
def test_midnight_begins_its_day(day: date) -> None:
    begin = clock.midnight(day)
    assert begin.tzinfo is UTC
    with clock.frozen_at(begin):
        assert clock.today() == day
    with clock.frozen_at(begin - timedelta(microseconds=1)):
        assert clock.today() == day - timedelta(days=1)
    with clock.frozen_at(day):
        assert clock.today() == day


def fail_at(moment: datetime) -> None:
    with clock.frozen_at(moment):
        raise RuntimeError(str(clock.now()))


def test_rehearsals_nest_and_end_even_after_a_failure() -> None:
    first, second = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    with clock.frozen_at(first) as stopped:
        assert stopped == clock.now() == first
        with pytest.raises(RuntimeError, match="2027"):
            fail_at(second)
        assert clock.now() == first
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_another_source_may_run_and_is_brought_to_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    clock.set_clock(lambda: datetime(2026, 1, 1, 0, 30, tzinfo=tokyo))
    assert clock.now() == datetime(2025, 12, 31, 15, 30, tzinfo=UTC)
    assert clock.today() == date(2025, 12, 31)
    clock.set_clock(None)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_moments_without_a_zone_are_refused() -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        clock.beijing(naive)
    with pytest.raises(ValueError, match="time zone"), clock.frozen_at(naive):
        pass
    clock.set_clock(lambda: naive)
    with pytest.raises(ValueError, match="time zone"):
        clock.now()


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 1, 15), -13, date(2024, 12, 15)),
        (date(2026, 5, 31), -3, date(2026, 2, 28)),
        (date(2026, 6, 30), 0, date(2026, 6, 30)),
        (date(2099, 12, 31), 2, date(2100, 2, 28)),
    ],
)
def test_months_are_calendar_months(day: date, months: int, result: date) -> None:
    assert clock.add_months(day, months) == result


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(-240, 240))
def test_months_land_in_the_month_counted(day: date, months: int) -> None:
    result = clock.add_months(day, months)
    assert (result.year * 12 + result.month) - (day.year * 12 + day.month) == months
    assert result.day == day.day or (result + timedelta(days=1)).day == 1
    assert result.day <= day.day
