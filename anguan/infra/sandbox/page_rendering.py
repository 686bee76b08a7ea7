"""Renders a page of a PDF as an image, so that no browser has to open an untrusted PDF."""

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]
from PIL.Image import Image

from anguan.infra.sandbox.file_error import FileError

LOCKED = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
POINTS = 72.0
MAX_DPI = 300.0
"""Highest resolution in dots per inch; a higher one shows no more details of a scan."""

Ask = dict[str, Any]
Figures = dict[str, int]


def render_page(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    """Page `page` (from 1) as a JPEG whose longer side has at most `longest` pixels. Raises FileError."""
    return _guarded(_rendered, data, ask)


def draw_pages(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    """Draw the pages `first` to `last` and keep nothing: what fails here would fail in the viewer.

    Raises FileError.
    """
    return _guarded(_drawn, data, ask)


def _guarded(
    draw: Callable[[bytes, Ask], tuple[Figures, bytes]], data: bytes, ask: Ask
) -> tuple[Figures, bytes]:
    try:
        return draw(data, ask)
    except pypdfium2.PdfiumError as error:
        raise FileError("encrypted" if getattr(error, "err_code", 0) in LOCKED else "broken") from error
    except (OSError, ValueError, IndexError) as error:
        raise FileError("broken") from error


def _drawn(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    document = _opened(data, ask)
    last = min(ask["last"], len(document))
    for number in range(ask["first"], last + 1):
        _picture(document, number, ask["longest"])
    return {"pages": len(document)}, b""


def _opened(data: bytes, ask: Ask) -> pypdfium2.PdfDocument:
    document = pypdfium2.PdfDocument(data)
    pages = len(document)
    if not pages:
        raise FileError("no_pages")
    if pages > ask["max_pages"]:
        raise FileError("pages", pages=pages)
    with suppress(pypdfium2.PdfiumError):  # the values of form fields belong to the page
        document.init_forms()
    return document


def _picture(document: pypdfium2.PdfDocument, number: int, longest: int) -> Image:
    page = document[number - 1]
    longer = max(page.get_size())
    if longer <= 0:
        raise FileError("broken")
    scale = min(longest / longer, MAX_DPI / POINTS)
    image: Image = page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")
    if max(image.size) > longest + 1:
        raise FileError("pixels", width=image.width, height=image.height)
    return image


def _rendered(data: bytes, ask: Ask) -> tuple[Figures, bytes]:
    document = _opened(data, ask)
    image = _picture(document, ask["page"], ask["longest"])
    made = BytesIO()
    image.save(made, "JPEG", quality=88)
    return {"width": image.width, "height": image.height, "pages": len(document)}, made.getvalue()
