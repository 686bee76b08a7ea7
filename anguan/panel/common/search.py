"""Search conditions that an index can answer: exact numbers, beginnings, parts of names, last digits."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask_login import current_user
from sqlalchemy import ColumnElement, and_, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from anguan.core.field_types import Name, normalise_login
from anguan.core.field_types.text_cleaning import (
    bracket_spellings,
    half_width,
    narrow_brackets,
    normalise_dashes,
    strip_blanks,
)
from anguan.domain.region_scope import in_region
from anguan.extensions import db
from anguan.models import Person, SearchKey

Column = InstrumentedAttribute[Any]
LAST = chr(0x10FFFF)
MOST = 1001
LONGEST = 100
_whole: ContextVar[bool] = ContextVar("whole", default=False)


def normalise(text: str | None) -> str:
    """Typed text, normalised for comparison; '' when there is nothing to search."""
    text = (text or "").strip()[:LONGEST]
    try:
        return Name().parse(text) or text
    except ValueError:
        return text


def is_exactly(column: Column, text: str) -> ColumnElement[bool]:
    """Exact match of a number: as typed, or without blanks and in upper case, in brackets of either width."""
    return column.in_(dict.fromkeys((*bracket_spellings(normalise_login(text)), *bracket_spellings(text))))


def begins_with(column: Column, text: str) -> ColumnElement[bool]:
    """Prefix match as ranges, so that the index is used and %, _ are literal; brackets of either width."""
    return or_(*(and_(column >= spelt, column < spelt + LAST) for spelt in bracket_spellings(text)))


def has_part(kind: str, text: str) -> ColumnElement[bool]:
    """Search keys of the names of this kind that contain the text, in characters of either width."""
    return _has_key(kind, text, half_width(text))


def has_end(kind: str, text: str) -> ColumnElement[bool]:
    """Search keys of the numbers of this kind that end with the text; a whole number is found too."""
    return _has_key(kind, text[::-1], normalise_dashes(strip_blanks(text))[::-1])


def contains(kind: str, key: Column, text: str) -> ColumnElement[bool]:
    """Records whose name, or that of the person or enterprise with this key, contains the text."""
    return key.in_(select(SearchKey.record_id).where(has_part(kind, text)))


def _has_key(kind: str, *begins: str) -> ColumnElement[bool]:
    """Keys that begin with one of these texts, as ranges of the index."""
    spelt = dict.fromkeys(narrow_brackets(begin) for begin in begins if begin)
    ranges = [
        and_(SearchKey.text >= func.upper(one), SearchKey.text < func.upper(one) + LAST) for one in spelt
    ]
    return and_(SearchKey.kind == kind, or_(*ranges))


@contextmanager
def find_all() -> Iterator[None]:
    """Lift the limit of `matching_ids` inside this block: exports need every match, pages only the first
    1000."""
    token = _whole.set(True)
    try:
        yield
    finally:
        _whole.reset(token)


def matching_ids(key: Column, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Rows that match any condition: one subquery per condition, so that each uses its own index."""
    most = None if _whole.get() else MOST
    found = [select(select(key.label("id")).where(one).limit(most).subquery().c.id) for one in conditions]
    return key.in_(union_all(*found))


def looks_like_document(text: str) -> bool:
    """True for what looks like a document number or credit code: 15 or more letters and digits, 8 of them
    digits."""
    plain = normalise_login(text)
    return len(plain) >= 15 and plain.isascii() and plain.isalnum() and sum(map(str.isdigit, plain)) >= 8


def find_person(number: str) -> int | None:
    """Id of the person with this document number, if this visitor may see them."""
    wanted = select(Person.id).where(is_exactly(Person.document_number, number))
    return db.session.scalar(wanted.where(*in_region(Person, current_user.region)).limit(1))
