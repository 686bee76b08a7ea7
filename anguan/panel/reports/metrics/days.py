"""Moments counted by the day of Beijing, alike on both databases."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.functions import FunctionElement

from anguan.core import clock

EPOCH = date(1970, 1, 1)
SHIFT = int(clock.BEIJING.utcoffset(None).total_seconds())


class beijing_day(FunctionElement[int]):
    """The day on which a moment fell in Beijing, as the number of days since 1970; `day_of` reads it."""

    type = Integer()
    name = "beijing_day"
    inherit_cache = True


@compiles(beijing_day, "sqlite")
def _compile_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    # Whole seconds only: strftime rounds the last half millisecond of a day into the next one.
    moment = compiler.process(element.clauses, **kwargs)
    return f"CAST((strftime('%s', substr({moment}, 1, 19)) + {SHIFT}) / 86400 AS INTEGER)"


@compiles(beijing_day, "postgresql")
def _compile_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    moment = compiler.process(element.clauses, **kwargs)
    return f"CAST(FLOOR((EXTRACT(EPOCH FROM {moment}) + {SHIFT}) / 86400) AS INTEGER)"


def day_of(number: int) -> date:
    """The day that `beijing_day` counted."""
    return EPOCH + timedelta(days=number)


def within(
    moment: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None], first: date, last: date
) -> ColumnElement[bool]:
    """The moment lies on one of the days from `first` to `last`: a range, which an index answers."""
    return (moment >= clock.midnight(first)) & (moment < clock.midnight(last + timedelta(days=1)))


def days_between(first: date, last: date) -> Iterator[date]:
    """Each day from `first` to `last`."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def months_from(first: date, count: int) -> list[date]:
    """The first days of `count` months, beginning with that of `first`."""
    return [clock.add_months(first.replace(day=1), offset) for offset in range(count)]


def last_day(month: date) -> date:
    """The last day of the month."""
    return clock.add_months(month.replace(day=1), 1) - timedelta(days=1)
