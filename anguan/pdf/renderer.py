"""Renders HTML to PDF in a resource-limited subprocess.

One warm process per server process; a page that takes too long is killed with it and the next page gets a
new one. Rendering is pure Python under one lock of the library, so more threads would not be faster.
"""

import atexit
import os
import shutil
import subprocess  # nosec B404
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from anguan.pdf import ipc

ROOT = Path(__file__).resolve().parents[2]
TIME_LIMIT = 30.0
"""Maximum seconds per page."""
START_LIMIT = 60.0
"""Maximum seconds for a new process to parse the fonts, on a busy machine."""
PAGES_PER_PROCESS = 500


class RenderError(Exception):
    """The page could not be rendered; the text says why, for staff."""


class MissingGlyph(RenderError):
    """No installed font has these characters; `chars` holds each once."""

    def __init__(self, chars: Sequence[str]) -> None:
        self.chars = tuple(chars)
        listed = "、".join(f"{c}（U+{ord(c):04X}）" for c in chars)
        super().__init__(f"字库中没有这些字，无法打印：{listed}。请安装后备字体（fonts-hanazono）后重试")


class PdfRenderer:
    """Manages the one subprocess; safe to call from several threads and to inherit over a fork."""

    def __init__(self, time_limit: float = TIME_LIMIT) -> None:
        self.time_limit = time_limit
        self.forget()

    def forget(self) -> None:
        """Reset to the state without a process; a forked child must not use its parent's pipes."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch = ""
        self._pages = 0

    def abandon(self) -> None:
        """In a forked child: close the copies of the parent's pipes, so that its process can end with it."""
        process = self._process
        self.forget()
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.returncode = 0

    def print(self, html: str, images: Mapping[str, bytes]) -> bytes:
        """Render one PDF. Raises RenderError when the page is refused, faulty or too slow."""
        with self._lock:
            process = self._ready()
            reply, pdf = self._exchange(process, self.time_limit, html.encode(), images)
            self._pages += 1
            if self._pages >= PAGES_PER_PROCESS:
                self._end()
        if "fault" in reply:
            raise RenderError(f"打印失败：{reply['fault']}")
        return pdf

    def close(self) -> None:
        """End the process; the next page starts a new one."""
        with self._lock:
            self._end()

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = self._start()
            self._exchange(self._process, START_LIMIT, b"<p></p>", {})
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        self._scratch = tempfile.mkdtemp(prefix="anguan-pdf-")
        # No inherited environment: it may hold keys, and the subprocess needs none.
        surroundings = {"PYTHONPATH": str(ROOT), "TMPDIR": self._scratch, "LANG": "C.UTF-8"}
        return subprocess.Popen(  # nosec B603
            [sys.executable, "-m", "anguan.pdf.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Unbuffered: a forked child must not inherit half a message and flush it.
            bufsize=0,
            # Ctrl-C is for the server; the subprocess ends when its input closes.
            start_new_session=True,
            cwd=self._scratch,
            env=surroundings,
        )

    def _exchange(
        self, process: subprocess.Popen[bytes], limit: float, html: bytes, images: Mapping[str, bytes]
    ) -> tuple[dict[str, str], bytes]:
        sink, source = process.stdin, process.stdout
        if sink is None or source is None:
            raise RenderError("打印进程没有启动")
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limit, stop)
        timer.daemon = True
        timer.start()
        try:
            ipc.send(sink, {"images": list(images)}, html, *images.values())
            reply, bodies = ipc.receive(source)
        except (EOFError, OSError, ValueError) as fault:
            self._end()
            reason = f"超过 {limit:g} 秒，已中止" if late.is_set() else "打印进程意外结束"
            raise RenderError(f"打印失败：{reason}") from fault
        except BaseException:
            # Interrupted between request and reply: the next page must not get this one's reply.
            self._end()
            raise
        finally:
            timer.cancel()
        return reply, bodies[0]

    def _end(self) -> None:
        process, self._process, self._pages = self._process, None, 0
        if process is not None:
            process.kill()
            process.communicate()
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = ""


RENDERER = PdfRenderer()
os.register_at_fork(after_in_child=RENDERER.abandon)
atexit.register(RENDERER.close)


def render_pdf(html: str, images: Mapping[str, bytes]) -> bytes:
    """Render a page of our own templates; `<img src="picture:NAME">` refers to `images[NAME]`.

    Raises RenderError.
    """
    return RENDERER.print(html, images)
