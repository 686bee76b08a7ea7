"""Kept papers as pictures: a page is drawn once a day, and never handed out without its reader's name.

What is put aside lies in a folder of the day; the first picture of a new day clears the old ones away.
"""

import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anguan.core import clock
from anguan.infra.blob_store import Storage
from anguan.infra.inspection import MOST_PAGES, MOST_PIXELS
from anguan.infra.sandbox.client import SANDBOX, FileRefused

SIZES = {"page": 1800, "large": 3200}
"""Longer side in pixels: to read on the screen, and to look closely."""

_FAULTS = {
    "encrypted": "这份文件设有密码，打不开",
    "truncated": "这份文件不完整，打不开",
    "broken": "这份文件已经损坏，打不开",
    "died": "这份文件无法安全打开",
    "slow": "打开这份文件用时过长",
    "heavy": "这份文件内容过于复杂，打不开",
    "pages": "这份文件的页数超过上限",
    "no_pages": "这份文件里一页也没有",
}
_REMEDY = "，不能据此审核。请退回补正，让申请人重新扫描或导出后上传。"
_BUSY = "现在打开材料的人较多，这一页暂时没有画出来。请过几秒再试一次。"


class UnreadablePage(Exception):
    """The page cannot be shown; `sentence` says why and what to do, `later` that waiting helps."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.later = code == "busy"
        self.sentence = _BUSY if self.later else _FAULTS.get(code, _FAULTS["broken"]) + _REMEDY


@dataclass(frozen=True)
class PageImage:
    """One page of a kept file, at one of the sizes."""

    sha256: str
    mime: str
    page: int = 1
    size: str = "page"

    @property
    def name(self) -> str:
        """Under which it is put aside."""
        return f"{self.sha256}-{self.page}-{self.size}.jpg"


@dataclass(frozen=True)
class Reader:
    """What the watermark says, and the typeface that says it."""

    words: str
    font: Path


def read_page_image(storage: Storage, folder: Path, leaf: PageImage, reader: Reader) -> bytes:
    """The page as a JPEG that names its reader. `Damaged` or `Unreadable` when there is nothing to show."""
    plain = _recall(folder, leaf)
    if plain is None:
        plain = render_page_image(storage, leaf)
        _put_aside(folder, leaf, plain)
    else:
        storage.read(leaf.sha256)  # a page that was drawn earlier must not hide that the file is damaged
    return add_watermark(plain, reader)


def render_page_image(storage: Storage, leaf: PageImage) -> bytes:
    """The page without any mark: for our own shelf, never for a reader."""
    data, longest = storage.read(leaf.sha256), SIZES[leaf.size]
    if leaf.mime == "application/pdf":
        return _look("page", data, page=leaf.page, longest=longest, max_pages=MOST_PAGES)
    return _look("image", data, longest=longest, max_pixels=2 * MOST_PIXELS, min_side=1)


def add_watermark(plain: bytes, reader: Reader) -> bytes:
    """The picture with the reader's words all over it."""
    return _look("stamp", plain, text=reader.words, font=str(reader.font))


def _look(task: str, data: bytes, **ask: Any) -> bytes:
    try:
        answer, made = SANDBOX.look(task, data, **ask)
    except FileRefused as refused:
        raise UnreadablePage(refused.code) from refused
    if "fault" in answer:
        raise UnreadablePage(str(answer["fault"]))
    if not made.startswith(b"\xff\xd8\xff"):
        raise UnreadablePage("died")
    return made


def _recall(folder: Path, leaf: PageImage) -> bytes | None:
    with suppress(OSError):
        return (_today(folder) / leaf.name).read_bytes()
    return None


def _put_aside(folder: Path, leaf: PageImage, plain: bytes) -> None:
    """A full disk must not keep anybody from reading: then the page is drawn again next time."""
    shelf = _today(folder)
    with suppress(OSError):
        if not shelf.is_dir():
            shelf.mkdir(parents=True, exist_ok=True, mode=0o700)
            _clear(folder, shelf)
        temp = shelf / f"{secrets.token_hex(8)}.tmp"
        with os.fdopen(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writer:
            writer.write(plain)
        temp.rename(shelf / leaf.name)


def _today(folder: Path) -> Path:
    return folder / f"{clock.today()}"


def _clear(folder: Path, kept: Path) -> None:
    for old in folder.iterdir():
        if old != kept:
            shutil.rmtree(old, ignore_errors=True)
