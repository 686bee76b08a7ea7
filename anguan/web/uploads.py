"""Stores the uploaded files of a posted form, and does what the button of an upload slot says.

An invalid file does not affect the others.
"""

from collections.abc import Iterator
from typing import BinaryIO, cast

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from anguan.core.matter import Matter
from anguan.core.record_ids import read_id
from anguan.infra.files import Storage
from anguan.infra.inspection import Unacceptable, display_name, read_upload
from anguan.models import Account
from anguan.services.codes import Refusal
from anguan.services.refusals import FormError, NotFound, Refused
from anguan.services.requests import attachment_edits, attachments
from anguan.services.requests.drafts import Draft, read_draft
from anguan.services.requests.filing import own_request

PAPER = "paper."
REPLACE = "replace."
"""Before the id of an attachment, the name of the input whose file takes its place."""


Wanted = tuple[str, str, str, FileStorage, int | None]
"""Slot, anchor, title, file, and the id of the attachment that it replaces."""


def save_uploads(
    session: Session,
    storage: Storage,
    account: Account,
    id: int,
    matter: Matter,
    files: MultiDict[str, FileStorage],
) -> list[FormError]:
    """Attach every valid file to its slot; returns an error for each of the others."""
    wanted = list(_wanted(matter, files))
    if not any(file.filename for several in files.listvalues() for file in several):
        return []
    draft, faults = read_draft(session, own_request(session, account, id)), []
    for slot, anchor, title, file, old in (*wanted, *_replacing(draft, files)):
        name = file.filename or ""
        try:
            data = read_upload(cast(BinaryIO, file.stream), name)
            attachments.attach(session, storage, account, id, slot, data, name, draft, old)
        except Unacceptable as unacceptable:
            faults.append(FormError(anchor, f"{title}：{unacceptable.sentence}"))
        except NotFound:
            faults.append(FormError("", f"{title}：“{display_name(name)}”没有保存，现在不用交这项材料。"))
        except Refused as refused:
            if refused.code == Refusal.PAPERS_NOT_EDITABLE:
                raise
            faults.append(FormError(anchor, f"{title}：{refused.sentence}"))
    return faults


def press_slot_button(session: Session, account: Account, id: int) -> str:
    """Remove, turn or move a file, or use one on record, as the pressed button of the form says.

    Returns the id of the slot's input, '' without such a button. Raises NotFound, Refused.
    """
    slot, form = "", request.form
    if removed := read_id(form.get("remove")):
        slot = attachment_edits.detach(session, account, id, removed)
    elif turned := read_id(form.get("turn")):
        slot = attachment_edits.turn_file(session, account, id, turned)
    elif raised := read_id(form.get("up")):
        slot = attachment_edits.move_file(session, account, id, raised, -1)
    elif lowered := read_id(form.get("down")):
        slot = attachment_edits.move_file(session, account, id, lowered, 1)
    elif chosen := form.get("again"):
        slot, _, number = chosen.rpartition(":")
        attachments.reuse_file(session, account, id, slot, read_id(number) or 0)
    return slot if "." in slot else f"{PAPER}{slot}" if slot else ""


def _wanted(matter: Matter, files: MultiDict[str, FileStorage]) -> Iterator[Wanted]:
    """The files in slots of this matter."""
    for code, title in matter.material_titles.items():
        for file in files.getlist(f"{PAPER}{code}"):
            if file.filename:
                yield code, f"paper:{code}", title, file, None
    for field in matter.asked:
        if field.resolved.control == "photo":
            for file in files.getlist(field.path):
                if file.filename:
                    yield field.path, f"field:{field.path}", field.label, file, None


def _replacing(draft: Draft, files: MultiDict[str, FileStorage]) -> Iterator[Wanted]:
    """The files that take the place of others in their slots."""
    titles = draft.matter.material_titles
    for row in draft.request.attachments:
        file = files.get(f"{REPLACE}{row.id}")
        if file is not None and file.filename and row.material in titles:
            yield row.material, f"paper:{row.material}", titles[row.material], file, row.id
