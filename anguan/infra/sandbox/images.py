"""Re-encodes images from their pixels: upright, in sRGB, on white, without metadata."""

import struct
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

from anguan.infra.sandbox.file_error import FileError

ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""Transposition by EXIF orientation; from 5 on width and height are exchanged."""
CLOCKWISE = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Transposition by degrees; the names of Pillow turn the other way."""
STRIP = 512
"""Rows that are reduced at a time; a multiple of every factor."""
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, struct.error)
"""Exceptions that the decoder raises for a damaged file."""

Ask = dict[str, Any]
Figures = dict[str, int]


def remake_image(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    """The image re-encoded as an upright sRGB JPEG without metadata. Raises FileError."""
    clean, (width, height) = remake(data, ask)
    made = BytesIO()
    clean.save(made, "JPEG", quality=90)
    return {"width": width, "height": height}, made.getvalue()


def turn_image(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    """The JPEG turned clockwise by `degrees`, a multiple of 90. Raises FileError."""
    try:
        with Image.open(BytesIO(data), formats=("JPEG",)) as opened:
            turned = opened.transpose(CLOCKWISE[ask["degrees"]])
    except UNREADABLE as error:
        raise FileError("broken") from error
    made = BytesIO()
    turned.save(made, "JPEG", quality=92)
    return {"width": turned.width, "height": turned.height}, made.getvalue()


def remake(data: bytes, ask: Ask) -> tuple[Image.Image, tuple[int, int]]:
    """The pixels of an untrusted image, and its original size in pixels. Raises FileError."""
    try:
        return _remade(data, ask)
    except UNREADABLE as error:
        code = "truncated" if "truncated" in str(error) else "broken"
        raise FileError(code) from error


def _remade(data: bytes, ask: Ask) -> tuple[Image.Image, tuple[int, int]]:
    with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as image:
        width, height = image.size
        if width * height > ask["max_pixels"]:
            raise FileError("pixels", width=width, height=height)
        if min(width, height) < ask["min_side"]:
            raise FileError("tiny", width=width, height=height)
        longest, kept, longer = ask["longest"], ask.get("kept_pixels", 0), max(width, height)
        wanted = min(longest or longer, longer // _spare(width * height, kept))
        image.draft(None, (max(width * wanted // longer, 1), max(height * wanted // longer, 1)))
        image.load()
        if image.format == "PNG":
            _require_sound(data)
        orientation = _orientation(image)
        if orientation >= 5:
            width, height = height, width
        spare = _spare(image.width * image.height, kept)
        small = _reduced(image, spare) if spare > 1 else image
        upright = _in_eight_bits(small.transpose(UPRIGHT[orientation]) if orientation > 1 else small)
        if longest and max(upright.size) > longest:
            upright = upright.convert(_plain_mode(upright))
            upright.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        colours = _in_srgb(upright, image.info.get("icc_profile"))
    clean = Image.new("RGB", colours.size)
    clean.paste(colours)
    return clean, (width, height)


def _spare(pixels: int, kept: int) -> int:
    """By how much width and height are divided so that at most `kept` pixels are left (0: all)."""
    spare = 1
    while kept and pixels > kept * spare * spare:
        spare *= 2
    return spare


def _reduced(image: Image.Image, spare: int) -> Image.Image:
    """The loaded image reduced by averaging, strip by strip, so that no second copy of it is in memory."""
    strips = []
    for top in range(0, image.height, STRIP):
        strip = _in_eight_bits(image.crop((0, top, image.width, min(top + STRIP, image.height))))
        strips.append(strip.convert(_plain_mode(strip)).reduce(spare))
    whole = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    for place, strip in enumerate(strips):
        whole.paste(strip, (0, place * STRIP // spare))
    return whole


def _require_sound(data: bytes) -> None:
    """Verify the checksums of a PNG: damaged pixels may decode without an error."""
    with Image.open(BytesIO(data), formats=("PNG",)) as image:
        image.verify()


def _orientation(image: Image.Image) -> int:
    try:
        noted = image.getexif().get(ORIENTATION, 1)
    except UNREADABLE:
        return 1  # a damaged EXIF block is discarded like all metadata
    return noted if noted in UPRIGHT else 1


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Scale 16-bit greys of scanners; plain conversion would turn them white."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda level: level * (1 / 256)).convert("L")


def _plain_mode(image: Image.Image) -> str:
    if image.has_transparency_data:
        return "RGBA"
    return image.mode if image.mode in ("L", "RGB", "CMYK") else "RGB"


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The image in RGB on a white background, with its colour profile applied."""
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        image = Image.new("RGB", layered.size, "white")
        image.paste(layered, mask=layered.getchannel("A"))
    if image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("RGB")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, source, target, outputMode="RGB") or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # an invalid profile is no reason to refuse a readable image
    return image if image.mode == "RGB" else image.convert("RGB")
