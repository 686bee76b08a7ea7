"""Processes of a running server: its port, the worker beside it, and how both end."""

import errno
import logging
import os
import signal
import socket
import subprocess  # nosec B404  # our own module in our own interpreter
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from waitress.server import create_server

from anguan.infra.addresses import in_url

ROOT = Path(__file__).resolve().parents[2]
THREADS = 8
TRIES = 50
PATIENCE = 15.0
"""Seconds that a process gets to finish its work."""


class CannotListen(OSError):
    """The server cannot listen there; the text says why and what to do."""


def bind_port(host: str, port: int, fixed: bool) -> socket.socket:
    """Bind this port, or the next free one when it is taken and not `fixed`. Raises CannotListen."""
    for number in [port] if fixed else range(port, min(port + TRIES, 65536)):
        try:
            return _bind(host, number)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                where = f"{in_url(host)}:{number}"
                raise CannotListen(
                    f"不能在 {where} 上监听：{error.strerror}。请检查 ANGUAN_HOST 和 ANGUAN_PORT。"
                ) from error
    raise CannotListen(f"端口 {port} 已被占用，请换一个，例如 make run PORT=8000。")


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def serve_here(app: Callable[..., Any], listener: socket.socket, proxied: bool) -> None:
    """Serve requests in this process until it is told to end; `proxied` keeps the headers of proxies."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is not worth a warning
    server = create_server(
        app, sockets=[listener], threads=THREADS, ident=None, clear_untrusted_proxy_headers=not proxied
    )
    server.run()


def serve_with_gunicorn(host: str, port: int, environment: dict[str, str]) -> int:
    """Serve with gunicorn and two workers; returns its exit code."""
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "2"]
    command += [
        "--threads",
        str(THREADS // 2),
        "--bind",
        f"{in_url(host)}:{port}",
        "--no-control-socket",
        "app:app",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603  # nosec B603  # fixed command
    try:
        return process.wait()
    finally:
        _end(process)


@contextmanager
def run_worker_beside(environment: dict[str, str]) -> Iterator[None]:
    """Run a worker as a child process while the block runs; it is restarted when it dies."""
    over = threading.Event()
    current: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not over.is_set():
            command = [sys.executable, "-m", "anguan.cli.main", "jobs", "--with-parent"]
            child = subprocess.Popen(  # noqa: S603  # nosec B603  # fixed command
                command, cwd=ROOT, env=environment, stdin=subprocess.PIPE
            )
            current[:] = [child]
            child.wait()
            over.wait(5)

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        for child in current:
            _end(child)
        keeper.join(PATIENCE)


def end_with(stop: threading.Event, parent: bool) -> None:
    """Set `stop` on SIGTERM and SIGINT and, in a child process, when its parent is gone."""

    def note(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, note)
    if parent:
        threading.Thread(target=_watch_parent, args=(stop,), daemon=True).start()


def child_environment(**changed: str) -> dict[str, str]:
    """The environment of a child process: the present one, with these variables set."""
    return {**os.environ, **changed}


def _watch_parent(stop: threading.Event) -> None:
    # The parent holds the other end of the pipe; when it is gone, reading ends. Not through sys.stdin: its
    # lock would be held by this thread when the interpreter ends.
    while os.read(0, 1):
        pass
    stop.set()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
