"""Files for tests, made in code: good ones that must be taken, and wrong ones with what must be said of them.

Faces and papers are drawn; no picture of a real person or paper is in this repository.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageDraw
from pypdf import PdfWriter

from tests.corpus_papers import MEDIA, WRONG_PAPERS, paper

MARK = b"<?php MARKER-OF-A-STOWAWAY ?>"
SECRET = "机身序列号MARKER"


@dataclass(frozen=True)
class Good:
    """A file that must be taken: what it becomes, and how large it looks."""

    name: str
    build: Callable[[], bytes]
    mime: str = "image/jpeg"
    size: tuple[int, int] | None = None
    pages: int = 1


@dataclass(frozen=True)
class Wrong:
    """A file that must be refused, under the name somebody gives it, with words its sentence must hold."""

    label: str
    name: str
    build: Callable[[], bytes]
    code: str
    words: str


def draw_face(width: int = 440, height: int = 572) -> Image.Image:
    """A cartoon on white, of the shape that a certificate wants."""
    image = Image.new("RGB", (width, height), "white")
    pen = ImageDraw.Draw(image)

    def at(*parts: float) -> list[float]:
        return [part * (width, height)[i % 2] for i, part in enumerate(parts)]

    pen.ellipse(at(0.1, 0.75, 0.9, 1.3), fill="#28466e")
    pen.ellipse(at(0.28, 0.2, 0.72, 0.75), fill="#f0c8a0")
    pen.pieslice(at(0.26, 0.15, 0.74, 0.6), 180, 360, fill="#1e1e1e")
    for left in (0.38, 0.56):
        pen.ellipse(at(left, 0.44, left + 0.06, 0.47), fill="#1e1e1e")
    pen.arc(at(0.42, 0.55, 0.58, 0.65), 20, 160, fill="#a03c3c", width=3)
    return image


def draw_paper(width: int = 620, height: int = 877) -> Image.Image:
    """Lines of writing and a red seal."""
    image = Image.new("RGB", (width, height), "#fdfcf8")
    pen = ImageDraw.Draw(image)
    for line in range(height // 8, height - height // 4, height // 24):
        pen.line((width // 8, line, width - width // 8, line), fill="#333333", width=3)
    pen.ellipse((width * 0.6, height * 0.75, width * 0.9, height * 0.95), outline="#d02020", width=5)
    return image


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    """The image as a JPEG; a drawn face when none is given."""
    return _saved(image or draw_face(), "JPEG", **options)


def png(image: Image.Image | None = None, **options: object) -> bytes:
    """The image as a PNG; a drawn paper when none is given."""
    return _saved(image or draw_paper(), "PNG", **options)


def turned_jpeg(orientation: int = 6) -> bytes:
    """What a phone held upright writes: a picture on its side and a note to turn it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET
    return jpeg(draw_face().rotate(90, expand=True), exif=exif)


def tell_tale_jpeg() -> bytes:
    """A photo with everything a camera and its owner may leave in it, and a script at its end."""
    exif = Image.Exif()
    exif[0x010F], exif[0x010E] = SECRET, SECRET
    exif.get_ifd(0x8769)[0xA431] = SECRET
    exif.get_ifd(0x8825).update({1: "N", 2: (25.0, 2.0, 11.0), 3: "E", 4: (102.0, 42.0, 31.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = f"<x:xmpmeta><dc:creator>{SECRET}</dc:creator></x:xmpmeta>".encode()
    made = jpeg(exif=exif, icc_profile=profile, comment=SECRET.encode(), dpi=(300, 300), xmp=xmp)
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + struct.pack(">I", 8) + b"MARKER12"
    return made[:2] + b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc + made[2:] + MARK


def chatty_jpeg() -> bytes:
    """A photo with nothing but a comment: the one thing that saving anew carries along by itself."""
    return jpeg(comment=SECRET.encode())


def burst() -> bytes:
    """Several pictures in one file, as some phones write them."""
    return _saved(draw_face(), "MPO", save_all=True, append_images=[draw_paper()])


def tell_tale_png() -> bytes:
    """The same for a PNG: text chunks, and an archive at its end."""
    body = png(draw_face())
    extra = _chunk(b"tEXt", b"Comment\x00" + MARK) + _chunk(b"eXIf", b"MM\x00*\x00\x00\x00\x08" + MARK)
    return body[:33] + extra + body[33:] + zipped({"x.php": MARK})


def huge_png(width: int = 30_000, height: int = 30_000) -> bytes:
    """A few kilobytes that would fill the memory: one claim in the header, one short stream."""
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(bytes(1_000_000)) for _ in range(20)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def huge_jpeg() -> bytes:
    """A small drawing whose header claims the largest size that a JPEG can name."""
    body = jpeg()
    frame = body.index(b"\xff\xc0") + 5
    return body[:frame] + struct.pack(">HH", 65_500, 65_500) + body[frame + 4 :]


def talkative_png() -> bytes:
    """A small picture with a text chunk that unpacks to 100 MB."""
    text = zlib.compress(bytes(100_000_000), 9)
    body = png(draw_face())
    return body[:33] + _chunk(b"zTXt", b"Comment\x00\x00" + text) + body[33:]


def spoilt_png() -> bytes:
    """A PNG some of whose pixels were overwritten."""
    body = png(_noise(200, 260))
    middle = body.index(b"IDAT") + 2000
    return body[:middle] + bytes(400) + body[middle + 400 :]


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive of these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def locked_paper(user: str, owner: str) -> bytes:
    """A paper that asks for a password, or (user empty) only forbids copying."""
    writer = PdfWriter(clone_from=io.BytesIO(paper()))
    writer.encrypt(user, owner, algorithm="RC4-128")
    return _written(writer)


def packed_script() -> bytes:
    """A script inside a compressed object, where no search for its name in the bytes can find it."""
    hidden = b"5 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>"
    packed = zlib.compress(hidden)
    holder = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(packed)
    return paper(
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>",
        extra=(holder + b"\nstream\n" + packed + b"\nendstream",),
        packed={5: (4, 0)},
    )


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def _written(writer: PdfWriter) -> bytes:
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _noise(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 80).convert("RGB")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _box(brand: bytes) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + brand + b"mif1" + bytes(200)


def _sixteen_bit() -> Image.Image:
    return draw_face().convert("L").convert("I").point(lambda level: level * 256).convert("I;16")


def _see_through(mode: str) -> Image.Image:
    image = draw_face().convert("RGBA")
    image.putpixel((0, 0), (0, 0, 0, 0))
    return image if mode == "RGBA" else image.convert(mode)


GOOD: tuple[Good, ...] = (
    Good("身份证.jpg", jpeg, size=(440, 572)),
    Good("渐进.jpeg", lambda: jpeg(progressive=True), size=(440, 572)),
    Good("黑白.jpg", lambda: jpeg(draw_paper().convert("L")), size=(620, 877)),
    Good("印刷.jpg", lambda: jpeg(draw_face().convert("CMYK")), size=(440, 572)),
    Good("竖拍.jpg", turned_jpeg, size=(440, 572)),
    Good("带信息.jpg", tell_tale_jpeg, size=(440, 572)),
    Good("扫描件.png", png, size=(620, 877)),
    Good("透明.png", lambda: png(_see_through("RGBA")), size=(440, 572)),
    Good("调色板.png", lambda: png(_see_through("RGBA").quantize(16)), size=(440, 572)),
    Good("黑白透明.png", lambda: png(_see_through("LA")), size=(440, 572)),
    Good("十六位.png", lambda: png(_sixteen_bit()), size=(440, 572)),
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
        lambda: paper(b"<< /Type /Catalog /Pages 2 0 R /OpenAction [3 0 R /XYZ null null 0] >>"),
        mime="application/pdf",
    ),
    Good(
        "带链接.pdf",
        lambda: paper(
            page=b"<< /Type /Page /Parent 2 0 R " + MEDIA + b" /Annots [<< /Type /Annot /Subtype /Link "
            b"/Rect [0 0 9 9] /A << /S /URI /URI (https://example.org) >> >>] >>"
        ),
        mime="application/pdf",
    ),
)

_HTML = "<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"

WRONG: tuple[Wrong, ...] = (
    Wrong("nothing in it", "承诺书.pdf", lambda: b"", "empty", "“承诺书.pdf”是空文件"),
    Wrong("20 MB", "合同.jpg", lambda: jpeg() + bytes(20 * 2**20), "large", "有 20 MB，超过 10 MB"),
    Wrong("iPhone photo", "IMG_0001.jpg", lambda: _box(b"heic"), "heic", "在手机相册另存为 JPG"),
    Wrong("AVIF", "照片.jpg", lambda: _box(b"avif"), "avif", "AVIF"),
    Wrong("WebP", "照片.jpg", lambda: b"RIFF\x20\x00\x00\x00WEBPVP8 " + bytes(99), "webp", "WebP"),
    Wrong("GIF", "照片.jpg", lambda: _saved(draw_face(), "GIF"), "gif", "GIF 动图"),
    Wrong("TIFF", "扫描.jpg", lambda: _saved(draw_paper(), "TIFF"), "tiff", "TIFF"),
    Wrong("BMP", "扫描.png", lambda: _saved(draw_paper(), "BMP"), "bmp", "BMP"),
    Wrong("icon", "照片.png", lambda: _saved(draw_face(), "ICO"), "ico", "图标"),
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
    Wrong("password", "合同.pdf", lambda: locked_paper("geheim", "x"), "encrypted", "设有密码"),
    Wrong("locked", "社保.pdf", lambda: locked_paper("", "x"), "encrypted", "权限保护"),
    Wrong("packed script", "合同.pdf", packed_script, "active", "自动运行"),
    *(Wrong(label, "合同.pdf", build, code, words) for label, build, code, words in WRONG_PAPERS),
)
