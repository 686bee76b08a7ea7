"""Has strangers' files opened by another process: what goes wrong there goes wrong without us.

`inspector` runs as a separate program without our environment. A few of them are kept warm; one that
hangs is killed, one that dies is replaced, and no file's fate touches the web worker's memory.
"""

import atexit
import json
import os
import signal
import struct
import subprocess  # nosec B404
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import anguan

PROJECT_ROOT = Path(anguan.__file__).parent.parent
PROGRAM = (
    f"import sys; sys.path.insert(0, {str(PROJECT_ROOT)!r}); "
    "from anguan.infra.sandbox.worker import serve; serve()"
)
MEMORY = 640 * 1024 * 1024
CPU_SECONDS = 10
WALL_SECONDS = 15
WAIT_SECONDS = 30
LARGEST_ANSWER = 64 * 1024 * 1024


class FileRefused(Exception):
    """No answer came: the process died (`died`), took too long (`slow`), or none was free (`busy`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sandbox:
    """At most `size` files open at a time, whatever the number of threads."""

    def __init__(self, size: int, seconds: float = WALL_SECONDS) -> None:
        self._size = size
        self._seconds = seconds
        self.forget()
        os.register_at_fork(after_in_child=self.forget)
        atexit.register(self.close)

    def forget(self) -> None:
        """Start with no inspectors: those of a parent process are not ours to talk to."""
        self._places = threading.BoundedSemaphore(self._size)
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[bytes]] = []

    def close(self) -> None:
        """Let the idle inspectors go: they end when their input ends."""
        with self._lock:
            idle, self._idle = self._idle, []
        for inspector in idle:
            _end(inspector)

    def look(self, task: str, data: bytes, **ask: Any) -> tuple[dict[str, Any], bytes]:
        """The inspector's answer about `data`, and what it made of it."""
        if not self._places.acquire(timeout=WAIT_SECONDS):
            raise FileRefused("busy")
        try:
            return self._ask({"task": task, "memory": MEMORY, "seconds": CPU_SECONDS, **ask}, data)
        finally:
            self._places.release()

    def _ask(self, ask: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        inspector = self._take()
        late = threading.Event()

        def stop() -> None:
            late.set()
            os.killpg(inspector.pid, signal.SIGKILL)

        timer = threading.Timer(self._seconds, stop)
        timer.start()
        try:
            answer = _exchange(inspector, ask, data)
        except (OSError, ValueError, struct.error):
            answer = None
        finally:
            timer.cancel()
            timer.join()
        if answer is None or late.is_set():
            _end(inspector)
            raise FileRefused("slow" if late.is_set() else "died")
        with self._lock:
            self._idle.append(inspector)
        return answer

    def _take(self) -> subprocess.Popen[bytes]:
        with self._lock:
            while self._idle:
                inspector = self._idle.pop()
                if inspector.poll() is None:
                    return inspector
                _end(inspector)
        return subprocess.Popen(  # noqa: S603 # nosec B603
            [sys.executable, "-I", "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )


def _exchange(
    inspector: subprocess.Popen[bytes], ask: dict[str, Any], data: bytes
) -> tuple[dict[str, Any], bytes]:
    if inspector.stdin is None or inspector.stdout is None:
        raise OSError("the inspector has no pipes")
    text = json.dumps(ask).encode()
    inspector.stdin.write(struct.pack(">II", len(text), len(data)) + text)
    inspector.stdin.write(data)
    inspector.stdin.flush()
    lengths: tuple[int, int] = struct.unpack(">II", inspector.stdout.read(8))
    if sum(lengths) > LARGEST_ANSWER:
        raise OSError("the answer is larger than any honest one")
    answer = inspector.stdout.read(lengths[0])
    made = inspector.stdout.read(lengths[1])
    if len(made) < lengths[1]:
        raise OSError("the answer stops short")
    return json.loads(answer), made


def _end(inspector: subprocess.Popen[bytes]) -> None:
    """Close both ends and wait for the process, so that nothing of it is left behind."""
    with suppress(ProcessLookupError):
        os.killpg(inspector.pid, signal.SIGKILL)
    for pipe in (inspector.stdin, inspector.stdout):
        with suppress(OSError):
            if pipe:
                pipe.close()
    inspector.wait()


SANDBOX = Sandbox(size=min(4, os.cpu_count() or 1))
