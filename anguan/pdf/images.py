"""Pictures of a PDF: type check before decoding, photos reduced to at most 50 KB."""

import base64
import io

from PIL import Image

PHOTO_WIDTH, PHOTO_HEIGHT = 440, 572
"""Size of the photo in the operation manual, in pixels; about 330 dpi in print."""
PHOTO_BYTES = 50 * 1024
KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"<svg ": "image/svg+xml"}


class NotAPicture(ValueError):
    """The bytes are not a JPEG or PNG picture that can be printed."""


def tell_kind(data: bytes) -> str:
    """Media type by the first bytes. Raises NotAPicture for unsupported types."""
    for magic, kind in KINDS.items():
        if data.startswith(magic):
            return kind
    raise NotAPicture("只能打印 JPEG 或 PNG 图片")


def as_data_uri(data: bytes) -> str:
    """The picture as a data URI, the only form the renderer may read. Raises NotAPicture."""
    return f"data:{tell_kind(data)};base64,{base64.b64encode(data).decode()}"


def fit_photo(data: bytes) -> bytes:
    """A JPEG of at most 50 KB without metadata; returned unchanged if it is one. Raises NotAPicture."""
    if tell_kind(data) == "image/svg+xml":
        raise NotAPicture("照片只能是 JPEG 或 PNG 图片")
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as photo:
        if len(data) <= PHOTO_BYTES and _is_plain(photo):
            return data
        photo.thumbnail((PHOTO_WIDTH, PHOTO_HEIGHT))
        plain = Image.new("RGB", photo.size, "white")
        plain.paste(photo, mask=photo.getchannel("A") if "A" in photo.getbands() else None)
    for quality in (90, 82, 74, 66, 50, 30):
        small = io.BytesIO()
        plain.save(small, "JPEG", quality=quality, optimize=True)
        if small.tell() <= PHOTO_BYTES:
            break
    return small.getvalue()


def _is_plain(photo: Image.Image) -> bool:
    notes = set(photo.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
    return photo.format == "JPEG" and photo.mode == "RGB" and not notes
