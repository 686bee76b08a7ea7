"""Makes an image anew from its pixels: upright, in sRGB, on white, and nothing else of the file survives."""

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
"""What stands a picture up, by the orientation that the camera noted; from 5 on it lies on its side."""
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, struct.error)
"""What the decoder raises for a spoilt file."""

Ask = dict[str, Any]
Figures = dict[str, int]


def remake_image(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    """A new sRGB JPEG of the pixels alone, upright, with nothing else of the file in it."""
    clean, (width, height) = remake(data, ask)
    made = BytesIO()
    clean.save(made, "JPEG", quality=90)
    return {"width": width, "height": height}, made.getvalue()


def remake(data: bytes, ask: Ask) -> tuple[Image.Image, tuple[int, int]]:
    """The pixels of a stranger's picture, and how large it was."""
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
        longest = ask["longest"]
        if longest:
            image.draft(None, (longest, longest))
        image.load()
        if image.format == "PNG":
            _require_sound(data)
        orientation = _orientation(image)
        if orientation >= 5:
            width, height = height, width
        upright = _in_eight_bits(image.transpose(UPRIGHT[orientation]) if orientation > 1 else image)
        if longest and max(upright.size) > longest:
            upright = upright.convert(_plain_mode(upright))
            upright.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        colours = _in_srgb(upright, image.info.get("icc_profile"))
    clean = Image.new("RGB", colours.size)
    clean.paste(colours)
    return clean, (width, height)


def _require_sound(data: bytes) -> None:
    """Overwritten pixels still unpack at times; the checksums of a PNG tell."""
    with Image.open(BytesIO(data), formats=("PNG",)) as image:
        image.verify()


def _orientation(image: Image.Image) -> int:
    try:
        noted = image.getexif().get(ORIENTATION, 1)
    except UNREADABLE:
        return 1  # a spoilt EXIF block is thrown away with the rest of it
    return noted if noted in UPRIGHT else 1


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Scanners write 16-bit greys; plain conversion would show them as white."""
    if not image.mode.startswith("I"):
        return image
    return image.convert("I").point(lambda level: level * (1 / 256)).convert("L")


def _plain_mode(image: Image.Image) -> str:
    if image.has_transparency_data:
        return "RGBA"
    return image.mode if image.mode in ("L", "RGB", "CMYK") else "RGB"


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """What a viewer would see on white paper."""
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        image = Image.new("RGB", layered.size, "white")
        image.paste(layered, mask=layered.getchannel("A"))
    if image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("RGB")
    if profile:
        try:
            seen = ImageCms.ImageCmsProfile(BytesIO(profile))
            turned = ImageCms.profileToProfile(image, seen, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return turned or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a wrong profile is no reason to refuse a readable paper
    return image if image.mode == "RGB" else image.convert("RGB")
