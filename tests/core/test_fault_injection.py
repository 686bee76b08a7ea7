"""A crash point kills only a process that was started for it."""

import os
import signal
import subprocess
import sys

import pytest

from tests.support.paths import ROOT

PROGRAM = """
import os
{before}
from anguan.core.fault_injection import crash_point
os.environ["ANGUAN_KILL_AT"] = "here:2"
crash_point("there")
crash_point("here")
print("alive", flush=True)
crash_point("here")
print("still alive")
"""


@pytest.mark.parametrize(
    ("before", "code", "said"),
    [
        ('os.environ["ANGUAN_KILL_AT"] = ""', -signal.SIGKILL, "alive\n"),
        ('os.environ.pop("ANGUAN_KILL_AT", None)', 0, "alive\nstill alive\n"),
    ],
)
def test_only_a_process_of_the_tests_can_be_killed(before: str, code: int, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(before=before)],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (code, said), done.stderr
