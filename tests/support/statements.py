"""Counts the SQL statements that a page or a service call sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

FRAME = ("BEGIN", "SET LOCAL", "SAVEPOINT", "RELEASE", "ROLLBACK")
"""Beginnings of transaction statements, which are not counted: SQLite and PostgreSQL differ in them."""


@contextmanager
def counted(*engines: Engine) -> Iterator[list[str]]:
    """A list to which each statement that these engines execute in the block is appended."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(FRAME):
            statements.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
