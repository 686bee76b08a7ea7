"""Draws one page of a kept paper as a picture, so that no reader's browser has to open a stranger's PDF."""

from contextlib import suppress
from io import BytesIO
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]

from anguan.infra.sandbox.file_error import FileError

LOCKED = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
POINTS = 72.0
FINEST = 300.0
"""More dots to the inch than this show nothing new of a scan, however small its page claims to be."""

Ask = dict[str, Any]
Figures = dict[str, int]


def render_page(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    """Page `page` (from 1) as a JPEG whose longer side has at most `longest` pixels."""
    try:
        return _drawn(data, ask)
    except pypdfium2.PdfiumError as error:
        raise FileError("encrypted" if getattr(error, "err_code", 0) in LOCKED else "broken") from error
    except (OSError, ValueError, IndexError) as error:
        raise FileError("broken") from error


def _drawn(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    paper = pypdfium2.PdfDocument(data)
    pages = len(paper)
    if not pages:
        raise FileError("no_pages")
    if pages > ask["max_pages"]:
        raise FileError("pages", pages=pages)
    with suppress(pypdfium2.PdfiumError):  # what somebody typed into a form belongs to the page
        paper.init_forms()
    page = paper[ask["page"] - 1]
    longer = max(page.get_size())
    if longer <= 0:
        raise FileError("broken")
    scale = min(ask["longest"] / longer, FINEST / POINTS)
    image = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
    if max(image.size) > ask["longest"] + 1:
        raise FileError("pixels", width=image.width, height=image.height)
    made = BytesIO()
    image.save(made, "JPEG", quality=88)
    return {"width": image.width, "height": image.height, "pages": pages}, made.getvalue()
