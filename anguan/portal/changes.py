"""The facts of a request as rows for reading: on the check page and on the progress page."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from anguan.desk.drafts import Draft
from anguan.gate.boxes import also_words, is_secret
from anguan.grammar.kinds import Kind, Photo
from anguan.models import ChangeItem, ChangeRequest
from anguan.records.cells import Cell
from anguan.records.vocabulary import FACTS

LATER = "审核通过后生成"


@dataclass(frozen=True)
class Change:
    """One fact: what stood, what it becomes, which places follow, where it is changed."""

    label: str
    mode: str
    before: str
    after: str
    changed: bool
    also: tuple[str, ...] = ()
    url: str = ""
    picture: str = ""


def list_changes(
    session: Session, cells: Sequence[Cell | ChangeItem], draft: Draft | None = None
) -> list[Change]:
    """The rows of these cells. With a draft they can be changed, and a new number is shown whole."""
    rows = []
    for cell in cells:
        if cell.follows:
            continue
        kind = FACTS[cell.path].kind if cell.path in FACTS else None
        open_ = draft is not None and draft.reopened(f"field:{cell.path}")
        asks = cell.mode in ("asked", "answered")
        rows.append(
            Change(
                cell.label,
                cell.mode,
                _word(kind, cell.before, cell.before_text),
                LATER
                if cell.mode == "issued" and not cell.after
                else _word(kind, cell.after or "", cell.after_text, whole=draft is not None),
                cell.changed or cell.mode == "issued",
                also_words(session, cell.path, cells),
                url_for("portal.edit", id=draft.request.id, _anchor=cell.path)
                if draft and open_ and asks
                else "",
                picture_of(draft.request, cell) if draft and isinstance(kind, Photo) else "",
            )
        )
    return rows


def picture_of(request: ChangeRequest, cell: Cell | ChangeItem) -> str:
    """Where the picture behind a photo's new value is."""
    for row in request.attachments:
        if row.material == cell.path and row.file.sha256 == cell.after:
            return url_for("portal.file", attachment=row.id)
    return ""


def _word(kind: Kind | None, canonical: str, words: str, whole: bool = False) -> str:
    if isinstance(kind, Photo):
        return "照片" if canonical else ""
    if kind is not None and canonical and not whole and is_secret(kind):
        return kind.conceal(canonical)
    return words
