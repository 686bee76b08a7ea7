"""`anguan run` as users start it: its process, its address, and the processes that it started."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from tests.support.paths import ROOT


class RunningApplication:
    """`anguan run` on an existing database, at `host`, with these options and environment variables."""

    def __init__(
        self, url: str, folder: Path, *options: str, host: str = "127.0.0.1", **environment: str
    ) -> None:
        with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as place:
            place.bind((host, 0))
            port = place.getsockname()[1]
        self.address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        given = {"ANGUAN_DATABASE_URL": url, "ANGUAN_DATA_DIR": str(folder), "HOST": host, "PORT": str(port)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "anguan.cli.main", "run", *options],
            cwd=ROOT,
            env={**os.environ, **given, "PYTHONUNBUFFERED": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=_restore_sigint,
        )

    def answers(self, **headers: str) -> bool:
        """Whether the start page answers."""
        try:
            with urlopen(Request(f"{self.address}/", headers=headers), timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def wait(self, seconds: float = 120) -> None:
        """Wait until it answers."""
        end = time.monotonic() + seconds
        while not self.answers():
            assert self.process.poll() is None, self.process.stdout.read() if self.process.stdout else ""
            assert time.monotonic() < end
            time.sleep(0.1)

    def stop(self) -> str:
        """End it as a service manager would; returns what it printed."""
        self.process.terminate()
        said, _ = self.process.communicate(timeout=60)
        return said

    def children(self) -> list[int]:
        """The processes that it started."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        threads = Path(f"/proc/{self.process.pid}/task").iterdir()
        return [int(pid) for pid in found] or [
            int(pid) for thread in threads for pid in (thread / "children").read_text().split()
        ]


def await_end(pids: list[int], seconds: float = 60) -> None:
    """Wait until these processes are gone."""
    end = time.monotonic() + seconds
    while any(_is_alive(pid) for pid in pids):
        assert time.monotonic() < end, "something that was started is still there"
        time.sleep(0.1)


def _restore_sigint() -> None:
    """A shell makes background jobs ignore SIGINT, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
