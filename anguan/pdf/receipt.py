"""Receipt PDF: proof that a request was submitted, not that it was approved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from anguan.pdf.decoration import draw_scale, draw_step_marker
from anguan.pdf.form import PAGE_POINTS, FormRow
from anguan.pdf.html import fill_page
from anguan.pdf.qr import render_qr
from anguan.pdf.renderer import render_pdf


@dataclass(frozen=True)
class ReceiptStep:
    """One progress step; `state` is done, now or todo."""

    title: str
    text: str = ""
    state: str = "todo"


@dataclass(frozen=True)
class Receipt:
    """Data of a receipt.

    `facts` are further rows (certificate, changes, materials); `phones` pairs of a name and a number;
    `progress_url` is the address behind the QR code, where the filer logs in and sees the request.
    """

    number: str
    matter: str
    filer: str
    submitted_at: datetime
    due: date | None
    organ: str
    progress_url: str
    steps: Sequence[ReceiptStep] = ()
    facts: Sequence[FormRow] = ()
    withdraw: str = "作出决定前，可以登录系统在“办理进度”中撤销申请，或者撤回后重新补充信息，编号不变。"
    phones: Sequence[tuple[str, str]] = field(default=())


def render_receipt(receipt: Receipt) -> bytes:
    """Render the PDF of a receipt (受理回执), one A4 page in portrait. Raises MissingGlyph, RenderError."""
    images = {
        "scale": draw_scale(PAGE_POINTS),
        "qr": render_qr(receipt.progress_url),
        **{state: draw_step_marker(state) for state in {step.state for step in receipt.steps}},
    }
    html = fill_page("receipt.html", receipt=receipt, organ=receipt.organ, printed="")
    return render_pdf(html, images)
