"""The place on disk: found by hash, written safely, swept with care, never fooled."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from anguan.infra.engine import prepare_engine
from anguan.infra.files import Damaged, LocalStorage, list_damaged, store, store_all, sweep_orphans
from anguan.infra.inspection import Clean
from anguan.infra.transaction import transaction
from anguan.models import Base, StoredFile
from tests.support.databases import KINDS, drop_database, fresh_database

HOUR = timedelta(hours=1)
FULL_DISK = """
import resource, sys
from pathlib import Path
from anguan.infra.files import LocalStorage, Unstored
storage = LocalStorage(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    storage.keep(bytes(2000))
except Unstored as refusal:
    print(refusal.sentence)
print(storage.keep(bytes(500)))
"""


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "files")


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    url = fresh_database(request.param)
    engine = prepare_engine(create_engine(url))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
    drop_database(url)


def make_clean(text: str) -> Clean:
    return Clean(text.encode(), "application/pdf", None, None, 2, f"{text}.pdf")


def make_old(path: Path) -> None:
    os.utime(path, (1_000_000_000, 1_000_000_000))


def list_files(storage: LocalStorage) -> list[str]:
    return sorted(path.name for path in storage.root.rglob("*") if path.is_file() and path.name != ".lock")


def test_what_is_kept_is_read_back(storage: LocalStorage) -> None:
    sha256 = storage.keep(b"paper")
    assert sha256 == hashlib.sha256(b"paper").hexdigest()
    assert storage.read(sha256) == b"paper"
    assert storage.path(sha256).relative_to(storage.root).parts == (sha256[:2], sha256[2:4], sha256)
    assert storage.path(sha256).stat().st_mode & 0o077 == 0
    assert list_files(storage) == [sha256]


def test_keeping_twice_changes_nothing_but_its_age(storage: LocalStorage) -> None:
    path = storage.path(storage.keep(b"paper"))
    first = path.stat().st_ino
    make_old(path)
    storage.keep(b"paper")
    assert path.stat().st_ino == first
    assert path.stat().st_mtime > 1_000_000_000


def test_a_half_file_of_that_name_is_replaced(storage: LocalStorage) -> None:
    path = storage.path(storage.keep(b"paper"))
    path.write_bytes(b"pap")
    assert storage.read(storage.keep(b"paper")) == b"paper"


def test_a_changed_or_lost_file_raises_the_alarm(storage: LocalStorage) -> None:
    path = storage.path(storage.keep(b"paper"))
    path.write_bytes(b"Paper")
    with pytest.raises(Damaged, match="other bytes"):
        storage.read(path.name)
    path.unlink()
    with pytest.raises(Damaged, match="missing"):
        storage.read(path.name)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 64 + "\n", "身份证.jpg"])
def test_only_a_hash_leads_to_a_path(storage: LocalStorage, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        storage.path(name)


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    run = [sys.executable, "-c", FULL_DISK, str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, timeout=60, check=True)
    sentence, kept = done.stdout.splitlines()
    assert "请稍后再试" in sentence
    assert list_files(LocalStorage(tmp_path)) == [kept]


def test_the_sweep_takes_only_what_is_old_and_unknown(storage: LocalStorage) -> None:
    known, orphan, fresh = (storage.keep(text) for text in (b"known", b"orphan", b"fresh"))
    for sha256 in (known, orphan):
        make_old(storage.path(sha256))
    for age in ("old", "new"):
        (storage.root / "tmp" / age).write_bytes(b"half")
    make_old(storage.root / "tmp" / "old")
    swept = storage.sweep({known}, HOUR)
    assert (swept.files, swept.leavings) == (1, 1)
    assert list_files(storage) == sorted([known, fresh, "new"])


def test_a_file_found_again_is_not_swept_away(storage: LocalStorage) -> None:
    path = storage.path(storage.keep(b"paper"))
    make_old(path)
    with ThreadPoolExecutor(1) as pool:
        with (storage.root / ".lock").open("ab") as keeper:
            fcntl.flock(keeper, fcntl.LOCK_SH)  # another upload is between finding the file and touching it
            sweep = pool.submit(storage.sweep, set(), HOUR)
            with pytest.raises(TimeoutError):
                sweep.result(timeout=0.3)
            os.utime(path)
        assert sweep.result(timeout=10).files == 0
    assert path.exists()


def test_a_row_is_made_once_and_tells_the_file(engine: Engine, storage: LocalStorage) -> None:
    with Session(engine) as session:
        with transaction(session):
            first, second = store(session, storage, make_clean("a")), store(session, storage, make_clean("a"))
        assert first is second
        assert (first.mime, first.size, first.pages) == ("application/pdf", 1, 2)
        assert storage.read(first.sha256) == b"a"


def test_orphans_go_and_files_with_rows_stay(engine: Engine, storage: LocalStorage) -> None:
    orphan = storage.keep(b"orphan")
    with Session(engine) as session:
        with transaction(session):
            row = store(session, storage, make_clean("a"))
        for sha256 in (orphan, row.sha256):
            make_old(storage.path(sha256))
        assert sweep_orphans(session, storage).files == 1
        assert list_files(storage) == [row.sha256]
        assert list_damaged(session, storage) == []
        storage.path(row.sha256).write_bytes(b"b")
        assert list_damaged(session, storage) == [row.sha256]


def test_rows_come_in_the_order_asked_for(engine: Engine, storage: LocalStorage) -> None:
    texts = ["c", "a", "b", "a"]
    with Session(engine) as session, transaction(session):
        rows = store_all(session, storage, [make_clean(text) for text in texts])
        assert [storage.read(row.sha256).decode() for row in rows] == texts


def test_uploaders_of_the_same_files_do_not_disturb_each_other(engine: Engine, storage: LocalStorage) -> None:
    start = Barrier(4, timeout=30)

    def upload(number: int) -> None:
        for turn in range(15):
            cleans = [make_clean(f"{turn}-{part}") for part in range(3)]
            start.wait()
            with Session(engine) as session, transaction(session):
                store_all(session, storage, cleans[::-1] if number % 2 else cleans)

    with ThreadPoolExecutor(4) as pool:
        for job in [pool.submit(upload, number) for number in range(4)]:
            job.result()
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 45
