"""Image operations of the photo tool: open a picture, show it, crop the ID photo."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from anguan.infra.sandbox.face_detection import count_faces
from anguan.infra.sandbox.file_error import FileError
from anguan.infra.sandbox.images import remake
from anguan.infra.sandbox.photo_checks import check_photo

OPENED_QUALITY = 95
"""Used for nothing else: the bytes of an opened picture never equal those of a registered photo."""
PHOTO_QUALITY = 92
SHOWN_QUALITY = 85
COPY_QUALITIES = (90, 84, 78, 70, 60, 48, 36, 24, 12)
OUTLINE = "#1F78D1"
TURNS = (
    None,
    Image.Transpose.ROTATE_270,
    Image.Transpose.ROTATE_180,
    Image.Transpose.ROTATE_90,
)
"""Quarter turns clockwise."""

Ask = dict[str, Any]
Figures = dict[str, Any]


def open_picture(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    """The whole picture re-encoded, upright, its longer side at most `longest` pixels. Raises FileError."""
    picture = remake(data, ask)[0]
    return {"width": picture.width, "height": picture.height}, _write(picture, OPENED_QUALITY, subsampling=0)


def measure_picture(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    """Width and height of an opened picture in pixels."""
    with Image.open(BytesIO(data), formats=("JPEG",)) as kept:
        return {"width": kept.width, "height": kept.height}, b""


def show_picture(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    """An opened picture, rotated and scaled to `longest` pixels, dimmed outside of `box` if there is one."""
    with Image.open(BytesIO(data), formats=("JPEG",)) as kept:
        before = kept.width
        kept.draft("RGB", (ask["longest"], ask["longest"]))
        kept.load()
        picture = kept.convert("RGB")
    picture.thumbnail((ask["longest"], ask["longest"]), Image.Resampling.LANCZOS)
    scale = picture.width / before
    picture = _turn(picture, ask["turn"])
    if ask["box"]:
        _dim(picture, tuple(round(side * scale) for side in ask["box"]))
    return {"width": picture.width, "height": picture.height}, _write(picture, SHOWN_QUALITY)


def _dim(picture: Image.Image, box: Sequence[int]) -> None:
    x, y, width, height = box
    inside = picture.crop((x, y, x + width, y + height))
    picture.paste(picture.point([level * 2 // 5 for level in range(256)] * 3))
    picture.paste(inside, (x, y))
    ImageDraw.Draw(picture).rectangle((x, y, x + width - 1, y + height - 1), outline=OUTLINE, width=3)


def cut_portrait(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    """Rotate an opened picture by quarter turns and crop the ID photo at `box`; it is never enlarged.

    The output is the photo followed by its copy, which begins at byte `split`. Raises FileError.
    """
    width, height = ask["box"][2:]
    with Image.open(BytesIO(data), formats=("JPEG",)) as kept:
        left, top, right, bottom = _unrotate(ask["box"], ask["turn"] % 4, kept.size)
        if min(left, top) < 0 or min(width, height) < 1 or right > kept.width or bottom > kept.height:
            raise FileError("outside")
        whole, spare = kept.width, max(width // ask["width"], 1)
        kept.draft("RGB", (kept.width // spare, kept.height // spare))
        kept.load()
        scale = kept.width / whole
        inside = [round(side * scale) for side in (left, top, right, bottom)]
        cut = _turn(kept.crop((inside[0], inside[1], inside[2], inside[3])).convert("RGB"), ask["turn"])
    return _finish(cut, (width, height), ask)


def _unrotate(box: Sequence[int], turn: int, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The edges of the box in the picture before its rotation."""
    x, y, width, height = box
    whole, high = size
    return (
        (x, y, x + width, y + height),
        (y, high - x - width, y + height, high - x),
        (whole - x - width, high - y - height, whole - x, high - y),
        (whole - y - height, x, whole - y, x + width),
    )[turn]


def take_portrait(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    """An uploaded finished ID photo: measured, re-encoded, checked. Raises FileError."""
    picture, (width, height) = remake(data, ask)
    figures = {"width": width, "height": height}
    if width < ask["min_width"] or height < ask["min_height"]:
        raise FileError("photo_small", **figures)
    if abs(height / width - ask["ratio"]) > ask["tolerance"] + 1e-9:
        raise FileError("photo_ratio", actual=f"{height / width:.3f}", **figures)
    return _finish(picture, (width, height), ask)


def _turn(picture: Image.Image, turn: int) -> Image.Image:
    method = TURNS[turn % 4]
    return picture if method is None else picture.transpose(method)


def _finish(cut: Image.Image, taken: tuple[int, int], ask: Ask) -> tuple[Figures, bytes]:
    """The crop with the exact ratio, scaled down to the target size, and its small copy."""
    width = min(cut.width, int(cut.height / ask["ratio"] + 0.5))
    height = min(cut.height, int(width * ask["ratio"] + 0.5))
    left, top = (cut.width - width) // 2, (cut.height - height) // 2
    photo = cut.crop((left, top, left + width, top + height))
    if width > ask["width"]:
        photo = photo.resize((ask["width"], ask["height"]), Image.Resampling.LANCZOS, reducing_gap=3)
    made = _write(photo, PHOTO_QUALITY)
    figures = {
        "width": photo.width,
        "height": photo.height,
        "taken_width": taken[0],
        "taken_height": taken[1],
        "findings": [*check_photo(photo), *count_faces(photo)],
        "split": len(made),
    }
    return figures, made + _write_copy(photo, ask)


def _write_copy(photo: Image.Image, ask: Ask) -> bytes:
    """The copy of at most `copy_bytes` bytes, in the best quality that fits."""
    small = photo.copy()
    small.thumbnail((ask["copy_width"], ask["copy_height"]), Image.Resampling.LANCZOS)
    made = b""
    for quality in COPY_QUALITIES:
        made = _write(small, quality, optimize=True)
        if len(made) <= ask["copy_bytes"]:
            return made
    raise FileError("heavy")


def _write(picture: Image.Image, quality: int, **options: Any) -> bytes:
    """A JPEG of the pixels without metadata."""
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    made = BytesIO()
    clean.save(made, "JPEG", quality=quality, **options)
    return made.getvalue()
