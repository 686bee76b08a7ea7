"""Switches with which a test proves that it can fail: weakened defences and deliberate deaths.

Both are read from the environment and refused in production (see `anguan.config`).
"""

import os
import signal


def weakened(switch: str) -> bool:
    """True when the build is deliberately weakened at `switch` (ANGUAN_WEAKEN, comma separated)."""
    return switch in os.environ.get("ANGUAN_WEAKEN", "").split(",")


def reach(point: str) -> None:
    """Die at once, as by a power cut, when ANGUAN_KILL_AT names this point."""
    if os.environ.get("ANGUAN_KILL_AT") == point:
        os.kill(os.getpid(), signal.SIGKILL)
