"""Declarative base and shared column types."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from sqlalchemy import DateTime, Dialect, MetaData, String, Text, TypeDecorator, inspect
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Declarative base of all tables; Flask-SQLAlchemy supplies only the session."""

    metadata = MetaData(naming_convention=NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """Datetime that is aware in Python and UTC in both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; raises ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Restore the time zone, which SQLite does not store."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CodeList(TypeDecorator[tuple[str, ...]]):
    """A short list of codes, stored in one text with commas between them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        """Join the codes; none of them has a comma."""
        return None if value is None else ",".join(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        """Split the text again."""
        return None if value is None else tuple(code for code in value.split(",") if code)


Key = Annotated[int, mapped_column(primary_key=True)]
Code = Annotated[str, mapped_column(String(40))]
Short = Annotated[str, mapped_column(String(100))]
Long = Annotated[str, mapped_column(String(500))]
Sha = Annotated[str, mapped_column(String(64))]
Codes = Annotated[tuple[str, ...], mapped_column(CodeList)]


def key_of(row: Base) -> int:
    """The id of a stored row, without reading the row again when a rollback or commit has expired it."""
    identity = inspect(row).identity
    if identity is None:
        raise LookupError(f"{row} is not stored")
    return int(identity[0])


def one_of(column: str, words: tuple[str, ...]) -> str:
    """SQL of a CHECK constraint that limits a column to these values."""
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"
