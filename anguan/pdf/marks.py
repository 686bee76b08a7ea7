"""The state of a certificate as a diagonal mark over a copy of its PDF."""

import math
from functools import lru_cache
from io import BytesIO
from typing import cast

from markupsafe import Markup, escape
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ContentStream, DictionaryObject, FloatObject, NameObject

from anguan.pdf.decoration import HEIGHT, SEAL, WIDTH
from anguan.pdf.html import fill_page, measure
from anguan.pdf.renderer import render_pdf

LARGEST = 150.0
"""Type size in points of a short mark; a long one is made smaller until it fits the diagonal."""
SHARE = 0.82
"""Part of the diagonal that the mark may take."""
STRENGTH = 0.32
"""Opacity: the mark is seen at once, and everything below it can still be read."""


def mark_certificate(pdf: bytes, mark: str) -> bytes:
    """A copy of a certificate PDF with the mark over each page. Raises RenderError."""
    copy = PdfWriter(clone_from=BytesIO(pdf))
    cover = PdfReader(BytesIO(_draw_cover(mark))).pages[0]
    for page in copy.pages:
        page.merge_page(cover)
    made = BytesIO()
    copy.write(made)
    return made.getvalue()


@lru_cache(maxsize=16)
def _draw_cover(mark: str) -> bytes:
    """A page of the size of a certificate that holds nothing but the mark."""
    drawn = render_pdf(fill_page("mark.html", width=WIDTH, height=HEIGHT), {"mark": draw_mark(mark)})
    cover = PdfWriter(clone_from=BytesIO(drawn))
    page = cover.pages[0]
    # The renderer knows no opacity in a drawing, so the page sets it before it begins to draw.
    strength = DictionaryObject({NameObject("/ca"): FloatObject(STRENGTH)})
    resources = cast("DictionaryObject", page["/Resources"].get_object())
    resources[NameObject("/ExtGState")] = DictionaryObject({NameObject("/faint"): strength})
    content = ContentStream(page.get_contents(), cover)
    content.operations.insert(0, ([NameObject("/faint")], b"gs"))
    page.replace_contents(content)
    made = BytesIO()
    cover.write(made)
    return made.getvalue()


def draw_mark(mark: str) -> bytes:
    """SVG of the mark, from the lower left to the upper right corner."""
    size = min(LARGEST, SHARE * math.hypot(WIDTH, HEIGHT) / measure(mark))
    slope = math.degrees(math.atan2(HEIGHT, WIDTH))
    pattern = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0}pt" height="{1}pt" viewBox="0 0 {0} {1}">'
        '<g transform="translate({2:.1f} {3:.1f}) rotate(-{4:.1f})">'
        '<text x="0" y="{5:.1f}" font-family="hei" font-weight="bold" font-size="{6:.1f}" '
        'text-anchor="middle" fill="{7}">{8}</text></g></svg>'
    )
    middle = (WIDTH / 2, HEIGHT / 2)
    return pattern.format(WIDTH, HEIGHT, *middle, slope, size * 0.36, size, SEAL, escape(mark)).encode()
