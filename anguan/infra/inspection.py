"""Inspection of uploaded files: accepts them in a safe form, or refuses them with a sentence.

Images are re-encoded from their pixels; PDF files without active content are kept, without foreign bytes
behind their end.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from anguan.infra.file_types import REMEDIES, detect_file_type
from anguan.infra.sandbox.client import MEMORY, SANDBOX, FileRefused

MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE
MOST_PIXELS = 64_000_000
"""Accepted: what phones take; 300 dpi of A4 are 9 million."""
KEPT_PIXELS = 24_000_000
"""Stored: a larger image is halved until it has no more."""
MOST_PAGES = 50
SMALLEST_SIDE = 64
NAME_LENGTH = 120
DRAWN_AT_ONCE = 5
DRAWING = {"longest": 800, "memory": MEMORY * 9 // 10, "seconds": 6}
"""Pages drawn in one process at upload, their longer side in pixels, and its limits."""

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
    "pixels": "有 {width}×{height} 像素，超过 {most} 万像素的上限。"
    "请把相机的照片尺寸调小后重新拍照，或用 300 dpi 重新扫描，再上传",
    "tiny": "只有 {width}×{height} 像素，看不清内容。请上传清晰的照片或扫描件",
    "encrypted": "设有打开密码或专用加密，审核人员打不开。请打开后用“打印 → 另存为 PDF”另存一份；"
    "不能打印的，逐页截图存成图片后再上传",
    "no_pages": "里面一页也没有。请重新扫描或导出后再上传",
    "pages": "有 {pages} 页，超过 {most} 页的上限。请只保留需要的页，或分成几个文件上传",
    "active": "里面带有会自动运行的内容（脚本、动作或动态表单）。请用“打印 → 另存为 PDF”另存一份再上传",
    "leads": "里面有运行脚本或打开其他文件的链接。请用“打印 → 另存为 PDF”另存一份再上传",
    "carries": "里面夹带了其他文件。请用“打印 → 另存为 PDF”另存一份再上传，夹带的文件请单独上传",
    "photo_heavy": "有 {size}，证件照不能超过 {limit}。请裁剪或压缩后再上传",
    "photo_small": "只有 {width}×{height} 像素，证件照至少要 {min_width}×{min_height} 像素（宽×高）。"
    "请换一张更清晰的照片",
    "photo_ratio": "是 {width}×{height} 像素，高宽比为 {actual}，证件照要求 {ratio}"
    "（误差不超过 {tolerance}），例如 {min_width}×{min_height}。请用照片工具裁剪",
    "outside": "的裁剪框超出了照片，请重新框选",
}


class Unacceptable(Exception):
    """The file is refused; `sentence` names it and says why and what to do; `code` is its error code."""

    def __init__(self, sentence: str, code: str = "unacceptable") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


@dataclass(frozen=True)
class Clean:
    """An accepted file: `data` may be stored and shown; `width` and `height` (pixels) are those uploaded."""

    data: bytes
    mime: str
    width: int | None
    height: int | None
    pages: int
    name: str


def display_name(name: str) -> str:
    """The last part of an uploaded file name, sanitised for display and download, not for paths."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/")).rpartition("/")[2]
    kept = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    shown = " ".join(kept.split()).lstrip(".")
    if len(shown) > NAME_LENGTH:
        suffix = PurePosixPath(shown).suffix[:10]
        shown = shown[: NAME_LENGTH - len(suffix)] + suffix
    return shown or "未命名"


def read_upload(stream: BinaryIO, name: str, max_bytes: int = LARGEST_FILE) -> bytes:
    """The bytes of an upload; raises Unacceptable before reading more than `max_bytes` into memory."""
    data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:
        size = stream.seek(0, 2) if stream.seekable() else len(data)
        raise refuse("large", display_name(name), size=format_size(size), limit=format_size(max_bytes))
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
    """The accepted file; raises Unacceptable. Call it outside a transaction, as it may take seconds."""
    name = display_name(claimed_name)
    if not data:
        raise refuse("empty", name)
    if len(data) > max_bytes:
        raise refuse("large", name, size=format_size(len(data)), limit=format_size(max_bytes))
    kind = detect_file_type(data)
    if kind in REMEDIES:
        kinds = " 或 ".join(["JPG、PNG"] * ("image" in accept) + ["PDF"] * ("pdf" in accept))
        paper = "PDF" if "pdf" in accept else "JPG"
        raise Unacceptable(f"“{name}”{REMEDIES[kind].format(kinds=kinds, paper=paper)}。", kind)
    if kind == "pdf":
        if "pdf" not in accept:
            raise refuse("not_image", name)
        return _inspect_pdf(data, name, max_pages)
    if "image" not in accept:
        raise refuse("not_paper", name)
    return _inspect_image(data, name, max_pixels)


def _inspect_image(data: bytes, name: str, max_pixels: int) -> Clean:
    answer, made = run_in_sandbox(
        "image",
        data,
        name,
        {"most": max_pixels // 10_000},
        max_pixels=max_pixels,
        min_side=SMALLEST_SIDE,
        longest=None,
        kept_pixels=KEPT_PIXELS,
    )
    if not made.startswith(b"\xff\xd8\xff"):
        raise refuse("died", name)
    mime = "image/jpeg"
    return Clean(made, mime, answer["width"], answer["height"], 1, rename(name, mime))


def _inspect_pdf(data: bytes, name: str, max_pages: int) -> Clean:
    answer, made = run_in_sandbox("pdf", data, name, {"most": max_pages}, max_pages=max_pages)
    _draw_all(made, name, answer["pages"])
    mime = "application/pdf"
    return Clean(made, mime, None, None, answer["pages"], rename(name, mime))


def _draw_all(data: bytes, name: str, pages: int) -> None:
    """Draw every page as the viewer will, with less memory and time; raises Unacceptable."""
    for first in range(1, pages + 1, DRAWN_AT_ONCE):
        ask = {"first": first, "last": first + DRAWN_AT_ONCE - 1, "max_pages": pages, **DRAWING}
        try:
            answer, _ = SANDBOX.run("draw", data, **ask)
        except FileRefused as refused:
            raise refuse("busy" if refused.code == "busy" else "heavy", name) from refused
        if fault := answer.pop("fault", ""):
            raise refuse(fault, name, **{"most": MOST_PAGES, **answer})


def run_in_sandbox(
    task: str, data: bytes, name: str, figures: Mapping[str, Any], **ask: Any
) -> tuple[dict[str, Any], bytes]:
    """The answer of the sandbox; a refusal raises Unacceptable, its sentence filled from `figures`."""
    try:
        answer, made = SANDBOX.run(task, data, **ask)
    except FileRefused as refused:
        raise refuse(refused.code, name) from refused
    fault = answer.pop("fault", None)
    if fault:
        raise refuse(fault, name, **{**figures, **answer})
    return answer, made


def refuse(code: str, name: str, **figures: Any) -> Unacceptable:
    """The exception that refuses this file, with its sentence."""
    return Unacceptable(f"“{name}”{_FAULTS[code].format(**figures)}。", code)


def rename(name: str, mime: str) -> str:
    """The name with the suffix of the stored media type."""
    if name.lower().endswith(_SUFFIXES[mime]):
        return name
    return _SUFFIX.sub("", name)[: NAME_LENGTH - 4] + _SUFFIXES[mime][0]


def format_size(size: int) -> str:
    """A size in bytes, formatted as KB or MB."""
    return (
        f"{size / MEGABYTE:.1f}".removesuffix(".0") + " MB"
        if size >= MEGABYTE
        else f"{max(size // 1024, 1)} KB"
    )
