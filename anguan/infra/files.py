"""Stored files: the bytes are written to the blob store before a row refers to them."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.fault_injection import crash_point
from anguan.infra.blob_store import Damaged, LocalStorage, Storage, Swept, Unstored
from anguan.infra.inspection import Clean
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
    "store",
    "store_all",
    "sweep_orphans",
]


def store(session: Session, storage: Storage, clean: Clean) -> StoredFile:
    """Store a file and return its row, inserted when it is new. Raises Unstored."""
    return store_all(session, storage, (clean,))[0]


def store_all(session: Session, storage: Storage, cleans: Iterable[Clean]) -> list[StoredFile]:
    """Rows for several files in the order given; inserted by hash, so that two uploaders never deadlock."""
    wanted = [(hashlib.sha256(clean.data).hexdigest(), clean) for clean in cleans]
    for _, clean in wanted:
        storage.keep(clean.data)
    crash_point("before_insert")
    rows = {sha256: _find_or_insert(session, sha256, clean) for sha256, clean in sorted(dict(wanted).items())}
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


def _find_or_insert(session: Session, sha256: str, clean: Clean) -> StoredFile:
    known = select(StoredFile).where(StoredFile.sha256 == sha256)
    row = session.scalars(known).one_or_none()
    if row is not None:
        return row
    row = StoredFile(sha256=sha256, mime=clean.mime, size=len(clean.data), pages=clean.pages)
    row.created_at = clock.now()
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another transaction inserted the same hash after the select above
        return session.scalars(known).one()
    return row
