"""What the press process may not do: use much memory, reach the network, start programs, read the disk.

The pages it renders are our own and everything in them is escaped. The fence is for the day when that is
not enough: a fault in a library then meets closed doors.
"""

import os
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

MEMORY = 1536 * 1024 * 1024
LARGEST_FILE = 128 * 1024 * 1024
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "pty.")


def limit_resources() -> None:
    """Cap memory, file size and core dumps of this process for good."""
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))


def close_doors(*readable: Path) -> None:
    """Refuse sockets, programs and every file outside Python itself, scratch space and `readable`."""
    roots = [Path(sys.prefix), Path(sys.base_prefix), *readable]
    roots += [Path(entry) for entry in sys.path if entry]
    scratch = Path(tempfile.mkdtemp(prefix="anguan-press-"))
    tempfile.tempdir = str(scratch)
    sys.addaudithook(_make_guard([str(p.resolve()) + os.sep for p in [*roots, scratch]], str(scratch)))


def _make_guard(allowed: list[str], scratch: str) -> Callable[[str, tuple[Any, ...]], None]:
    def guard(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(FORBIDDEN):
            raise PermissionError(f"the press may not use {event}")
        if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            writes = isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
            inside = [scratch + os.sep] if writes else allowed
            if not path.startswith(tuple(inside)):
                raise PermissionError("the press may not open files")

    return guard
