"""Changes of a file that is in a slot of a draft: remove it, turn it, or move it among the others."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import Account, Attachment, ChangeRequest
from anguan.services.codes import Refusal
from anguan.services.refusals import NotFound
from anguan.services.requests.attachments import lock_editable
from anguan.services.requests.draft_writes import write_values
from anguan.services.requests.drafts import working_round
from anguan.services.requests.filing import own_request

QUARTER = 90
"""Degrees by which one press turns the pages of a file, clockwise."""


def detach(session: Session, account: Account, request_id: int, attachment_id: int) -> str:
    """Remove a file of the coming round; submitted rounds keep theirs. Returns its slot.

    Raises NotFound, Refused.
    """
    with transaction(session):
        request, row = _editable_file(session, account, request_id, attachment_id)
        slot = row.material
        if "." in slot:
            write_values(request, {slot: ""})
        session.delete(row)
    return slot


def turn_file(session: Session, account: Account, request_id: int, attachment_id: int) -> str:
    """Turn the pages of a file as they are shown; the stored file stays as it was sent. Returns the slot.

    Raises NotFound, Refused.
    """
    with transaction(session):
        _, row = _editable_file(session, account, request_id, attachment_id)
        row.turn = (row.turn + QUARTER) % 360
        return row.material


def move_file(session: Session, account: Account, request_id: int, attachment_id: int, step: int) -> str:
    """Move a file before its neighbour (`step` -1) or after it (1). Returns the slot.

    Raises NotFound, Refused.
    """
    with transaction(session):
        request, row = _editable_file(session, account, request_id, attachment_id)
        there = [one for one in request.attachments if (one.round, one.material) == (row.round, row.material)]
        place = there.index(row)
        there.insert(max(0, place + step), there.pop(place))
        for position, one in enumerate(there, 1):
            one.position = position
        session.flush()
        session.expire(request, ["attachments"])
        return row.material


def _editable_file(
    session: Session, account: Account, request_id: int, attachment_id: int
) -> tuple[ChangeRequest, Attachment]:
    """The request, locked, and the file, if it belongs to the coming round."""
    own_request(session, account, request_id)
    row = session.scalar(
        select(Attachment).where(Attachment.id == attachment_id, Attachment.request_id == request_id)
    )
    if row is None:
        raise NotFound(Refusal.NO_PAPER)
    request = lock_editable(session, account, request_id, row.material)
    if row.round != working_round(request):
        raise NotFound(Refusal.NO_PAPER)
    request.changed_at = clock.now()
    return request, row
