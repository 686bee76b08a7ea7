"""The process dies at each crash point of an upload: no row is ever without its file.

On SQLite only: tests/worker/test_kills.py covers the same points on both databases.
"""

import os
import signal
from collections.abc import Iterator
from hashlib import sha256
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from anguan.infra.engine import prepare_engine
from anguan.infra.files import LocalStorage, list_damaged, store
from anguan.infra.inspection import Clean, inspect
from anguan.infra.transaction import transaction
from anguan.models import Base, StoredFile
from tests.campaigns.support.race import PATIENCE, PROCESSES
from tests.support.databases import drop_database, fresh_database
from tests.support.sample_files.corpus import paper

POINTS = ("after_temp", "after_fsync", "after_rename", "after_dirsync")
POINTS += ("before_insert", "after_insert", "before_commit", "after_commit")


@pytest.fixture
def engine() -> Iterator[Engine]:
    url = fresh_database("sqlite")
    engine = prepare_engine(create_engine(url))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
    drop_database(url)


def upload(url: str, folder: Path, clean: Clean, point: str, line: Connection) -> None:
    """Store the file, commit, then report its digest; entry point of a process that dies at `point`."""
    os.environ["ANGUAN_KILL_AT"] = point
    engine = prepare_engine(create_engine(url))
    with Session(engine) as session:
        with transaction(session):
            row = store(session, LocalStorage(folder), clean)
        line.send(row.sha256)
    engine.dispose()


def run_upload(engine: Engine, folder: Path, clean: Clean, point: str = "") -> tuple[int | None, bool]:
    """Exit code of the process, and whether it acknowledged the upload."""
    here, there = PROCESSES.Pipe(duplex=False)
    url = engine.url.render_as_string(hide_password=False)
    process = PROCESSES.Process(target=upload, args=(url, folder, clean, point, there))
    process.start()
    there.close()
    process.join(PATIENCE)
    try:
        return process.exitcode, here.poll() and here.recv() == sha256(clean.data).hexdigest()
    except EOFError:
        return process.exitcode, False


def count_rows(engine: Engine, folder: Path) -> tuple[int, int]:
    """How many rows there are, and how many of them lack their file."""
    with Session(engine) as session:
        rows = session.scalar(select(func.count()).select_from(StoredFile)) or 0
        return rows, len(list_damaged(session, LocalStorage(folder)))


def test_an_acknowledged_upload_survives_a_death_at_any_point(engine: Engine, tmp_path: Path) -> None:
    clean = inspect(paper(), "承诺书.pdf")
    for point in POINTS:
        assert run_upload(engine, tmp_path, clean, point) == (-signal.SIGKILL, False), point
        assert count_rows(engine, tmp_path) == (int(point == "after_commit"), 0), point
    assert run_upload(engine, tmp_path, clean) == (0, True)
    assert count_rows(engine, tmp_path) == (1, 0)
