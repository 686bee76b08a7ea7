"""Parses untrusted uploads in resource-limited subprocesses.

The worker processes run `sandbox.worker` with an empty environment. Idle ones are reused; one that exceeds
the time limit is killed, one that died is replaced.
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
    """No answer: the process died (`died`), took too long (`slow`), or none was free (`busy`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Sandbox:
    """Pool of worker processes: at most `size` files at a time, each for at most `seconds`."""

    def __init__(self, size: int, seconds: float = WALL_SECONDS) -> None:
        self._size = size
        self._seconds = seconds
        self.forget()
        os.register_at_fork(after_in_child=self.forget)
        atexit.register(self.close)

    def forget(self) -> None:
        """Reset the pool after a fork: the workers belong to the parent process."""
        self._slots = threading.BoundedSemaphore(self._size)
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[bytes]] = []

    def close(self) -> None:
        """End the idle worker processes."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            _end(worker)

    def run(self, task: str, data: bytes, **ask: Any) -> tuple[dict[str, Any], bytes]:
        """Run a task of the worker on `data`: its JSON answer and its output. Raises FileRefused."""
        if not self._slots.acquire(timeout=WAIT_SECONDS):
            raise FileRefused("busy")
        try:
            return self._ask({"task": task, "memory": MEMORY, "seconds": CPU_SECONDS, **ask}, data)
        finally:
            self._slots.release()

    def _ask(self, ask: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        worker = self._take()
        late = threading.Event()

        def stop() -> None:
            late.set()
            os.killpg(worker.pid, signal.SIGKILL)

        timer = threading.Timer(self._seconds, stop)
        timer.start()
        try:
            answer = _exchange(worker, ask, data)
        except (OSError, ValueError, struct.error):
            answer = None
        finally:
            timer.cancel()
            timer.join()
        if answer is None or late.is_set():
            _end(worker)
            raise FileRefused("slow" if late.is_set() else "died")
        with self._lock:
            self._idle.append(worker)
        return answer

    def _take(self) -> subprocess.Popen[bytes]:
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.poll() is None:
                    return worker
                _end(worker)
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
    worker: subprocess.Popen[bytes], ask: dict[str, Any], data: bytes
) -> tuple[dict[str, Any], bytes]:
    if worker.stdin is None or worker.stdout is None:
        raise OSError("the worker has no pipes")
    text = json.dumps(ask).encode()
    worker.stdin.write(struct.pack(">II", len(text), len(data)) + text)
    worker.stdin.write(data)
    worker.stdin.flush()
    lengths: tuple[int, int] = struct.unpack(">II", worker.stdout.read(8))
    if sum(lengths) > LARGEST_ANSWER:
        raise OSError("the answer exceeds the size limit")
    answer = worker.stdout.read(lengths[0])
    made = worker.stdout.read(lengths[1])
    if len(made) < lengths[1]:
        raise OSError("the answer is truncated")
    return json.loads(answer), made


def _end(worker: subprocess.Popen[bytes]) -> None:
    """Kill the process group, close the pipes and wait, so that no zombie remains."""
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    for pipe in (worker.stdin, worker.stdout):
        with suppress(OSError):
            if pipe:
                pipe.close()
    worker.wait()


SANDBOX = Sandbox(size=min(4, os.cpu_count() or 1))
