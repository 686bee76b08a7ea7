"""Stored files: the bytes are written to the blob store before a row refers to them."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.fault_injection import crash_point
from anguan.infra.blob_store import Damaged, LocalStorage, Storage, Swept, Unstored
from anguan.infra.inspection import Clean
from anguan.infra.upsert import insert_into
from anguan.models import StoredFile

__all__ = [
    "Damaged",
    "LocalStorage",
    "Storage",
    "Swept",
    "Unstored",
    "has_right_size",
    "is_intact",
    "list_damaged",
    "rows_of",
    "store",
    "store_all",
    "sweep_orphans",
]


def store(session: Session, storage: Storage, clean: Clean) -> StoredFile:
    """Store a file and return its row, inserted when it is new. Raises Unstored."""
    return store_all(session, storage, (clean,))[0]


def store_all(session: Session, storage: Storage, cleans: Iterable[Clean]) -> list[StoredFile]:
    """Store several files and return their rows in the order given. Raises Unstored."""
    wanted = list(cleans)
    for clean in wanted:
        storage.keep(clean.data)
    return rows_of(session, wanted)


def rows_of(session: Session, cleans: Iterable[Clean]) -> list[StoredFile]:
    """The rows of files whose bytes are kept already, in the order given; inserted when they are new.

    Rows are inserted in the order of their hashes, so that two uploaders never deadlock.
    """
    wanted = [(hashlib.sha256(clean.data).hexdigest(), clean) for clean in cleans]
    crash_point("before_insert")
    rows = _insert(session, dict(sorted(wanted, key=lambda pair: pair[0]))) if wanted else {}
    crash_point("after_insert")
    return [rows[sha256] for sha256, _ in wanted]


def sweep_orphans(session: Session, storage: Storage, older_than: timedelta = timedelta(days=1)) -> Swept:
    """Remove files without a row; no transaction may last as long as `older_than`."""
    return storage.sweep(set(session.scalars(select(StoredFile.sha256))), older_than)


def list_damaged(session: Session, storage: Storage) -> list[str]:
    """The hashes of all rows whose file is missing or changed. Reads every file."""
    return [sha256 for sha256 in session.scalars(select(StoredFile.sha256)) if not is_intact(storage, sha256)]


def is_intact(storage: Storage, sha256: str) -> bool:
    """True when the file can be read and matches its hash. Reads the whole file."""
    try:
        storage.read(sha256)
    except Damaged:
        return False
    return True


def has_right_size(storage: Storage, row: StoredFile) -> bool:
    """Quick check for pages that list many files: the file exists and has the stored size."""
    return storage.size(row.sha256) == row.size


def _find(session: Session, hashes: Iterable[str]) -> dict[str, StoredFile]:
    """The rows that exist already, by hash."""
    rows = session.scalars(select(StoredFile).where(StoredFile.sha256.in_(sorted(hashes))))
    return {row.sha256: row for row in rows}


def _insert(session: Session, cleans: Mapping[str, Clean]) -> dict[str, StoredFile]:
    """The rows by hash, inserted unless they exist, also when another transaction inserts them just now."""
    created = {"created_at": clock.now()}
    values = [
        {"sha256": sha256, "mime": clean.mime, "size": len(clean.data), "pages": clean.pages, **created}
        for sha256, clean in cleans.items()
    ]
    statement = insert_into(session, StoredFile).values(values)
    added = statement.on_conflict_do_nothing(index_elements=[StoredFile.sha256]).returning(StoredFile)
    rows = {row.sha256: row for row in session.scalars(added)}
    missing = cleans.keys() - rows.keys()
    return rows | _find(session, missing) if missing else rows
