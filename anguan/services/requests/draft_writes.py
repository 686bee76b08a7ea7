"""Writes into a draft: typed values and attachments of stored files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.models import Attachment, ChangeRequest, DraftValue, StoredFile
from anguan.services.codes import Refusal
from anguan.services.refusals import Refused
from anguan.services.requests.drafts import working_round

LONGEST = 5000


def write_values(request: ChangeRequest, typed: Mapping[str, str]) -> None:
    """Write the typed values into the draft's rows, cut to LONGEST characters."""
    rows = {value.name: value for value in request.values}
    for name, value in typed.items():
        value = value[:LONGEST]
        if name in rows:
            rows[name].typed = value
        else:
            request.values.append(DraftValue(name=name, typed=value))


@dataclass(frozen=True)
class NewFile:
    """A stored file for a slot of the coming round.

    With `replace` it is alone in the slot; `instead_of` is the id of the file whose place it takes.
    """

    slot: str
    row: StoredFile
    name: str
    at_most: int = 10
    replace: bool = False
    instead_of: int | None = None
    turn: int = 0


def attach_file(session: Session, request: ChangeRequest, file: NewFile) -> Attachment:
    """Attach one file; idempotent. Raises Refused for too many files."""
    for refused in attach_files(session, request, (file,)):
        if refused is not None:
            raise refused
    coming = working_round(request)
    return next(
        row
        for row in request.attachments
        if (row.round, row.material, row.file_id) == (coming, file.slot, file.row.id)
    )


def attach_files(session: Session, request: ChangeRequest, files: Sequence[NewFile]) -> list[Refused | None]:
    """Attach files to slots of the coming round; idempotent. Refused, for each file that is one too many."""
    if not files:
        return []
    coming = working_round(request)
    there = [row for row in request.attachments if row.round == coming]
    added: list[dict[str, Any]] = []
    refused = [_place(session, request, there, added, file) for file in files]
    session.flush()
    if added:
        session.execute(insert(Attachment), added)
    session.expire(request, ["attachments"])
    return refused


def _place(
    session: Session,
    request: ChangeRequest,
    there: list[Attachment],
    added: list[dict[str, Any]],
    file: NewFile,
) -> Refused | None:
    """Add the values of the new row to `added`, and remove what it replaces; or why it does not fit."""
    inside = [row for row in there if row.material == file.slot]
    new = [values for values in added if values["material"] == file.slot]
    old = next((row for row in inside if row.id == file.instead_of), None)
    if any(values["file_id"] == file.row.id for values in new):
        return None
    same = next((row for row in inside if row.file_id == file.row.id), None)
    gone = [old] if old is not None and old is not same else []
    if same is None and (file.replace or (file.at_most == 1 and inside)):
        gone = inside
    if same is None and (file.replace or file.at_most == 1):
        added[:] = [values for values in added if values["material"] != file.slot]
        new = []
    kept = [row for row in inside if row not in gone]
    if same is None and len(kept) + len(new) >= file.at_most:
        return Refused(Refusal.TOO_MANY_FILES, most=file.at_most)
    if same is None or gone:
        request.changed_at = clock.now()
    for row in gone:
        there.remove(row)
        request.attachments.remove(row)
        session.delete(row)
    if same is not None:
        return None
    last = max([row.position for row in kept] + [values["position"] for values in new], default=0)
    added.append(
        {
            "request_id": request.id,
            "round": working_round(request),
            "material": file.slot,
            "file_id": file.row.id,
            "position": old.position if old else last + 1,
            "turn": file.turn,
            "original_name": file.name,
            "added_at": clock.now(),
        }
    )
    return None


def attach_photo(
    session: Session, request: ChangeRequest, path: str, row: StoredFile, name: str
) -> Attachment:
    """Attach a photo to its field: the file, and the value that names it by hash."""
    attachment = attach_file(session, request, NewFile(path, row, name, at_most=1, replace=True))
    write_values(request, {path: row.sha256})
    return attachment
