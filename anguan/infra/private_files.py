"""Keeps the data directory and the database from other users of the machine: folders 0700, files 0600."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

FOLDER_MODE, FILE_MODE = 0o700, 0o600
OTHERS = 0o077
JOURNALS = ("-wal", "-shm", "-journal")
"""Files that SQLite keeps beside a database; it creates them with the mode of the database."""


def make_private_folder(folder: Path) -> None:
    """Create the folder, or close an existing one and the files in it to all but their owner.

    A folder that users share, such as /tmp (sticky bit), stays as it is.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
    if folder.stat().st_mode & stat.S_ISVTX:
        return
    _restrict(folder)
    for path in folder.iterdir():
        if path.is_file() and not path.is_symlink():
            _restrict(path)


def make_private_database(path: Path) -> None:
    """Create the file of an SQLite database before SQLite does, or close an existing one."""
    with suppress(OSError):  # SQLite will say what is wrong with the folder
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, FILE_MODE))
    for kept in _files_of(path):
        _restrict(kept)


def write_private(path: Path, text: str) -> None:
    """Write a small file at once: readers see the old text or the new one."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "w") as file:
        file.write(text)
    draft.replace(path)


def list_exposed(folder: Path, database: Path | None) -> list[Path]:
    """What other users may read: the data directory, files and folders directly in it, the database."""
    with suppress(OSError):
        inside = [folder, *sorted(path for path in folder.iterdir() if not path.is_symlink())]
        kept = _files_of(database) if database is not None else ()
        return [path for path in dict.fromkeys((*inside, *kept)) if path.stat().st_mode & OTHERS]
    return []


def _files_of(database: Path) -> Iterator[Path]:
    for name in (database.name, *(f"{database.name}{ending}" for ending in JOURNALS)):
        if (path := database.with_name(name)).exists():
            yield path


def _restrict(path: Path) -> None:
    """A file of another owner stays as it is; `anguan doctor` names it."""
    with suppress(OSError):
        if (mode := path.stat().st_mode) & OTHERS:
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)
