"""The only source of time: datetimes are aware and in UTC, dates are those of Beijing."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "北京时间")

Source = Callable[[], datetime]


def _read_machine() -> datetime:
    return datetime.now(UTC)


_source: Source = _read_machine


def now() -> datetime:
    """The current time, aware, in UTC."""
    return _to_utc(_source())


def today() -> date:
    """The current date in Beijing."""
    return beijing(now()).date()


def beijing(moment: datetime) -> datetime:
    """The same time in Beijing; raises ValueError for a naive datetime."""
    return _to_utc(moment).astimezone(BEIJING)


def midnight(day: date) -> datetime:
    """The start of a day in Beijing, in UTC; a deadline (含当日) is the midnight of the next day."""
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)


def format_day(day: date | datetime | None) -> str:
    """11月23日, with the year when it is not the current one; for a datetime the day in Beijing."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = beijing(day).date()
    year = "" if day.year == today().year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def set_clock(source: Source | None) -> None:
    """Set the time source of the whole process; None restores the system clock."""
    global _source
    _source = source or _read_machine


@contextmanager
def frozen_at(moment: datetime | date) -> Iterator[datetime]:
    """Freeze the clock at a datetime, or at noon in Beijing of a date, for tests and demo data."""
    stopped = _to_utc(moment) if isinstance(moment, datetime) else midnight(moment) + timedelta(hours=12)
    before = _source
    set_clock(lambda: stopped)
    try:
        yield stopped
    finally:
        set_clock(before)


def add_months(day: date, months: int) -> date:
    """The same day `months` calendar months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_number(day: date) -> int:
    """The month of a day as a number, so that months can be compared and subtracted."""
    return day.year * 12 + day.month


def _to_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)
