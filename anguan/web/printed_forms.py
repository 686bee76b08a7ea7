"""The filled application form (申请表) of a request."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import DRAFT, RETURNED
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.domain.field_changes import FieldChange
from anguan.domain.policies import load_policies
from anguan.models import ChangeRequest
from anguan.pdf.form import FormSheet, render_form
from anguan.pdf.html import show_day
from anguan.services.requests.drafts import definition, read_draft
from anguan.services.review.review_view import round_attachments, round_changes
from anguan.web.printed_rows import printed, rows_about

TITLES = {"application": "申请表", "commitment": "承诺书"}
"""Words for the papers that a matter may print, by their codes."""


def title_of(matter: Matter, paper: str) -> str:
    """证书变更申请表."""
    return f"{matter.title}{TITLES[paper]}"


def declaration_of(matter: Matter) -> str:
    """The sentence above the signature."""
    return f"本人申请办理{matter.title}，以上内容和所附材料真实、有效，与原件一致。"


@dataclass(frozen=True)
class PrintedContents:
    """What a form of a request prints: its changes, the materials it lists, and which are attached."""

    changes: Sequence[FieldChange]
    materials: Sequence[Material]
    attached: frozenset[str]


def printed_contents(session: Session, row: ChangeRequest, submitted: bool = False) -> PrintedContents:
    """What was submitted; of a draft or a returned request what is typed so far, unless only `submitted`
    counts, as for its reviewers."""
    if row.state in (DRAFT, RETURNED) and not submitted:
        draft = read_draft(session, row)
        cells = draft.changes
        attached = {slot.material.code for slot in draft.slots if slot.files}
        materials = [slot.material for slot in draft.slots]
    else:
        cells = round_changes(row)
        attached = {one.material for one in round_attachments(row)}
        materials = [one for one in definition(session, row).materials if one.code in attached]
    changes = [printed(cell) for cell in cells if not cell.mirror_of]
    return PrintedContents(changes, materials, frozenset(attached))


def print_application(session: Session, row: ChangeRequest, submitted: bool = False) -> bytes:
    """The PDF, with the contents of `printed_contents`. Raises MissingGlyph or RenderError."""
    matter, shown = definition(session, row), printed_contents(session, row, submitted)
    return render_form(
        title_of(matter, "application"),
        row.number or "",
        filer=rows_about(session, row),
        changes=shown.changes,
        materials=[
            FormSheet(one.title, one.code in shown.attached, "" if one.required else "选填")
            for one in shown.materials
        ],
        declaration=declaration_of(matter),
        organ=load_policies(session).authority_name,
        printed=f"{show_day(clock.today())}由系统生成",
    )
