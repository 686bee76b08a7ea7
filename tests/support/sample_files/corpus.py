"""Sample uploads made in code: files that must be accepted, and files that must be refused, with the reason.

Faces and documents are drawn; the repository holds no picture of a real person or document.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from tests.support.sample_files.corpus_images import (
    MARK,
    burst,
    chatty_jpeg,
    draw_face,
    draw_paper,
    huge_jpeg,
    huge_png,
    jpeg,
    png,
    saved,
    see_through,
    sixteen_bit,
    spoilt_png,
    talkative_png,
    tell_tale_jpeg,
    tell_tale_png,
    turned_jpeg,
)
from tests.support.sample_files.corpus_pdfs import LINKED_PAGE, WRONG_PAPERS, locked_paper, opening, paper

__all__ = [
    "GOOD",
    "WRONG",
    "Good",
    "Wrong",
    "burst",
    "chatty_jpeg",
    "draw_face",
    "draw_paper",
    "huge_jpeg",
    "huge_png",
    "jpeg",
    "paper",
    "png",
    "spoilt_png",
    "talkative_png",
    "tell_tale_jpeg",
    "tell_tale_png",
    "turned_jpeg",
    "zipped",
]


@dataclass(frozen=True)
class Good:
    """A file that must be accepted: its MIME type, size in pixels and number of pages after inspection.

    `kept` False: the bytes differ each time they are built, or are not all kept.
    """

    name: str
    build: Callable[[], bytes]
    mime: str = "image/jpeg"
    size: tuple[int, int] | None = None
    pages: int = 1
    kept: bool = True


@dataclass(frozen=True)
class Wrong:
    """A file that must be refused: its name, the code of the refusal and words of its sentence."""

    label: str
    name: str
    build: Callable[[], bytes]
    code: str
    words: str


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP archive of these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _box(brand: bytes) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + brand + b"mif1" + bytes(200)


GOOD: tuple[Good, ...] = (
    Good("身份证.jpg", jpeg, size=(440, 572)),
    Good("渐进.jpeg", lambda: jpeg(progressive=True), size=(440, 572)),
    Good("黑白.jpg", lambda: jpeg(draw_paper().convert("L")), size=(620, 877)),
    Good("印刷.jpg", lambda: jpeg(draw_face().convert("CMYK")), size=(440, 572)),
    Good("竖拍.jpg", turned_jpeg, size=(440, 572)),
    Good("带信息.jpg", tell_tale_jpeg, size=(440, 572)),
    Good("扫描件.png", png, size=(620, 877)),
    Good("透明.png", lambda: png(see_through("RGBA")), size=(440, 572)),
    Good("调色板.png", lambda: png(see_through("RGBA").quantize(16)), size=(440, 572)),
    Good("黑白透明.png", lambda: png(see_through("LA")), size=(440, 572)),
    Good("十六位.png", lambda: png(sixteen_bit()), size=(440, 572)),
    Good("单色.png", lambda: png(draw_paper().convert("1")), size=(620, 877)),
    Good("带信息.png", tell_tale_png, size=(440, 572)),
    Good("会动.png", lambda: png(draw_face(), save_all=True, append_images=[draw_face()]), size=(440, 572)),
    Good("最大.png", lambda: png(Image.new("L", (6000, 4000), 250)), size=(6000, 4000)),
    Good("连拍.jpg", burst, size=(440, 572)),
    Good("其实是图.pdf", jpeg, size=(440, 572)),
    Good("承诺书.pdf", paper, mime="application/pdf"),
    Good("其实是PDF.jpg", paper, mime="application/pdf"),
    Good("五十页.pdf", lambda: paper(pages=50), mime="application/pdf", pages=50),
    Good(
        "打开即第一页.pdf",
        lambda: opening(b"[3 0 R /XYZ null null 0]"),
        mime="application/pdf",
    ),
    *(
        Good(
            f"只限打印 {name}.pdf",
            lambda name=name: locked_paper("", "x", name),
            mime="application/pdf",
            kept=False,
        )
        for name in ("RC4-40", "RC4-128", "AES-128", "AES-256")
    ),
    Good("尾部有零.pdf", lambda: paper() + bytes(4096), mime="application/pdf"),
    Good(
        "尾部有网页.pdf",
        lambda: paper() + b"\n<!-- " + b"saved " * 900 + b"-->",
        kept=False,
        mime="application/pdf",
    ),
    Good(
        "目录表错位.pdf",
        lambda: paper(pages=3).replace(b"startxref\n", b"startxref\n9"),
        mime="application/pdf",
        pages=3,
    ),
    Good("带链接.pdf", lambda: paper(page=LINKED_PAGE), mime="application/pdf"),
)

_HTML = "<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"

WRONG: tuple[Wrong, ...] = (
    Wrong("nothing in it", "承诺书.pdf", lambda: b"", "empty", "“承诺书.pdf”是空文件"),
    Wrong("20 MB", "合同.jpg", lambda: jpeg() + bytes(20 * 2**20), "large", "有 20 MB，超过 10 MB"),
    Wrong("iPhone photo", "IMG_0001.jpg", lambda: _box(b"heic"), "heic", "在手机相册另存为 JPG"),
    Wrong("AVIF", "照片.jpg", lambda: _box(b"avif"), "avif", "AVIF"),
    Wrong("WebP", "照片.jpg", lambda: b"RIFF\x20\x00\x00\x00WEBPVP8 " + bytes(99), "webp", "WebP"),
    Wrong("GIF", "照片.jpg", lambda: saved(draw_face(), "GIF"), "gif", "GIF 动图"),
    Wrong("TIFF", "扫描.jpg", lambda: saved(draw_paper(), "TIFF"), "tiff", "TIFF"),
    Wrong("BMP", "扫描.png", lambda: saved(draw_paper(), "BMP"), "bmp", "BMP"),
    Wrong("icon", "照片.png", lambda: saved(draw_face(), "ICO"), "ico", "图标"),
    Wrong("JPEG 2000", "照片.jpg", lambda: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(99), "jp2", "JPEG 2000"),
    Wrong("JPEG XL", "照片.jpg", lambda: b"\xff\x0a" + bytes(99), "jxl", "JPEG XL"),
    Wrong("SVG", "图.png", lambda: b'<?xml version="1.0"?><svg xmlns="x"/>', "svg", "SVG 矢量图"),
    Wrong("Photoshop", "照片.jpg", lambda: b"8BPS\x00\x01" + bytes(99), "psd", "Photoshop"),
    Wrong("PostScript", "照片.jpg", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n", "eps", "PostScript"),
    Wrong("Word", "合同.pdf", lambda: zipped({"word/document.xml": b"<w/>"}), "office", "另存为 PDF"),
    Wrong("Excel", "社保.xlsx", lambda: zipped({"xl/workbook.xml": b"<x/>"}), "office", "Excel"),
    Wrong("old Word", "合同.doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "office", "Word"),
    Wrong("OFD", "证明.ofd", lambda: zipped({"OFD.xml": b"<ofd/>"}), "ofd", "OFD 版式文件"),
    Wrong("CAJ", "证明.caj", lambda: b"CAJ\x00" + bytes(99), "caj", "CAJ"),
    Wrong("CAD", "图纸.dwg", lambda: b"AC1032" + bytes(99), "drawing", "CAD"),
    Wrong("zip", "材料.zip", lambda: zipped({"身份证.jpg": jpeg()}), "archive", "先解压"),
    Wrong("zip bomb", "材料.pdf", lambda: zipped({"0": bytes(50_000_000)}), "archive", "压缩包"),
    Wrong("rar", "材料.rar", lambda: b"Rar!\x1a\x07\x01\x00" + bytes(99), "archive", "压缩包"),
    Wrong("7z", "材料.jpg", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(99), "archive", "压缩包"),
    Wrong("gzip", "材料.jpg", lambda: zlib.compress(b"x", wbits=31), "archive", "压缩包"),
    Wrong("Windows program", "承诺书.pdf.exe", lambda: b"MZ\x90\x00" + bytes(99), "program", "程序"),
    Wrong("Linux program", "照片.jpg", lambda: b"\x7fELF" + bytes(99), "program", "程序"),
    Wrong("shell script", "照片.jpg", lambda: b"#!/bin/sh\nid\n", "program", "脚本"),
    Wrong("PHP", "照片.jpg", lambda: MARK, "program", "脚本"),
    Wrong("GIF that is PHP", "照片.jpg", lambda: b"GIF89a" + MARK, "gif", "GIF"),
    Wrong("Android program", "照片.jpg", lambda: zipped({"AndroidManifest.xml": b"x"}), "program", "程序"),
    Wrong("web page", "照片.jpg", _HTML.encode, "html", "网页文件"),
    Wrong("web page after a BOM", "承诺书.pdf", lambda: b"\xef\xbb\xbf \n" + _HTML.encode(), "html", "网页"),
    Wrong("web page, UTF-16", "承诺书.pdf", lambda: _HTML.encode("utf-16"), "text", "纯文本"),
    Wrong("XML", "数据.pdf", lambda: b'<?xml version="1.0"?><a/>', "xml", "XML"),
    Wrong("text", "说明.txt", lambda: "本人承诺以上材料属实。".encode("gb18030"), "text", "纯文本"),
    Wrong("film", "录像.mp4", lambda: _box(b"isom"), "video", "视频"),
    Wrong("sound", "录音.jpg", lambda: b"ID3\x04" + bytes(99), "sound", "录音"),
    Wrong("random bytes", "照片.jpg", lambda: bytes(range(256)) * 9, "unknown", "不是能识别的图片"),
    Wrong("cut JPEG", "照片.jpg", lambda: jpeg()[:9000], "truncated", "不完整"),
    Wrong("JPEG without its end", "照片.jpg", lambda: jpeg()[:-2], "truncated", "不完整"),
    Wrong("three bytes of JPEG", "照片.jpg", lambda: b"\xff\xd8\xff", "broken", "损坏"),
    Wrong("JPEG of noise", "照片.jpg", lambda: b"\xff\xd8\xff" + MARK * 9 + b"\xff\xd9", "broken", "损坏"),
    Wrong("cut PNG", "照片.png", lambda: png()[:2000], "truncated", "不完整"),
    Wrong("PNG without its end", "照片.png", lambda: png()[:-12], "truncated", "不完整"),
    Wrong("spoilt PNG", "照片.png", spoilt_png, "broken", "损坏"),
    Wrong("PNG bomb", "照片.png", huge_png, "pixels", "有 30000×30000 像素"),
    Wrong("JPEG bomb", "照片.jpg", huge_jpeg, "pixels", "有 65500×65500 像素"),
    Wrong("PNG text bomb", "照片.png", talkative_png, "broken", "损坏"),
    Wrong("one pixel", "照片.png", lambda: png(Image.new("RGB", (1, 1))), "tiny", "只有 1×1 像素"),
    *(Wrong(label, "合同.pdf", build, code, words) for label, build, code, words in WRONG_PAPERS),
)
