"""Grouping of moments by days in Beijing time, with the same result on SQLite and PostgreSQL."""

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
    """Beijing date of a moment as the number of days since 1970-01-01; `day_of` converts it back."""

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
    """Date for a day number of `beijing_day`."""
    return EPOCH + timedelta(days=number)


def within(
    moment: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None], first: date, last: date
) -> ColumnElement[bool]:
    """Condition for moments from `first` to `last` (inclusive), as a range that an index answers."""
    return (moment >= clock.midnight(first)) & (moment < clock.midnight(last + timedelta(days=1)))


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
