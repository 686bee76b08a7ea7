"""What a filer prints and signs: application form and letter of commitment. One template for all matters.

The same functions draw blank papers (no number, empty values) and filled ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from anguan.domain.field_changes import FieldChange
from anguan.pdf.decoration import draw_scale
from anguan.pdf.html import fill_page, measure
from anguan.pdf.renderer import render_pdf

PAGE_POINTS = 482
"""Width of the printed area of an upright A4 sheet."""
HALF_ROW_EMS = 14.0
"""The longest value that shares its row with another fact."""


@dataclass(frozen=True)
class FormRow:
    """One fact: what it is called, and what it is; on a blank form the value stays empty."""

    label: str
    value: str = ""

    @property
    def is_long(self) -> bool:
        """Whether the fact needs a row of its own."""
        return measure(self.value) > HALF_ROW_EMS or measure(self.label) > 9


@dataclass(frozen=True)
class FormSheet:
    """One material of the list: its title, whether it is attached, and a remark such as 2 页 or 选填."""

    title: str
    attached: bool = False
    remark: str = ""


def render_form(
    title: str,
    number: str = "",
    *,
    filer: Sequence[FormRow] = (),
    changes: Sequence[FieldChange] = (),
    materials: Sequence[FormSheet] = (),
    declaration: str = "",
    opinions: Sequence[str] = ("工作单位意见",),
    signer: str = "申请人",
    change_title: str = "申请内容",
    filer_title: str = "申请人信息",
    organ: str = "",
    printed: str = "",
) -> bytes:
    """The PDF of an application form (申请表), upright A4; more pages only when the rows need them.

    `filer` are the facts about the filer, `changes` the rows of the second table (an after that reads like
    the before is printed as 不变), `materials` the list of papers, `declaration` the
    sentence above the signature, `opinions` the boxes that somebody else fills and stamps by hand, `signer`
    the word before the line for the signature. `organ` (the authority) and `printed` (any text, such as the
    time) stand in the footer. MissingGlyph or PressError as in press.py.
    """
    html = fill_page(
        "form.html",
        title=title,
        number=number,
        facts=_pair_up(filer),
        changes=changes,
        change_title=change_title,
        filer_title=filer_title,
        materials=materials,
        declaration=declaration,
        opinions=opinions,
        signer=signer,
        organ=organ,
        printed=printed,
    )
    return render_pdf(html, {"scale": draw_scale(PAGE_POINTS)})


def render_commitment(
    title: str,
    lines: Sequence[str],
    *,
    number: str = "",
    filer: Sequence[FormRow] = (),
    addressee: str = "",
    signer: str = "承诺人",
    unit: bool = True,
    printed: str = "",
) -> bytes:
    """The PDF of a letter of commitment (承诺书), upright A4.

    `lines` are the numbered promises of the matter, `filer` says who promises (empty values leave a line to
    write on), `addressee` the authority it is addressed to, `unit` whether the employer also signs.
    """
    html = fill_page(
        "commitment.html",
        title=title,
        lines=lines,
        number=number,
        filer=filer,
        addressee=addressee,
        signer=signer,
        unit=unit,
        organ=addressee,
        printed=printed,
    )
    return render_pdf(html, {"scale": draw_scale(PAGE_POINTS)})


def _pair_up(rows: Sequence[FormRow]) -> list[tuple[FormRow, ...]]:
    """Facts as table rows: two short ones side by side, a long one alone."""
    pairs: list[tuple[FormRow, ...]] = []
    for row in rows:
        if pairs and len(pairs[-1]) == 1 and not row.is_long and not pairs[-1][0].is_long:
            pairs[-1] = (pairs[-1][0], row)
        else:
            pairs.append((row,))
    return pairs
