"""Search that an index can answer: exact numbers and beginnings of names, nothing in between."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import ColumnElement, and_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from anguan.core.field_types import Name, normalise_login

Column = InstrumentedAttribute[Any]
LAST = chr(0x10FFFF)
MOST = 1001
LONGEST = 100
_whole: ContextVar[bool] = ContextVar("whole", default=False)


def normalise(text: str | None) -> str:
    """What was typed, fit to be compared; '' when there is nothing to look for."""
    text = (text or "").strip()[:LONGEST]
    try:
        return Name().parse(text) or text
    except ValueError:
        return text


def is_exactly(column: Column, text: str) -> ColumnElement[bool]:
    """The number as it is kept: capitals, half width, no blanks."""
    return column == normalise_login(text)


def begins_with(column: Column, text: str) -> ColumnElement[bool]:
    """The beginning of a name: a range, so that the index is used and %, _ mean themselves."""
    return and_(column >= text, column < text + LAST)


@contextmanager
def find_all() -> Iterator[None]:
    """A page is content with the first thousand that a search finds; a file wants every one."""
    token = _whole.set(True)
    try:
        yield
    finally:
        _whole.reset(token)


def matching_ids(key: Column, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Rows found by one of these: each by its own index first, so that no planner walks the table instead."""
    most = None if _whole.get() else MOST
    found = [select(select(key.label("id")).where(one).limit(most).subquery().c.id) for one in conditions]
    return key.in_(union_all(*found))


def looks_like_document(text: str) -> bool:
    """Somebody typed a document number or a credit code: many digits, and nothing but letters beside them."""
    plain = normalise_login(text)
    return len(plain) >= 15 and plain.isascii() and plain.isalnum() and sum(map(str.isdigit, plain)) >= 8
