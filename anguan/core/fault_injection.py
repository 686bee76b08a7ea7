"""Switches with which a test proves that it can fail: weakened defences and deliberate deaths.

Both are read from the environment and refused in production (see `anguan.config`).
"""

import os
import signal
from collections import Counter

_reached: Counter[str] = Counter()


def weakened(switch: str) -> bool:
    """True when the build is deliberately weakened at `switch` (ANGUAN_WEAKEN, comma separated)."""
    return switch in os.environ.get("ANGUAN_WEAKEN", "").split(",")


def reach(point: str) -> None:
    """Die at once, as by a power cut, where ANGUAN_KILL_AT says (`before_commit:3`: the third time there)."""
    wanted, _, turn = os.environ.get("ANGUAN_KILL_AT", "").partition(":")
    if wanted == point:
        _reached[point] += 1
        if _reached[point] == int(turn or 1):
            os.kill(os.getpid(), signal.SIGKILL)
