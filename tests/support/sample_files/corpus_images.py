"""Pictures drawn for tests, with the metadata and malicious content that such files can carry."""

import io
import struct
import zlib

from PIL import Image, ImageCms, ImageDraw

MARK = b"<?php MARKER-OF-A-STOWAWAY ?>"
PARCEL = b"PK\x03\x04" + MARK
SECRET = "机身序列号MARKER"


def draw_face(width: int = 440, height: int = 572) -> Image.Image:
    """A drawn face on white in the proportions of an ID photo; width and height in pixels."""
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
    """A drawn document with lines of text and a red seal; width and height in pixels."""
    image = Image.new("RGB", (width, height), "#fdfcf8")
    pen = ImageDraw.Draw(image)
    for line in range(height // 8, height - height // 4, height // 24):
        pen.line((width // 8, line, width - width // 8, line), fill="#333333", width=3)
    pen.ellipse((width * 0.6, height * 0.75, width * 0.9, height * 0.95), outline="#d02020", width=5)
    return image


def jpeg(image: Image.Image | None = None, **options: object) -> bytes:
    """The image as a JPEG; a drawn face when none is given."""
    return saved(image or draw_face(), "JPEG", **options)


def png(image: Image.Image | None = None, **options: object) -> bytes:
    """The image as a PNG; a drawn document when none is given."""
    return saved(image or draw_paper(), "PNG", **options)


def turned_jpeg(orientation: int = 6) -> bytes:
    """A JPEG whose pixels are rotated, with the EXIF orientation that says so, as phones write it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET
    return jpeg(draw_face().rotate(90, expand=True), exif=exif)


def tell_tale_jpeg() -> bytes:
    """A JPEG with every kind of metadata, and a script after its end."""
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
    """A JPEG with only a comment, the one kind of metadata that Pillow keeps on saving again."""
    return jpeg(comment=SECRET.encode())


def burst() -> bytes:
    """Several pictures in one file (MPO), as some phones write them."""
    return saved(draw_face(), "MPO", save_all=True, append_images=[draw_paper()])


def tell_tale_png() -> bytes:
    """A PNG with text chunks, and an archive after its end."""
    body = png(draw_face())
    extra = _chunk(b"tEXt", b"Comment\x00" + MARK) + _chunk(b"eXIf", b"MM\x00*\x00\x00\x00\x08" + MARK)
    return body[:33] + extra + body[33:] + PARCEL


def huge_png(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few kilobytes whose header claims this size in pixels."""
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
    """A PNG with overwritten pixel data."""
    body = png(_noise(200, 260))
    middle = body.index(b"IDAT") + 2000
    return body[:middle] + bytes(400) + body[middle + 400 :]


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def _noise(width: int, height: int) -> Image.Image:
    return Image.effect_noise((width, height), 80).convert("RGB")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def sixteen_bit() -> Image.Image:
    return draw_face().convert("L").convert("I").point(lambda level: level * 256).convert("I;16")


def see_through(mode: str) -> Image.Image:
    image = draw_face().convert("RGBA")
    image.putpixel((0, 0), (0, 0, 0, 0))
    return image if mode == "RGBA" else image.convert(mode)
