"""Per-connection settings of the database engines: SQLite locking, PostgreSQL lock timeout."""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, make_url

from anguan.infra.private_files import make_private_database

LOCK_WAIT = "anguan_lock_wait"
"""Execution option of a write transaction: milliseconds that it waits for a lock."""
LOCK_TIMEOUT_MS = {"sqlite": 8000, "postgresql": 3000}
"""How long a write waits unless it says otherwise: SQLite has one writer at a time, for all rows."""


def prepare_engine(engine: Engine) -> Engine:
    """Register the listeners that configure connections and begin transactions as `transaction` needs."""
    engine.hide_parameters = True  # personal data in parameters must not be logged
    if engine.dialect.name == "sqlite":
        if (path := database_file(engine.url)) is not None:
            make_private_database(path)
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def database_file(url: URL | str) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL and databases in memory."""
    found = make_url(url)
    name = found.database or ""
    if found.get_backend_name() != "sqlite" or name in ("", ":memory:") or name.startswith("file:"):
        return None
    return Path(name)


def _open_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer gets "locked" at once, without waiting: writers say so from the start.
    # With WAL a reader never waits for a writer.
    wait = connection.get_execution_options().get(LOCK_WAIT)
    if wait is not None and connection.info.get(LOCK_WAIT) != wait:
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA busy_timeout={int(wait)}")
        connection.info[LOCK_WAIT] = wait
    connection.exec_driver_sql("BEGIN" if wait is None else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if (wait := connection.get_execution_options().get(LOCK_WAIT)) is not None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, int(wait))}")  # 0 would be no limit
