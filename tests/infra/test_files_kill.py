"""The process dies at each crash point of an upload: no row is ever without its file.

On SQLite only: tests/worker/test_kills.py covers the same points on both databases.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from anguan.infra.engine import prepare_engine
from anguan.infra.files import LocalStorage, list_damaged
from anguan.models import Base, StoredFile
from tests.support.databases import drop_database, fresh_database

POINTS = ("after_temp", "after_fsync", "after_rename", "after_dirsync")
POINTS += ("before_insert", "after_insert", "before_commit", "after_commit")


@pytest.fixture(params=["sqlite"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    url = fresh_database(request.param)
    engine = prepare_engine(create_engine(url))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
    drop_database(url)


def upload(engine: Engine, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    url = engine.url.render_as_string(hide_password=False)
    return subprocess.run(
        [sys.executable, "-m", "tests.support.uploader", url, str(folder)],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )


def count_rows(engine: Engine, folder: Path) -> tuple[int, int]:
    """How many rows there are, and how many of them lack their file."""
    with Session(engine) as session:
        rows = session.scalar(select(func.count()).select_from(StoredFile)) or 0
        return rows, len(list_damaged(session, LocalStorage(folder)))


def test_an_acknowledged_upload_survives_a_death_at_any_point(engine: Engine, tmp_path: Path) -> None:
    for point in POINTS:
        killed = upload(engine, tmp_path, ANGUAN_KILL_AT=point)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert killed.stdout == ""
        assert count_rows(engine, tmp_path) == (int(point == "after_commit"), 0), point
    done = upload(engine, tmp_path)
    assert done.stdout.startswith("acknowledged"), done.stderr
    assert count_rows(engine, tmp_path) == (1, 0)
