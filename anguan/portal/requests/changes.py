"""The changes of a request as rows for the confirmation and progress pages."""

from collections.abc import Sequence
from dataclasses import replace

from flask import url_for
from sqlalchemy.orm import Session

from anguan.domain.field_changes import FieldChange
from anguan.domain.masking import mask
from anguan.models import ChangeRequest
from anguan.services.requests.drafts import Draft
from anguan.web.form_fields import format_mirrors

LATER = "审核通过后生成"


def list_changes(
    session: Session, changes: Sequence[FieldChange], draft: Draft | None = None, whole: bool = False
) -> list[FieldChange]:
    """The rows of these changes, with edit links for a draft; sensitive values are masked unless `whole`."""
    rows = []
    for change in changes:
        if change.mirror_of:
            continue
        open_ = draft is not None and draft.reopened(f"field:{change.path}")
        asks = change.mode in ("asked", "answered")
        later = change.mode == "issued" and not change.after
        after = _word(change, change.after or "", change.after_text, whole)
        rows.append(
            replace(
                change,
                before_text=_word(change, change.before, change.before_text, whole),
                after_text=LATER if later else after,
                places=format_mirrors(session, change.path, changes),
                url=url_for("portal.edit", id=draft.request.id, _anchor=change.path)
                if draft and open_ and asks
                else "",
                after_photo=picture_of(draft.request, change) if draft and change.picture else "",
            )
        )
    return rows


def is_announced(change: FieldChange) -> bool:
    """True for a row that is shown at once; unchanged rows are folded."""
    return change.changed or change.mode == "issued"


def picture_of(request: ChangeRequest, change: FieldChange) -> str:
    """URL of the picture of a photo's new value."""
    for row in request.attachments:
        if row.material == change.path and row.file.sha256 == change.after:
            return url_for("portal.file", attachment=row.id)
    return ""


def _word(change: FieldChange, canonical: str, words: str, whole: bool) -> str:
    if change.picture:
        return "照片" if canonical else ""
    return words if whole else mask(change.path, canonical, words)
