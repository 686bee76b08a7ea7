"""Limits of the PDF subprocess: memory, file size, no network, no programs, restricted file access.

The rendered pages are our own and everything in them is escaped. The sandbox limits the damage when a
library has a vulnerability all the same.
"""

import os
import resource
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

MEMORY = 1536 * 1024 * 1024
LARGEST_FILE = 128 * 1024 * 1024
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system")


def limit_resources() -> None:
    """Cap memory, file size and core dumps of this process permanently."""
    for kind, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))


def drop_privileges(scratch: Path, *readable: Path) -> None:
    """Refuse sockets, programs, writes outside `scratch`, and reads outside Python and `readable`.

    From then on a refused operation raises PermissionError.
    """
    libraries = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    inside = [_with_slash(scratch)]
    sys.addaudithook(_make_guard(inside + [_with_slash(p) for p in (*libraries, *readable)], inside))


def _with_slash(folder: Path) -> str:
    return str(folder.resolve()) + os.sep


def _make_guard(readable: list[str], writable: list[str]) -> Callable[[str, tuple[Any, ...]], None]:
    def guard(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(FORBIDDEN):
            raise PermissionError(f"the PDF subprocess may not use {event}")
        if event == "open" and not isinstance(arguments[0], int):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            roots = writable if arguments[2] & WRITING else readable
            # With the slash, so that a folder itself counts as inside: unnamed scratch files open it.
            if not (path + os.sep).startswith(tuple(roots)):
                raise PermissionError(f"the PDF subprocess may not open {path}")

    return guard
