"""Sheet with the decisions on a request (审核决定), the first page of its papers."""

from collections.abc import Sequence

from anguan.pdf.decoration import draw_scale
from anguan.pdf.form import PAGE_POINTS, FormRow
from anguan.pdf.html import fill_page
from anguan.pdf.renderer import render_pdf


def render_decisions(
    number: str,
    facts: Sequence[FormRow],
    decisions: Sequence[tuple[str, Sequence[FormRow]]],
    *,
    organ: str,
    printed: str,
) -> bytes:
    """Render the PDF, A4 portrait: `facts` about the request, then each decision as (title, rows).

    `organ` (the authority) and `printed` stand in the footer. Raises MissingGlyph or RenderError.
    """
    html = fill_page(
        "decision.html", number=number, facts=facts, decisions=decisions, organ=organ, printed=printed
    )
    return render_pdf(html, {"scale": draw_scale(PAGE_POINTS)})
