"""The one source of time. Moments are kept in UTC; days are those of Beijing."""

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
    """This moment, aware, in UTC."""
    return _to_utc(_source())


def today() -> date:
    """The day it is in Beijing."""
    return beijing(now()).date()


def beijing(moment: datetime) -> datetime:
    """The same moment on the clocks of Beijing; a moment without a zone is refused."""
    return _to_utc(moment).astimezone(BEIJING)


def midnight(day: date) -> datetime:
    """The moment at which a day begins in Beijing, in UTC; a deadline (含当日) is that of the next day."""
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)


def set_clock(source: Source | None) -> None:
    """Let the whole process read time from `source`; None gives it back the machine's own."""
    global _source
    _source = source or _read_machine


@contextmanager
def frozen_at(moment: datetime | date) -> Iterator[datetime]:
    """Stop the clock at a moment (a day means its noon in Beijing): a year can be rehearsed in a test."""
    stopped = _to_utc(moment) if isinstance(moment, datetime) else midnight(moment) + timedelta(hours=12)
    before = _source
    set_clock(lambda: stopped)
    try:
        yield stopped
    finally:
        set_clock(before)


def add_months(day: date, months: int) -> date:
    """The same day `months` calendar months later; a day that the month lacks becomes its last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _to_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)
