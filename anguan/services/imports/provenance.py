"""Writes rows of the register set by set, and marks each one, so that a batch can be taken back."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from anguan.models import Base

TABLES: Mapping[str, Table] = Base.metadata.tables
IMPORTED_ROWS = TABLES["imported_row"]
_SEQUENCE = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :many)")


@cache
def names_of(table: str) -> tuple[str, ...]:
    """The columns that a trace covers: all but the key."""
    return tuple(column.name for column in TABLES[table].columns if column.name != "id")


def row_digest(values: Iterable[Any]) -> str:
    """A short digest of a row's values, in the order of `names_of`: equal traces are equal rows."""
    said = "\x1f".join(map(str, values))
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


class ProvenanceWriter:
    """The hand of one batch."""

    def __init__(self, session: Session, batch_id: int) -> None:
        self.session, self.batch_id = session, batch_id
        self._blank: dict[str, dict[str, Any]] = {}
        self._last: dict[str, int] = {}

    def insert(self, name: str, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Insert rows into a table; gives their keys in the same order."""
        if not rows:
            return []
        table, blank = TABLES[name], self._blank_of(name)
        keys = self._take_keys(table, len(rows))
        whole = [{**blank, **row, "id": key} for key, row in zip(keys, rows, strict=True)]
        connection = self.session.connection()
        connection.execute(insert(table), whole)
        names = names_of(name)
        self._mark(name, [(row["id"], "", row_digest([row[one] for one in names])) for row in whole])
        return keys

    def update(self, name: str, changes: Iterable[tuple[int, str, Mapping[str, Any]]]) -> None:
        """Mark changed rows: key, JSON of what stood there, all columns as they stand now."""
        names = names_of(name)
        self._mark(
            name, [(key, before, row_digest([after[one] for one in names])) for key, before, after in changes]
        )

    def _mark(self, name: str, rows: Sequence[tuple[int, str, str]]) -> None:
        said = [
            {"batch_id": self.batch_id, "table_name": name, "row_id": key, "before": before, "after": after}
            for key, before, after in rows
        ]
        if said:
            self.session.connection().execute(insert(IMPORTED_ROWS), said)

    def _blank_of(self, name: str) -> dict[str, Any]:
        """A row of nothing but defaults: every column is named, so that a trace covers all of them."""
        if name not in self._blank:
            self._blank[name] = {
                one: getattr(TABLES[name].columns[one].default, "arg", None) for one in names_of(name)
            }
        return self._blank[name]

    def _take_keys(self, table: Table, many: int) -> list[int]:
        """Keys for new rows, known before they are written; the right to write is already held."""
        if self.session.get_bind().dialect.name == "postgresql":
            return list(self.session.scalars(_SEQUENCE, {"name": table.name, "many": many}))
        if table.name not in self._last:
            highest = self.session.scalar(select(func.max(table.c.id)))
            self._last[table.name] = highest or 0
        first = self._last[table.name] + 1
        self._last[table.name] += many
        return list(range(first, first + many))
