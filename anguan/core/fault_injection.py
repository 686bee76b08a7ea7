"""Deaths on purpose, with which tests simulate power loss.

`crash_point` does nothing unless ANGUAN_KILL_AT is in the environment when this module is imported, be it
empty; the value is read at each point. Production refuses the variable (see `anguan.config`).
"""

import os
import signal
from collections import Counter

_reached: Counter[str] = Counter()

if "ANGUAN_KILL_AT" in os.environ:

    def crash_point(point: str) -> None:
        """Die at once with SIGKILL where ANGUAN_KILL_AT says (`before_commit:3`: the third time there)."""
        wanted, _, turn = os.environ.get("ANGUAN_KILL_AT", "").partition(":")
        if wanted == point:
            _reached[point] += 1
            if _reached[point] == int(turn or 1):
                os.kill(os.getpid(), signal.SIGKILL)

else:

    def crash_point(point: str) -> None:
        """Nothing: this process was not started by a test that kills it."""
