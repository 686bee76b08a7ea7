"""Messages of the set-up, and commands whose output is shown only when they fail."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent


def say(line: str) -> None:
    """Print a line without buffering, because the first start takes minutes."""
    print(line, flush=True)


def stop(line: str) -> NoReturn:
    """Exit with code 1 and a line that says what is missing and how to get it."""
    print(line, file=sys.stderr, flush=True)
    raise SystemExit(1)


def succeeds(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> bool:
    """Run a command in the project folder; True on success, its output is shown only on failure."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print((done.stdout + done.stderr)[-4000:], file=sys.stderr, flush=True)
    return done.returncode == 0
