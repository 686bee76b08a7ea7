"""Content-addressed storage of immutable files on disk, with atomic and durable writes."""

import fcntl
import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from anguan.core.fault_injection import crash_point
from anguan.infra.private_files import FILE_MODE, make_private_folder

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


class Damaged(Exception):
    """The file is missing, cannot be read, or does not match its hash."""


class Unstored(Exception):
    """The file cannot be written (disk full, read-only, failing); `sentence` is the message for the user."""

    sentence = "服务器暂时存不下文件，请稍后再试；已填写的内容不受影响。"


@dataclass(frozen=True)
class Swept:
    """Result of a sweep: number of removed files without a row, and of removed temporary files."""

    files: int
    leavings: int


class Storage(Protocol):
    """Storage of immutable bytes under their SHA-256."""

    def keep(self, data: bytes) -> str:
        """Store durably and return the hash; idempotent. Raises Unstored."""

    def read(self, sha256: str) -> bytes:
        """The verified bytes; raises Damaged when they are missing, changed or unreadable."""

    def size(self, sha256: str) -> int | None:
        """The size in bytes without reading the file; None when it cannot be accessed."""

    def path(self, sha256: str) -> Path:
        """The path of the file, for readers that need one; ValueError when this is not a SHA-256."""

    def sweep(self, known: set[str], older_than: timedelta) -> Swept:
        """Remove files that are not in `known` and temporary files, when older than `older_than`."""


class LocalStorage:
    """Storage on a local disk as ab/cd/<hash>; a name appears only when its bytes are durable."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._tmp = root / "tmp"
        for folder in (root, self._tmp):
            make_private_folder(folder)

    def path(self, sha256: str) -> Path:
        if not _DIGEST.match(sha256):
            raise ValueError("not a SHA-256 in lower-case hex")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def read(self, sha256: str) -> bytes:
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise Damaged(f"{sha256} is missing") from error
        except OSError as error:  # no permission or a failing disk: the file is equally unusable
            raise Damaged(f"{sha256} cannot be read: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise Damaged(f"{sha256} holds other bytes")
        return data

    def size(self, sha256: str) -> int | None:
        try:
            return self.path(sha256).stat().st_size
        except OSError:
            return None

    def keep(self, data: bytes) -> str:
        """Temporary file, fsync, rename, fsync of the directory: a crash leaves no partial file."""
        sha256 = hashlib.sha256(data).hexdigest()
        final = self.path(sha256)
        try:
            with self._locked(fcntl.LOCK_SH):
                if _is_whole(final, len(data)):
                    os.utime(final)  # the sweep must wait until the row is committed
                else:
                    self._write(data, final)
                _sync_directory(final.parent)
        except OSError as error:
            raise Unstored(str(error)) from error
        crash_point("after_dirsync")
        return sha256

    def _write(self, data: bytes, final: Path) -> None:
        _make_directories(self.root, final.parent)
        temp = self._tmp / f"{final.name[:16]}-{secrets.token_hex(8)}"
        try:
            with os.fdopen(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writer:
                writer.write(data)
                writer.flush()
                crash_point("after_temp")
                os.fsync(writer.fileno())
            crash_point("after_fsync")
            temp.rename(final)
            crash_point("after_rename")
        except OSError:
            temp.unlink(missing_ok=True)
            raise

    def sweep(self, known: set[str], older_than: timedelta) -> Swept:
        """Uses the clock of the file system: a frozen clock must not remove current uploads."""
        oldest = self._disk_time() - older_than.total_seconds()
        files = self._remove(self.root.glob("??/??/*"), oldest, lambda path: path.name not in known)
        leavings = self._remove(self._tmp.iterdir(), oldest, lambda path: True)
        return Swept(files, leavings)

    def _remove(self, paths: Iterable[Path], oldest: float, orphaned: Callable[[Path], bool]) -> int:
        removed = 0
        for path in list(paths):
            if not orphaned(path):
                continue
            with self._locked(fcntl.LOCK_EX), suppress(FileNotFoundError):
                if path.stat().st_mtime <= oldest:
                    path.unlink()
                    removed += 1
        return removed

    def _disk_time(self) -> float:
        probe = self.root / ".lock"
        probe.touch(mode=0o600)
        return probe.stat().st_mtime

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        """Shared lock for `keep`, exclusive for `sweep`, which must not remove a file being kept again."""
        with os.fdopen(os.open(self.root / ".lock", os.O_WRONLY | os.O_CREAT, FILE_MODE), "ab") as lock:
            fcntl.flock(lock, how)
            yield


def _is_whole(path: Path, size: int) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_size == size
    return False


def _make_directories(root: Path, wanted: Path) -> None:
    """Create the directories and fsync their parents, so that they survive a power failure."""
    for directory in (wanted.parent, wanted):
        if not directory.is_dir():
            directory.mkdir(mode=0o700, exist_ok=True)
            _sync_directory(directory.parent)


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
