"""Looks at a file that somebody uploads: makes it harmless, or says in one sentence what to do instead.

Images are made anew from their pixels; papers (PDF) are kept as they are once nothing in them runs.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from anguan.ledger.glovebox.box import GLOVEBOX, Refused
from anguan.ledger.sniffing import REMEDIES, sniff

MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE
MOST_PIXELS = 24_000_000
MOST_PAGES = 50
SMALLEST_SIDE = 64
NAME_LENGTH = 120
PHOTO_LONGEST = 1560
"""Twice the 600 × 780 that a certificate prints: more pixels only make the paper heavy."""

_SUFFIXES = {"image/jpeg": (".jpg", ".jpeg"), "application/pdf": (".pdf",)}
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,5}$")

_FAULTS = {
    "empty": "是空文件，里面没有内容。请重新选择",
    "large": "有 {size}，超过 {limit} 的上限。请压缩图片，或用较低的清晰度重新扫描后再上传",
    "not_image": "是 PDF。这里只收图片，请上传 JPG 或 PNG",
    "not_paper": "是图片。这里只收 PDF，请扫描或另存为 PDF 后再上传",
    "truncated": "不完整，可能没有传完或保存时中断。请重新拍照、扫描或导出后再上传",
    "broken": "已经损坏，打不开。请重新拍照、扫描或导出后再上传",
    "died": "无法安全打开，文件可能已经损坏。请重新拍照、扫描或导出后再上传",
    "slow": "打开用时过长，文件可能有问题。请重新拍照、扫描或导出后再上传",
    "busy": "暂时没能检查，现在上传的人较多。请稍后再传一次，已填写的内容不受影响",
    "heavy": "内容过于复杂，这里打不开。请重新扫描（300 dpi 即可）或拍照后再上传",
    "pixels": "有 {width}×{height} 像素，超过 {most} 万像素的上限。请用 300 dpi 扫描，或缩小图片后再上传",
    "tiny": "只有 {width}×{height} 像素，看不清内容。请上传清晰的照片或扫描件",
    "encrypted": "设有密码或权限保护，审核人员打不开。请打开后用“打印 → 另存为 PDF”另存一份再上传",
    "no_pages": "里面一页也没有。请重新扫描或导出后再上传",
    "pages": "有 {pages} 页，超过 {most} 页的上限。请只保留需要的页，或分成几个文件上传",
    "active": "里面带有会自动运行的内容（脚本、动作或动态表单）。请用“打印 → 另存为 PDF”另存一份再上传",
    "carries": "里面夹带了其他文件。请用“打印 → 另存为 PDF”另存一份再上传，夹带的文件请单独上传",
    "photo_heavy": "有 {size}，证件照不能超过 {limit}。请裁剪或压缩后再上传",
    "photo_small": "只有 {width}×{height} 像素，证件照至少要 {min_width}×{min_height} 像素（宽×高）。"
    "请换一张更清晰的照片",
    "photo_ratio": "是 {width}×{height} 像素，高宽比为 {actual}，"
    "证件照要求 {ratio}（误差不超过 {tolerance}），例如 {min_width}×{min_height}。请裁剪后再上传",
}


class Unacceptable(Exception):
    """The file is refused; `sentence` names it, says why and what to do; `code` is for the machine."""

    def __init__(self, sentence: str, code: str = "unacceptable") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


@dataclass(frozen=True)
class Clean:
    """A file fit to be kept: figures are those of the upload, `data` what may be stored and shown."""

    data: bytes
    mime: str
    width: int | None
    height: int | None
    pages: int
    name: str


def display_name(name: str) -> str:
    """The last part of a claimed file name, fit for a page and a download, never for a path."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    kept = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    shown = " ".join(kept.split()).lstrip(".")
    if len(shown) > NAME_LENGTH:
        suffix = PurePosixPath(shown).suffix[:10]
        shown = shown[: NAME_LENGTH - len(suffix)] + suffix
    return shown or "未命名"


def read_upload(stream: BinaryIO, name: str, max_bytes: int = LARGEST_FILE) -> bytes:
    """The bytes of an upload, refused by its size before more than the limit is in memory."""
    data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:
        size = stream.seek(0, 2) if stream.seekable() else len(data)
        raise _refusal("large", display_name(name), size=_amount(size), limit=_amount(max_bytes))
    return data


def inspect(
    data: bytes,
    claimed_name: str,
    accept: tuple[str, ...] = ("image", "pdf"),
    *,
    max_bytes: int = LARGEST_FILE,
    max_pixels: int = MOST_PIXELS,
    max_pages: int = MOST_PAGES,
) -> Clean:
    """The file made harmless; `Unacceptable` otherwise. Call it before the transaction: it takes its time."""
    name = display_name(claimed_name)
    if not data:
        raise _refusal("empty", name)
    if len(data) > max_bytes:
        raise _refusal("large", name, size=_amount(len(data)), limit=_amount(max_bytes))
    kind = sniff(data)
    if kind in REMEDIES:
        kinds = " 或 ".join(["JPG、PNG"] * ("image" in accept) + ["PDF"] * ("pdf" in accept))
        paper = "PDF" if "pdf" in accept else "JPG"
        raise Unacceptable(f"“{name}”{REMEDIES[kind].format(kinds=kinds, paper=paper)}。", kind)
    if kind == "pdf":
        if "pdf" not in accept:
            raise _refusal("not_image", name)
        return _inspect_pdf(data, name, max_pages)
    if "image" not in accept:
        raise _refusal("not_paper", name)
    return _inspect_image(data, name, max_pixels, None)


def inspect_photo(
    data: bytes,
    name: str,
    *,
    min_width: int = 440,
    min_height: int = 572,
    ratio: float = 1.3,
    tolerance: float = 0.01,
    max_bytes: int = 5 * MEGABYTE,
    max_pixels: int = 40_000_000,
) -> Clean:
    """The photo of a certificate: the four checks that block. Always remade, as a JPEG of sensible size."""
    shown = display_name(name)
    if len(data) > max_bytes:
        raise _refusal("photo_heavy", shown, size=_amount(len(data)), limit=_amount(max_bytes))
    if not data or sniff(data) not in ("jpeg", "png"):
        return inspect(data, name, ("image",))
    photo = _inspect_image(data, shown, max_pixels, PHOTO_LONGEST)
    width, height = photo.width or 1, photo.height or 1
    figures = {"width": width, "height": height, "min_width": min_width, "min_height": min_height}
    if width < min_width or height < min_height:
        raise _refusal("photo_small", shown, **figures)
    if abs(height / width - ratio) > tolerance + 1e-9:
        actual = f"{height / width:.3f}"
        raise _refusal("photo_ratio", shown, actual=actual, ratio=ratio, tolerance=tolerance, **figures)
    return photo


def _inspect_image(data: bytes, name: str, max_pixels: int, longest: int | None) -> Clean:
    answer, made = _look(
        "image",
        data,
        name,
        max_pixels // 10_000,
        max_pixels=max_pixels,
        min_side=SMALLEST_SIDE,
        longest=longest,
    )
    if not made.startswith(b"\xff\xd8\xff"):
        raise _refusal("died", name)
    mime = "image/jpeg"
    return Clean(made, mime, answer["width"], answer["height"], 1, _renamed(name, mime))


def _inspect_pdf(data: bytes, name: str, max_pages: int) -> Clean:
    answer, _ = _look("pdf", data, name, max_pages, max_pages=max_pages)
    mime = "application/pdf"
    return Clean(data, mime, None, None, answer["pages"], _renamed(name, mime))


def _look(task: str, data: bytes, name: str, most: int, **ask: Any) -> tuple[dict[str, Any], bytes]:
    """What the glovebox says, with its refusals turned into sentences."""
    try:
        answer, made = GLOVEBOX.look(task, data, **ask)
    except Refused as refused:
        raise _refusal(refused.code, name) from refused
    fault = answer.pop("fault", None)
    if fault:
        raise _refusal(fault, name, most=most, **answer)
    return answer, made


def _refusal(code: str, name: str, **figures: Any) -> Unacceptable:
    return Unacceptable(f"“{name}”{_FAULTS[code].format(**figures)}。", code)


def _renamed(name: str, mime: str) -> str:
    """The name with the ending that fits what is kept, so that a download opens."""
    if name.lower().endswith(_SUFFIXES[mime]):
        return name
    return _SUFFIX.sub("", name)[: NAME_LENGTH - 4] + _SUFFIXES[mime][0]


def _amount(size: int) -> str:
    return f"{size / MEGABYTE:.1f}".removesuffix(".0") + " MB" if size >= MEGABYTE else f"{size // 1024} KB"
