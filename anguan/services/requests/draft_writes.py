"""Writes into a draft: typed values and attachments of stored files."""

from collections.abc import Mapping

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


def attach_file(
    session: Session,
    request: ChangeRequest,
    slot: str,
    row: StoredFile,
    name: str,
    replace: bool = False,
    at_most: int = 10,
    instead_of: int | None = None,
    turn: int = 0,
) -> Attachment:
    """Attach a stored file to a slot of the coming round; idempotent.

    With `replace` it is alone in the slot; `instead_of` is the id of the file whose place it takes. Raises
    Refused for too many files.
    """
    coming = working_round(request)
    there = [a for a in request.attachments if a.round == coming and a.material == slot]
    old = next((a for a in there if a.id == instead_of), None)
    for attachment in there:
        if attachment.file_id == row.id:
            if old is not None and old is not attachment:
                _remove(session, request, old)
            return attachment
    if old is not None:
        there.remove(old)
        _remove(session, request, old)
    if replace or (at_most == 1 and there):
        for attachment in there:
            _remove(session, request, attachment)
        there = []
    if len(there) >= at_most:
        raise Refused(Refusal.TOO_MANY_FILES, most=at_most)
    attachment = Attachment(
        request_id=request.id,
        round=coming,
        material=slot,
        file_id=row.id,
        position=old.position if old else max((a.position for a in there), default=0) + 1,
        turn=turn,
        original_name=name,
        added_at=clock.now(),
    )
    session.add(attachment)
    request.changed_at = clock.now()
    session.flush()
    session.expire(request, ["attachments"])
    return attachment


def _remove(session: Session, request: ChangeRequest, attachment: Attachment) -> None:
    request.attachments.remove(attachment)
    session.delete(attachment)


def attach_photo(
    session: Session, request: ChangeRequest, path: str, row: StoredFile, name: str
) -> Attachment:
    """Attach a photo to its field: the file, and the value that names it by hash."""
    attachment = attach_file(session, request, path, row, name, replace=True, at_most=1)
    write_values(request, {path: row.sha256})
    return attachment
