"""Counts the SQL statements that a page or a service call sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

FRAME = ("BEGIN", "SET LOCAL", "SAVEPOINT", "RELEASE", "ROLLBACK")
"""How a transaction is opened and closed: not counted, for SQLite and PostgreSQL do it differently."""


@contextmanager
def counted(*engines: Engine) -> Iterator[list[str]]:
    """The statements that these engines execute meanwhile, in their order."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(FRAME):
            said.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
