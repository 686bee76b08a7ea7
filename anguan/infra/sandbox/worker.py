"""Worker program of the sandbox: parses one untrusted file per forked process, under resource limits.

It has no access to settings, database or secrets. It answers with figures, error codes and raw output.

Frames in both directions: two lengths (4 bytes each, big endian), a JSON object, then raw bytes.
"""

import gc
import json
import os
import resource
import struct
import sys
import warnings
from typing import Any

from PIL import Image

from anguan.infra.sandbox.file_error import FileError
from anguan.infra.sandbox.images import remake_image, turn_image
from anguan.infra.sandbox.page_rendering import draw_pages, render_page
from anguan.infra.sandbox.pdf_files import read_pdf
from anguan.infra.sandbox.portraits import (
    cut_portrait,
    measure_picture,
    open_picture,
    show_picture,
    take_portrait,
)
from anguan.infra.sandbox.viewer_fonts import use_fonts
from anguan.infra.sandbox.watermark import watermark_image

Ask = dict[str, Any]
Answer = dict[str, Any]

TASKS = {
    "image": remake_image,
    "turn": turn_image,
    "pdf": read_pdf,
    "page": render_page,
    "draw": draw_pages,
    "stamp": watermark_image,
    "picture": open_picture,
    "measure": measure_picture,
    "show": show_picture,
    "cut": cut_portrait,
    "portrait": take_portrait,
}


def _confine(ask: Ask) -> None:
    memory = ask["memory"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (ask["seconds"], ask["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer_one() -> int:
    """Read one frame and answer it; returns the exit status, 1 at the end of the input."""
    head = sys.stdin.buffer.read(8)
    if len(head) < 8:
        return 1
    asked, size = struct.unpack(">II", head)
    ask: Ask = json.loads(sys.stdin.buffer.read(asked))
    data = sys.stdin.buffer.read(size)
    if len(data) < size:
        return 1
    _confine(ask)
    answer, made = _try(ask, data)
    text = json.dumps(answer).encode()
    sys.stdout.buffer.write(struct.pack(">II", len(text), len(made)) + text + made)
    sys.stdout.buffer.flush()
    return 0


def _try(ask: Ask, data: bytes) -> tuple[Answer, bytes]:
    try:
        figures, made = TASKS[ask["task"]](data, ask)
    except FileError as fault:
        return fault.answer, b""
    except MemoryError:
        return {"fault": "heavy"}, b""
    return {**figures}, made


def serve() -> None:
    """Fork a process for each file until the input ends or a process fails."""
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # our own limit is stricter and is checked before decoding
    Image.preinit()
    use_fonts()
    gc.freeze()
    while True:
        worker = os.fork()
        if worker == 0:
            os._exit(_answer_one())
        _, status = os.waitpid(worker, 0)
        if status:
            return
