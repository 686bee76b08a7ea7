"""Ranges of days and months."""

from collections.abc import Iterator
from datetime import date, timedelta

from anguan.core import clock


def days_between(first: date, last: date) -> Iterator[date]:
    """Each date from `first` to `last`."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def months_from(first: date, count: int) -> list[date]:
    """First days of `count` months, beginning with the month of `first`."""
    return [clock.add_months(first.replace(day=1), offset) for offset in range(count)]


def last_day(month: date) -> date:
    """Last day of the month."""
    return clock.add_months(month.replace(day=1), 1) - timedelta(days=1)
