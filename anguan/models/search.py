"""Search keys: parts of names and last digits of numbers, kept by triggers of the database."""

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from anguan.models.base import Base, Code
from anguan.models.triggers import ROW, Trigger

_NARROWED = (("（", "("), ("）", ")"), ("［", "["), ("］", "]"))
_LONGEST = 100
"""Longest name and number, in characters."""
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")


class SearchKey(Base):
    """One text by whose beginning a record is found.

    A name has one for each of its characters: the name from there on, so that every part of it is the
    beginning of a key. A number has one: its characters in reverse, so that its last digits are.
    Upper case, brackets half-width. Written by triggers only, whichever way the record was written.
    """

    __tablename__ = "search_key"
    __table_args__ = (Index("ix_search_key_record_id", "kind", "record_id"),)

    kind: Mapped[Code] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(_TEXT, primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)


SOURCES = (
    ("person", "person", "name"),
    ("enterprise", "enterprise", "name"),
    ("request", "change_request", "number"),
    ("certificate", "certificate", "number"),
)
"""Kind of key, table and column that it is made of."""


def keys_of(kind: str, column: str, row: str) -> str:
    """SELECT of the search keys of a row (`ROW` in a trigger) or of all rows of the table with that name."""
    value = f"{row}.{column}"
    source = "" if row == ROW else f"{row} CROSS JOIN "
    if column == "name":
        places = ", ".join(f"({place})" for place in range(1, _LONGEST + 1))
        return (
            f"SELECT '{kind}', substr({_fold(value)}, place.column1), {row}.id "  # noqa: S608  # nosec B608  # constants
            f"FROM {source}(VALUES {places}) AS place WHERE place.column1 <= length({_fold(value)})"
        )
    reverse = " || ".join(f"substr({value}, {place}, 1)" for place in range(_LONGEST, 0, -1))
    table = "" if row == ROW else f" FROM {row}"
    return f"SELECT '{kind}', {_fold(reverse)}, {row}.id{table} WHERE {value} IS NOT NULL"


def _fold(value: str) -> str:
    folded = f"upper({value})"
    for wide, narrow in _NARROWED:
        folded = f"replace({folded}, '{wide}', '{narrow}')"
    return folded


def _trigger(kind: str, table: str, column: str) -> Trigger:
    insert = f"INSERT INTO search_key (kind, text, record_id) {keys_of(kind, column, ROW)}"
    delete = f"DELETE FROM search_key WHERE kind = '{kind}' AND record_id = {ROW}.id"  # noqa: S608  # nosec B608  # a constant
    return Trigger(table, (insert,), (delete,), (column,))


TRIGGERS = tuple(_trigger(*source) for source in SOURCES)
