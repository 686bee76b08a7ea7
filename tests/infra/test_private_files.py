"""Nothing in the data directory, and no SQLite database, can be read by other users of the machine."""

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from anguan.config import Config, read
from anguan.factory import create_app
from anguan.infra.engine import LOCK_WAIT, prepare_engine
from anguan.infra.files import LocalStorage
from anguan.infra.page_images import PageImage, _write_cached
from anguan.infra.private_files import make_private_folder, write_private
from anguan.worker.doctor import HealthLine, examine
from anguan.worker.upgrade import upgrade
from tests.support.client import close_app


@pytest.fixture(autouse=True)
def generous_umask() -> Iterator[None]:
    """New files are readable by everybody unless the program sees to it."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return read({"ANGUAN_DATA_DIR": str(tmp_path / "data"), "ANGUAN_CHEAP_HASH": "1"})


def fill(config: Config, open_connections: ExitStack) -> None:
    """Write all that the program writes: key, database, journals, uploads, page images, mark of the demo."""
    upgrade(config.database)
    close_app(create_app(config))
    engine = prepare_engine(create_engine(config.database))
    open_connections.callback(engine.dispose)
    connection = open_connections.enter_context(engine.connect().execution_options(**{LOCK_WAIT: 8000}))
    connection.execute(text("CREATE TABLE probe (x TEXT)"))
    connection.commit()
    storage = LocalStorage(config.folder / "files")
    storage.keep(b"a scan")
    storage.sweep(set(), older_than=timedelta(days=1))
    _write_cached(config.folder / "pages", PageImage("0" * 64, "image/png"), b"a page")
    write_private(config.folder / "demo.json", "{}")


def exposed(folder: Path) -> dict[str, str]:
    """Every path below the folder, and itself, that group or others may use."""
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
    return {str(path): oct(mode) for path, mode in modes.items() if mode & 0o077}


def permissions(config: Config) -> HealthLine:
    return next(line for line in examine(config) if line.what == "权限")


def test_everything_written_is_readable_by_its_owner_only(config: Config) -> None:
    with ExitStack() as open_connections:
        fill(config, open_connections)
        names = {path.name for path in config.folder.iterdir()}
        assert names >= {"anguan.sqlite3", "anguan.sqlite3-wal", "anguan.sqlite3-shm", "secret_key", "files"}
        assert exposed(config.folder) == {}
    assert permissions(config).level == "ok"


def test_what_an_earlier_version_left_open_is_reported_and_closed(config: Config) -> None:
    with ExitStack() as open_connections:
        fill(config, open_connections)
        tops = [config.folder, *(path for path in config.folder.iterdir() if path.is_file())]
        for path in tops:
            path.chmod(0o755 if path.is_dir() else 0o644)
        said = permissions(config)
        assert said.level == "bad"
        assert "anguan.sqlite3-wal" in said.sentence
        upgrade(config.database)
        close_app(create_app(config))
        assert exposed(config.folder) == {}
    assert permissions(config).level == "ok"


def test_a_database_outside_the_data_directory_is_closed_too(config: Config, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere.sqlite3"
    place.touch(0o644)
    outside = replace(config, database_url=f"sqlite:///{place}")
    make_private_folder(outside.folder)
    assert str(place) in permissions(outside).sentence
    upgrade(outside.database)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert permissions(outside).level == "ok"


def test_a_folder_that_users_share_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    (tmp_path / "theirs").touch(0o644)
    make_private_folder(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777
    assert stat.S_IMODE((tmp_path / "theirs").stat().st_mode) == 0o644
