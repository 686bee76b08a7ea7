"""Pages of documents as watermarked images, rendered once a day and cached without the watermark.

The cache is a folder per day; the first image of a new day removes the older folders.
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
from anguan.infra.inspection import KEPT_PIXELS, MOST_PAGES
from anguan.infra.private_files import make_private_folder
from anguan.infra.sandbox.client import SANDBOX, FileRefused

SIZES = {"page": 1800, "large": 3200}
"""Longer side in pixels: for reading on the screen, and for details."""

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
    """The page cannot be shown; `sentence` says why and what to do, `later` that a retry may succeed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.later = code == "busy"
        self.sentence = _BUSY if self.later else _FAULTS.get(code, _FAULTS["broken"]) + _REMEDY


@dataclass(frozen=True)
class PageImage:
    """One page (from 1) of a stored file, at one of the sizes, turned clockwise by `turn` degrees."""

    sha256: str
    mime: str
    page: int = 1
    size: str = "page"
    turn: int = 0

    @property
    def name(self) -> str:
        """The file name in the cache, which keeps pages as they are in the file."""
        return f"{self.sha256}-{self.page}-{self.size}.jpg"


@dataclass(frozen=True)
class Reader:
    """The text of the watermark and its font file."""

    words: str
    font: Path


def read_page_image(storage: Storage, folder: Path, image: PageImage, reader: Reader) -> bytes:
    """The page as a JPEG watermarked with its reader. Raises Damaged or UnreadablePage."""
    plain = _read_cached(folder, image)
    if plain is None:
        plain = render_page_image(storage, image)
        _write_cached(folder, image, plain)
    else:
        storage.read(image.sha256)  # a cached page must not hide that the file is damaged
    return add_watermark(turn_picture(plain, image.turn), reader)


def render_page_image(storage: Storage, image: PageImage) -> bytes:
    """The page without watermark, for the cache only. Raises Damaged or UnreadablePage."""
    data, longest = storage.read(image.sha256), SIZES[image.size]
    if image.mime == "application/pdf":
        return _look("page", data, page=image.page, longest=longest, max_pages=MOST_PAGES)
    return _look("image", data, longest=longest, max_pixels=2 * KEPT_PIXELS, min_side=1)


def turn_picture(picture: bytes, degrees: int) -> bytes:
    """A JPEG turned clockwise by a multiple of 90 degrees. Raises UnreadablePage."""
    return _look("turn", picture, degrees=degrees) if degrees else picture


def add_watermark(plain: bytes, reader: Reader) -> bytes:
    """The picture with the reader's words all over it."""
    return _look("stamp", plain, text=reader.words, font=str(reader.font))


def _look(task: str, data: bytes, **ask: Any) -> bytes:
    try:
        answer, made = SANDBOX.run(task, data, **ask)
    except FileRefused as refused:
        raise UnreadablePage(refused.code) from refused
    if "fault" in answer:
        raise UnreadablePage(str(answer["fault"]))
    if not made.startswith(b"\xff\xd8\xff"):
        raise UnreadablePage("died")
    return made


def _read_cached(folder: Path, image: PageImage) -> bytes | None:
    with suppress(OSError):
        return (_today(folder) / image.name).read_bytes()
    return None


def _write_cached(folder: Path, image: PageImage, plain: bytes) -> None:
    """Errors such as a full disk are ignored: the page is then rendered again next time."""
    today = _today(folder)
    with suppress(OSError):
        if not today.is_dir():
            make_private_folder(folder)
            make_private_folder(today)
            _clear(folder, today)
        temp = today / f"{secrets.token_hex(8)}.tmp"
        with os.fdopen(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as writer:
            writer.write(plain)
        temp.rename(today / image.name)


def _today(folder: Path) -> Path:
    return folder / f"{clock.today()}"


def _clear(folder: Path, kept: Path) -> None:
    for old in folder.iterdir():
        if old != kept:
            shutil.rmtree(old, ignore_errors=True)
