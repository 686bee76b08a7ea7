"""Stores the uploaded files of a posted form, and does what the button of an upload slot says.

An invalid file does not affect the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

from flask import request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from anguan.core.matter import Matter
from anguan.core.record_ids import read_id
from anguan.infra.files import Storage
from anguan.infra.inspection import Unacceptable, display_name, read_upload
from anguan.models import Account, ChangeRequest
from anguan.services.refusals import FormError, NotFound
from anguan.services.requests import attachment_edits, attachments
from anguan.services.uploads import Inspected, Refusing, Upload, inspect_uploads

PAPER = "paper."
REPLACE = "replace."
"""Before the id of an attachment, the name of the input whose file takes its place."""


@dataclass(frozen=True)
class Sent:
    """A file of a posted form: its slot, where its error is shown, and the title of the slot."""

    slot: str
    anchor: str
    title: str
    file: FileStorage
    instead_of: int | None = None


@dataclass(frozen=True)
class FormUploads:
    """The files of a posted form after inspection; `errors` are those that were too large to read."""

    sent: Sequence[Sent]
    inspected: Sequence[Inspected]
    errors: Sequence[FormError]

    def explain(self, refusals: Sequence[Refusing | None]) -> list[FormError]:
        """An error for each file that was not attached."""
        found = list(self.errors)
        for one, refusing in zip(self.sent, refusals, strict=True):
            if isinstance(refusing, NotFound):
                name = display_name(one.file.filename or "")
                found.append(FormError("", f"{one.title}：“{name}”没有保存，现在不用交这项材料。"))
            elif refusing is not None:
                found.append(FormError(one.anchor, f"{one.title}：{refusing.sentence}"))
        return found


def read_uploads(
    session: Session,
    storage: Storage,
    row: ChangeRequest,
    matter: Matter,
    files: MultiDict[str, FileStorage],
) -> FormUploads:
    """Inspect the files of a posted form together, before the transaction that saves the form."""
    sent, uploads, errors = [], [], []
    for one in (*_wanted(matter, files), *_replacing(row, matter, files)):
        name = one.file.filename or ""
        try:
            data = read_upload(cast(BinaryIO, one.file.stream), name)
        except Unacceptable as unacceptable:
            errors.append(FormError(one.anchor, f"{one.title}：{unacceptable.sentence}"))
            continue
        sent.append(one)
        uploads.append(Upload(one.slot, name, data, one.instead_of))
    inspected = inspect_uploads(session, storage, row, matter, uploads) if uploads else []
    return FormUploads(sent, inspected, errors)


def save_uploads(
    session: Session, storage: Storage, account: Account, id: int, sent: FormUploads
) -> list[FormError]:
    """Attach every valid file to its slot; an error for each of the others. Raises NotFound, Refused."""
    if not sent.inspected:
        return list(sent.errors)
    return sent.explain(attachments.save_form(session, storage, account, id, sent.inspected).refusals)


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


def _wanted(matter: Matter, files: MultiDict[str, FileStorage]) -> Iterator[Sent]:
    """The files in slots of this matter."""
    for code, title in matter.material_titles.items():
        for file in files.getlist(f"{PAPER}{code}"):
            if file.filename:
                yield Sent(code, f"paper:{code}", title, file)
    for field in matter.asked:
        if field.resolved.control == "photo":
            for file in files.getlist(field.path):
                if file.filename:
                    yield Sent(field.path, f"field:{field.path}", field.label, file)


def _replacing(row: ChangeRequest, matter: Matter, files: MultiDict[str, FileStorage]) -> Iterator[Sent]:
    """The files that take the place of others in their slots."""
    if not any(name.startswith(REPLACE) and file.filename for name, file in files.items(multi=True)):
        return
    titles = matter.material_titles
    for old in row.attachments:
        file = files.get(f"{REPLACE}{old.id}")
        if file is not None and file.filename and old.material in titles:
            yield Sent(old.material, f"paper:{old.material}", titles[old.material], file, old.id)
