"""Search keys: parts of names and last digits of numbers, kept by triggers of the database."""

from typing import Any

from sqlalchemy import Connection, Index, MetaData, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from anguan.models.base import Base, Code

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


def create_triggers(connection: Connection) -> None:
    """Create the triggers that keep the search keys, anew where they exist.

    Called after migrations, because SQLite drops the triggers of a table that a migration rebuilds.
    """
    dialect = connection.dialect.name
    drop_triggers(connection)
    for kind, table, column in SOURCES:
        for statement in (_postgresql if dialect == "postgresql" else _sqlite)(kind, table, column):
            connection.exec_driver_sql(statement)


def drop_triggers(connection: Connection) -> None:
    """Drop the triggers that keep the search keys."""
    for _kind, table, _column in SOURCES:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS search_key_{table} ON {table}")
        else:
            for event_name in ("insert", "update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS search_key_{table}_{event_name}")


def keys_of(kind: str, column: str, row: str) -> str:
    """SELECT of the search keys of a row (NEW in a trigger) or of all rows of the table with that name."""
    value = f"{row}.{column}"
    source = "" if row == "NEW" else f"{row} CROSS JOIN "
    if column == "name":
        places = ", ".join(f"({place})" for place in range(1, _LONGEST + 1))
        return (
            f"SELECT '{kind}', substr({_fold(value)}, place.column1), {row}.id "  # noqa: S608  # nosec B608  # constants
            f"FROM {source}(VALUES {places}) AS place WHERE place.column1 <= length({_fold(value)})"
        )
    reverse = " || ".join(f"substr({value}, {place}, 1)" for place in range(_LONGEST, 0, -1))
    table = "" if row == "NEW" else f" FROM {row}"
    return f"SELECT '{kind}', {_fold(reverse)}, {row}.id{table} WHERE {value} IS NOT NULL"


def _fold(value: str) -> str:
    folded = f"upper({value})"
    for wide, narrow in _NARROWED:
        folded = f"replace({folded}, '{wide}', '{narrow}')"
    return folded


def _insert(kind: str, column: str) -> str:
    return f"INSERT INTO search_key (kind, text, record_id) {keys_of(kind, column, 'NEW')}"


def _delete(kind: str) -> str:
    return f"DELETE FROM search_key WHERE kind = '{kind}' AND record_id = OLD.id"  # noqa: S608  # nosec B608  # a constant


def _sqlite(kind: str, table: str, column: str) -> list[str]:
    events = (
        ("insert", "INSERT", (_insert(kind, column),)),
        ("update", f"UPDATE OF {column}", (_delete(kind), _insert(kind, column))),
        ("delete", "DELETE", (_delete(kind),)),
    )
    return [
        f"CREATE TRIGGER search_key_{table}_{name} AFTER {when} ON {table} BEGIN {'; '.join(steps)}; END"
        for name, when, steps in events
    ]


def _postgresql(kind: str, table: str, column: str) -> list[str]:
    name = f"search_key_{table}"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {_delete(kind)}; END IF; "
        f"IF TG_OP <> 'DELETE' THEN {_insert(kind, column)}; END IF; RETURN NULL; END $$",
        f"CREATE TRIGGER {name} AFTER INSERT OR UPDATE OF {column} OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _create_triggers(_metadata: MetaData, connection: Connection, tables: Any = (), **_more: Any) -> None:
    if SearchKey.__table__ in (tables or ()):
        create_triggers(connection)


event.listen(Base.metadata, "after_create", _create_triggers)
