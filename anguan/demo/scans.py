"""Generates sample documents, so that every material of the demo has something a reviewer can open."""

import io
import math
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from anguan.infra.fonts import FACES

PAGE = (1000, 1414)
CARD = (1012, 638)
_INK, _PALE, _RED = "#22282E", "#9AA4AD", "#B5332C"


def draw_paper(
    title: str, rows: list[tuple[str, str]], text: str = "", seal: str = "", code: bytes = b""
) -> bytes:
    """A scanned A4 page as JPEG: heading, rows, paragraph, and a stamp and a QR code if given."""
    page = Image.new("RGB", PAGE, "#FCFBF7")
    pen = ImageDraw.Draw(page)
    _center(pen, title, 130, 46)
    pen.line((110, 215, 890, 215), fill=_PALE, width=2)
    y = 260
    for label, value in rows:
        pen.text((110, y), label, font=_font(26), fill="#5A6570")
        for line in _fold(value, 20):
            pen.text((330, y), line, font=_font(28), fill=_INK)
            y += 44
        y += 14
    y += 20
    for line in _fold(text, 28):
        pen.text((110, y), line, font=_font(27), fill=_INK)
        y += 46
    pen.text((110, 1210), "签字：", font=_font(27), fill=_INK)
    if rows:
        pen.text((200, 1204), rows[0][1][:6], font=_font(34, "song"), fill="#26417A")
    if code:
        mark = Image.open(io.BytesIO(code)).convert("RGB").resize((150, 150))
        page.paste(mark, (740, 720))
    if seal:
        _stamp(page, seal, (720, 1080))
    _mark_sample(pen, PAGE)
    return _scan(page)


def draw_card(name: str, number: str, gender: str, birth: str, face: bytes) -> bytes:
    """The front of an identity card as JPEG, marked as a sample."""
    card, pen = _blank_card("#EEF4F8")
    rows = (("姓名", name), ("性别", gender), ("出生", birth), ("住址", "示例州市示例区样张路 1 号"))
    for index, (label, value) in enumerate(rows):
        pen.text((70, 80 + index * 88), label, font=_font(30), fill="#3C6E91")
        for row, line in enumerate(_fold(value, 14)):
            pen.text((160, 76 + index * 88 + row * 36), line, font=_font(32), fill=_INK)
    pen.text((70, 530), "号码", font=_font(30), fill="#3C6E91")
    pen.text((190, 524), number, font=_font(38), fill=_INK)
    portrait = Image.open(io.BytesIO(face)).resize((240, 312))
    card.paste(portrait, (700, 130))
    return _scan(card)


def draw_card_back() -> bytes:
    """The back of an identity card as JPEG, marked as a sample."""
    card, pen = _blank_card("#EEF1F6")
    _center(pen, "身份证件样张", 150, 60, CARD[0])
    _center(pen, "国徽面（此处不印国徽）", 260, 34, CARD[0])
    pen.text((250, 440), "签发机关　示例州市公安局（虚构）", font=_font(30), fill=_INK)
    pen.text((250, 500), "有效期限　2020.01.01-2040.01.01", font=_font(30), fill=_INK)
    return _scan(card)


def _blank_card(colour: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    card = Image.new("RGB", CARD, "#D8DADB")
    pen = ImageDraw.Draw(card)
    pen.rounded_rectangle((14, 14, CARD[0] - 14, CARD[1] - 14), 34, fill=colour, outline="#B7C4CE", width=2)
    _mark_sample(pen, CARD)
    return card, pen


@cache
def _font(size: int, family: str = "hei") -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FACES[family][0]), size)


def _fold(text: str, width: int) -> list[str]:
    return [text[at : at + width] for at in range(0, len(text), width)]


def _center(pen: ImageDraw.ImageDraw, text: str, y: int, size: int, width: int = PAGE[0]) -> None:
    font = _font(size, "song")
    pen.text(((width - pen.textlength(text, font=font)) / 2, y), text, font=font, fill=_INK)


def _mark_sample(pen: ImageDraw.ImageDraw, size: tuple[int, int]) -> None:
    text = "样张，内容均为虚构"
    font = _font(22)
    pen.text((size[0] - pen.textlength(text, font=font) - 40, size[1] - 58), text, font=font, fill=_PALE)


def _stamp(page: Image.Image, text: str, center: tuple[int, int]) -> None:
    """A round stamp with its text along the rim, slightly transparent."""
    layer = Image.new("RGBA", (320, 320), (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    pen.ellipse((10, 10, 310, 310), outline=_RED, width=8)
    _center_text(pen, "示例章", (160, 160), 34)
    step = 250 / max(len(text) - 1, 1)
    for place, char in enumerate(text):
        angle = math.radians(-125 + place * step if len(text) > 1 else 0)
        glyph = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
        _center_text(ImageDraw.Draw(glyph), char, (20, 20), 26)
        turned = glyph.rotate(-math.degrees(angle), resample=Image.Resampling.BICUBIC)
        x, y = 160 + 118 * math.sin(angle), 160 - 118 * math.cos(angle)
        layer.alpha_composite(turned, (int(x) - 20, int(y) - 20))
    faded = layer.getchannel("A").point(lambda strength: int(strength * 0.82))
    page.paste(layer, (center[0] - 160, center[1] - 160), faded)


def _center_text(pen: ImageDraw.ImageDraw, text: str, at: tuple[int, int], size: int) -> None:
    pen.text(at, text, font=_font(size), fill=_RED, anchor="mm")


def _scan(page: Image.Image) -> bytes:
    """JPEG of the page, slightly rotated as by a scanner."""
    turned = page.rotate(0.4, resample=Image.Resampling.BILINEAR, fillcolor="#E9E7E1")
    kept = io.BytesIO()
    turned.save(kept, "JPEG", quality=80)
    return kept.getvalue()
