"""A place on disk for immutable bytes under their hash: a name appears only when its bytes are safe."""

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

_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


class Damaged(Exception):
    """The file is missing, cannot be read, or is no longer what its hash says: nothing is decided on it."""


class Unstored(Exception):
    """The disk does not take the file (full, read-only, failing); `sentence` is for the person."""

    sentence = "服务器暂时存不下文件，请稍后再试；已填写的内容不受影响。"


@dataclass(frozen=True)
class Swept:
    """What a sweep took away: files that no row knew, and leavings of interrupted uploads."""

    files: int
    leavings: int


class Storage(Protocol):
    """A place for immutable bytes under their SHA-256."""

    def keep(self, data: bytes) -> str:
        """Store durably and return the hash; storing the same again changes nothing."""

    def read(self, sha256: str) -> bytes:
        """The bytes, verified; `Damaged` when they are gone, changed, or cannot be read at this moment."""

    def size(self, sha256: str) -> int | None:
        """How many bytes are kept, without reading them; None when they cannot be reached."""

    def path(self, sha256: str) -> Path:
        """Where the bytes lie, for a reader that needs a file."""

    def sweep(self, known: set[str], older_than: timedelta) -> Swept:
        """Take away what no row knows and what interrupted uploads left, when old enough."""


class LocalStorage:
    """Files on a local disk as ab/cd/<hash>; a name appears only when the bytes under it are safe."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._tmp = root / "tmp"
        self._tmp.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, sha256: str) -> Path:
        if not _DIGEST.match(sha256):
            raise ValueError("not a SHA-256 in lower-case hex")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def read(self, sha256: str) -> bytes:
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise Damaged(f"{sha256} is missing") from error
        except OSError as error:  # no permission, a failing disk: for the reader it is the same
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
        """Temp file, fsync, rename, fsync of the directory: a crash between leaves no false file."""
        sha256 = hashlib.sha256(data).hexdigest()
        final = self.path(sha256)
        try:
            with self._locked(fcntl.LOCK_SH):
                if _is_whole(final, len(data)):
                    os.utime(final)  # young again, so that a sweep waits for the row to come
                else:
                    self._place(data, final)
                _sync_directory(final.parent)
        except OSError as error:
            raise Unstored(str(error)) from error
        crash_point("after_dirsync")
        return sha256

    def _place(self, data: bytes, final: Path) -> None:
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
        """Ages are told by the disk's own clock: a rehearsed year must not sweep today's uploads."""
        young = self._disk_time() - older_than.total_seconds()
        files = self._remove(self.root.glob("??/??/*"), young, lambda path: path.name not in known)
        leavings = self._remove(self._tmp.iterdir(), young, lambda path: True)
        return Swept(files, leavings)

    def _remove(self, paths: Iterable[Path], young: float, orphaned: Callable[[Path], bool]) -> int:
        removed = 0
        for path in list(paths):
            if not orphaned(path):
                continue
            with self._locked(fcntl.LOCK_EX), suppress(FileNotFoundError):
                if path.stat().st_mtime <= young:
                    path.unlink()
                    removed += 1
        return removed

    def _disk_time(self) -> float:
        probe = self.root / ".lock"
        probe.touch(mode=0o600)
        return probe.stat().st_mtime

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        """Keepers share, the sweeper is alone: it must not take a file that is being found again."""
        with (self.root / ".lock").open("ab") as lock:
            fcntl.flock(lock, how)
            yield


def _is_whole(path: Path, size: int) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_size == size
    return False


def _make_directories(root: Path, wanted: Path) -> None:
    """Each new directory is itself a name that must survive a power cut."""
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
