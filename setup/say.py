"""One voice for the set-up: short lines at the terminal, and a clean end when it cannot go on."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent


def say(line: str) -> None:
    """Tell the person what is going on; set-up is the only place that a first start waits for."""
    print(line, flush=True)


def stop(line: str) -> NoReturn:
    """End with one line that says what is missing and how to get it."""
    print(line, file=sys.stderr, flush=True)
    raise SystemExit(1)


def succeeds(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> bool:
    """Run a command in the project's folder and say whether it worked; its output is shown only if not."""
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
