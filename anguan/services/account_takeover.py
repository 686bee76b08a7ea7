"""Ends all requests of an account that turned out to belong to somebody else (number claims)."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from anguan.core.lifecycle import DRAFT, OPEN, Verb
from anguan.infra.events import Actor
from anguan.models import Account, Attachment, ChangeRequest, DraftValue
from anguan.services.requests.drafts import definition
from anguan.services.requests.submissions import release_locks
from anguan.services.review.approval import refuse_effect
from anguan.services.transitions import lock_request, transition


def end_requests(session: Session, account: Account, actor: Actor, sentence: str) -> int:
    """Close every draft and every open request of this account inside the caller's transaction.

    Returns the number of requests. A decision that has not taken effect is undone first; the typed values
    of drafts are deleted.
    """
    wanted = select(ChangeRequest.id).where(
        ChangeRequest.filer_id == account.id, ChangeRequest.state.in_((DRAFT, *OPEN))
    )
    ids = session.scalars(wanted.order_by(ChangeRequest.id)).all()
    for request_id in ids:
        _end(session, lock_request(session, request_id), actor, sentence)
    return len(ids)


def _end(session: Session, request: ChangeRequest, actor: Actor, sentence: str) -> None:
    title = definition(session, request).title
    refuse_effect(session, request, actor, sentence)
    verb = Verb.LAPSE if request.state == DRAFT else Verb.WITHDRAW
    transition(session, request, verb, actor, f"{title}终止办理：{sentence}", visible_to="office")
    session.execute(delete(DraftValue).where(DraftValue.request_id == request.id))
    if not request.round:  # nobody of the office ever saw these papers
        session.execute(delete(Attachment).where(Attachment.request_id == request.id))
    session.expire(request, ["values", "attachments"])
    release_locks(session, request, actor)
