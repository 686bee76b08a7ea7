"""Days in Beijing time inside the database, with the same result on SQLite and PostgreSQL."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.functions import FunctionElement

from anguan.core import clock

EPOCH = date(1970, 1, 1)
SHIFT = int(clock.BEIJING.utcoffset(None).total_seconds())


def moment_sql(dialect: str, moment: str) -> str:
    """SQL of the Beijing date of a moment as the number of days since 1970-01-01."""
    if dialect == "postgresql":
        return f"CAST(FLOOR((EXTRACT(EPOCH FROM {moment}) + {SHIFT}) / 86400) AS INTEGER)"
    # Whole seconds only: strftime rounds the last half millisecond of a day into the next one.
    return f"CAST((strftime('%s', substr({moment}, 1, 19)) + {SHIFT}) / 86400 AS INTEGER)"


def date_sql(dialect: str, day: str) -> str:
    """SQL of a date as the number of days since 1970-01-01."""
    if dialect == "postgresql":
        return f"({day} - DATE '{EPOCH}')"
    return f"CAST(julianday({day}) - 2440587.5 AS INTEGER)"


class beijing_day(FunctionElement[int]):
    """Beijing date of a moment as the number of days since 1970-01-01; `day_of` converts it back."""

    type = Integer()
    name = "beijing_day"
    inherit_cache = True


class date_number(FunctionElement[int]):
    """A date as the number of days since 1970-01-01; `day_of` converts it back."""

    type = Integer()
    name = "date_number"
    inherit_cache = True


@compiles(beijing_day)
def _compile_moment(element: Any, compiler: Any, **kwargs: Any) -> str:
    return moment_sql(compiler.dialect.name, compiler.process(element.clauses, **kwargs))


@compiles(date_number)
def _compile_date(element: Any, compiler: Any, **kwargs: Any) -> str:
    return date_sql(compiler.dialect.name, compiler.process(element.clauses, **kwargs))


def day_of(number: int) -> date:
    """Date of a day number."""
    return EPOCH + timedelta(days=number)


def number_of(day: date) -> int:
    """Day number of a date."""
    return (day - EPOCH).days


def within(
    moment: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None], first: date, last: date
) -> ColumnElement[bool]:
    """Condition for moments from `first` to `last` (inclusive), as a range that an index answers."""
    return (moment >= clock.midnight(first)) & (moment < clock.midnight(last + timedelta(days=1)))
