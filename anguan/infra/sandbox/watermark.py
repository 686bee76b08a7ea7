"""Watermarks an image with slanted rows of text that name its reader, so that a leaked copy can be traced."""

from io import BytesIO
from math import ceil
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from anguan.infra.sandbox.file_error import FileError
from anguan.infra.sandbox.images import UNREADABLE

SLANT = 24
INK, HALO = (58, 70, 82), (255, 255, 255)
INK_STRENGTH, HALO_STRENGTH = 0.20, 0.28
"""Opacity: faint enough to read a scan; the halo keeps the text visible on dark photos."""
LETTERS_ACROSS = 52
ROW_STEP = 0.62
"""Distance of rows in heights of a tile: no seal, face or number fits between two rows."""
SMALLEST_LETTER = 10

Ask = dict[str, Any]
Figures = dict[str, int]


def watermark_image(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    """The image as a JPEG with the watermark `text` in the font file `font`. Raises FileError."""
    try:
        with Image.open(BytesIO(data), formats=("JPEG",)) as opened:
            image = opened.convert("RGB")
        font = ImageFont.truetype(ask["font"], max(SMALLEST_LETTER, max(image.size) // LETTERS_ACROSS))
    except UNREADABLE as error:
        raise FileError("broken") from error
    tile = _slanted(ask["text"], font)
    shift = max(1, round(font.size / 18))
    image.paste(HALO, mask=_tiled(tile, image.size, shift, HALO_STRENGTH))
    image.paste(INK, mask=_tiled(tile, image.size, 0, INK_STRENGTH))
    made = BytesIO()
    image.save(made, "JPEG", quality=85)
    return {"width": image.width, "height": image.height}, made.getvalue()


def _slanted(text: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    """The mask of one repetition of the text with its margins."""
    left, top, right, bottom = (ceil(edge) for edge in font.getbbox(text))
    margin = ceil(font.size * 1.5)
    tile = Image.new("L", (right - left + 2 * margin, bottom - top + 2 * margin))
    ImageDraw.Draw(tile).text((margin - left, margin - top), text, fill=255, font=font)
    return tile.rotate(SLANT, Image.Resampling.BILINEAR, expand=True)


def _tiled(tile: Image.Image, size: tuple[int, int], shift: int, strength: float) -> Image.Image:
    """The mask of the whole image: rows of tiles, every second one shifted."""
    mask = Image.new("L", size)
    across, down = tile.width, ceil(tile.height * ROW_STEP)
    for row, y in enumerate(range(-down, size[1], down)):
        first = -(across // 2) if row % 2 else -(across // 8)
        for x in range(first, size[0], across):
            mask.paste(int(255 * strength), (x + shift, y + shift), tile)
    return mask
