"""Sheet in place of a document that cannot be read, so that the others are still printed."""

from collections.abc import Sequence

from anguan.pdf.form import FormRow
from anguan.pdf.html import fill_page
from anguan.pdf.renderer import render_pdf


def render_unreadable(rows: Sequence[FormRow], *, remedy: str, organ: str, printed: str) -> bytes:
    """Render the PDF, A4 portrait: `rows` name the document and the cause, `remedy` says what to do.

    `organ` (the authority) and `printed` stand in the footer. Raises MissingGlyph or RenderError.
    """
    return render_pdf(
        fill_page("unreadable.html", rows=rows, remedy=remedy, organ=organ, printed=printed), {}
    )
