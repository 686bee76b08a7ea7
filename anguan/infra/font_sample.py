"""Draws a sample in the viewer: a page whose Chinese font is not embedded, as many offices write them."""

from io import BytesIO

from PIL import Image, ImageStat
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from anguan.infra.sandbox.client import SANDBOX, FileRefused, Sandbox

FONT = "STSong-Light"
SIDE = 100
SIMPLE, DENSE = "一", "鑫"
"""Characters of few and of many strokes: boxes in their place would be equally dark."""


def draws_chinese(sandbox: Sandbox = SANDBOX) -> bool:
    """True when the viewer draws the characters of a font that the document only names."""
    try:
        answer, made = sandbox.run("page", sample_pdf(), page=1, longest=4 * SIDE, max_pages=1)
    except FileRefused:
        return False
    if "fault" in answer:
        return False
    with Image.open(BytesIO(made)) as opened:
        page = opened.convert("L").point(lambda level: 255 * (level < 128))
    left, right = (page.crop((x, 0, x + page.width // 2, page.height)) for x in (0, page.width // 2))
    simple, dense = (ImageStat.Stat(half).sum[0] for half in (left, right))
    return simple > 0 and dense > 2 * simple


def sample_pdf() -> bytes:
    """A page with the two characters side by side, in a font that is not embedded."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    made = BytesIO()
    canvas = Canvas(made, pagesize=(2 * SIDE, SIDE))
    canvas.setFont(FONT, SIDE * 0.8)
    for place, char in enumerate((SIMPLE, DENSE)):
        canvas.drawString(place * SIDE + SIDE * 0.1, SIDE * 0.2, char)
    canvas.save()
    return made.getvalue()
