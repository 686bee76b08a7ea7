"""内部备注: notes to colleagues on a request, never shown to its filer."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.domain.region_scope import in_region
from anguan.domain.review_permissions import REVIEWERS, is_filed, is_recused
from anguan.infra.events import Actor, actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import Account, ChangeRequest, RequestNote
from anguan.services.codes import Refusal
from anguan.services.refusals import NotFound, Refused

READERS = (*REVIEWERS, "auditor")
LONGEST = 500
"""Maximum number of characters of a note."""
MOST = 100
"""Number of notes that a page shows."""


def list_notes(session: Session, account: Account, request: ChangeRequest) -> Sequence[RequestNote]:
    """The latest notes of a request that this member of staff may read, the first one first."""
    if account.role not in READERS or request.filer_id == account.id:
        return ()
    inside = in_region(RequestNote, account.region)
    query = select(RequestNote).where(RequestNote.request_id == request.id, *inside)
    return session.scalars(query.order_by(RequestNote.id.desc()).limit(MOST)).all()[::-1]


def add_note(session: Session, account: Account, request_id: int, text: str) -> None:
    """Add a note; the same words sent twice in a row are one note. Raises NotFound, Refused."""
    account_id, text = account.id, text.strip()
    if not text:
        raise Refused(Refusal.NO_NOTE)
    if len(text) > LONGEST:
        raise Refused(Refusal.NOTE_TOO_LONG, most=LONGEST, count=len(text))
    with transaction(session):
        who, request = _writer(session, account_id, request_id)
        latest = select(RequestNote).where(RequestNote.request_id == request_id)
        last = session.scalar(latest.order_by(RequestNote.id.desc()).limit(1))
        if last is not None and (last.account_id, last.text) == (account_id, text):
            return
        note = RequestNote(
            request_id=request_id, account_id=account_id, author=who.name, text=text, at=clock.now()
        )
        session.add(note)
        record_event(session, "add_note", "写内部备注", who, request=request)


def remove_note(session: Session, account: Account, request_id: int, note_id: int) -> None:
    """Remove a note of one's own; the log keeps its words for auditors. Raises NotFound, Refused."""
    account_id = account.id
    with transaction(session):
        who, request = _writer(session, account_id, request_id)
        own = (RequestNote.id == note_id, RequestNote.request_id == request_id)
        note = session.scalar(select(RequestNote).where(*own, RequestNote.account_id == account_id))
        if note is None:
            raise NotFound(Refusal.NO_OWN_NOTE)
        words = note.text
        if session.scalar(delete(RequestNote).where(*own).returning(RequestNote.id)) is not None:
            record_event(
                session, "remove_note", "删去自己的内部备注", who,
                request=request, before=words, visible_to="audit",
            )  # fmt: skip


def _writer(session: Session, account_id: int, request_id: int) -> tuple[Actor, ChangeRequest]:
    """The account as it is now, and the request if it may write on it. Raises NotFound, Refused."""
    account = session.get_one(Account, account_id, populate_existing=True)
    if account.role not in REVIEWERS or account.disabled_at is not None:
        raise NotFound(Refusal.NO_REQUEST)
    inside = [ChangeRequest.id == request_id, ChangeRequest.filer_id != account_id]
    request = session.scalar(select(ChangeRequest).where(*inside, *is_filed(account.region)))
    if request is None:
        raise NotFound(Refusal.NO_REQUEST)
    if session.scalar(select(ChangeRequest.id).where(*inside, is_recused(account.id))) is not None:
        raise Refused(Refusal.RECUSED)
    return actor_of(account), request
