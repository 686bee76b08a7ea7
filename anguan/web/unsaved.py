"""Text typed into the form of a request that can no longer be edited: its writer sees it once more."""

from collections.abc import Mapping, Sequence

from flask import request
from sqlalchemy.orm import Session

from anguan.core.matter import Matter
from anguan.models import ChangeRequest
from anguan.services.refusals import Refused
from anguan.services.requests.corrections import ANSWER_PREFIX
from anguan.web.form_fields import format_typed
from anguan.web.seen_values import posted_values, read_saw

ANSWER = "不用改的原因"


def say_late(refused: Refused) -> str:
    """Why nothing was saved, files included."""
    chosen = any(file.filename for several in request.files.listvalues() for file in several)
    return f"{refused.sentence}。" + ("您选的文件也没有保存。" if chosen else "")


def list_unsaved(
    session: Session, row: ChangeRequest, matter: Matter, typed: Mapping[str, str]
) -> Sequence[tuple[str, str]]:
    """Label and text of each input that neither the form showed when it was opened nor the request holds."""
    held = {value.name: value.typed for value in row.values}
    fields, saw = {field.path: field for field in matter.asked}, read_saw()
    rows = []
    for name, text in typed.items():
        known = posted_values() and saw(name, text)
        if known or not text.strip() or text.strip() == held.get(name, "").strip():
            continue
        if name in fields:
            rows.append((fields[name].label, format_typed(session, fields[name].resolved, text)))
        elif name.startswith(ANSWER_PREFIX):
            rows.append((ANSWER, text))
    return rows
