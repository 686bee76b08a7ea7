"""Queues every new edition for rendering, whichever function created it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, object_session

from anguan.infra.events import SYSTEM, record_event
from anguan.infra.outbox import enqueue
from anguan.models import ChangeRequest, Edition


@contextmanager
def queue_new_editions(request: ChangeRequest) -> Iterator[None]:
    """Queue every edition that is inserted into the request's session inside the `with` block.

    Rules, consequences and the approval itself may create editions; none of them has to queue the
    rendering. An edition whose savepoint was rolled back is not queued. Raises LookupError when the
    request belongs to no session.
    """
    session = object_session(request)  # a listener on a scoped_session would listen to every session
    if session is None:
        raise LookupError(f"request {request.id} belongs to no session")
    created: list[Edition] = []

    def collect(flushing: Session, _context: Any) -> None:
        created.extend(row for row in flushing.new if isinstance(row, Edition))

    event.listen(session, "after_flush", collect)
    try:
        yield
        session.flush()
    finally:
        event.remove(session, "after_flush", collect)
    for edition in created:
        if inspect(edition).persistent:
            queue_edition(session, edition, request)


def queue_edition(session: Session, edition: Edition, request: ChangeRequest | None = None) -> None:
    """Queue the rendering of one edition and record the event; inside the caller's transaction."""
    enqueue_rendering(session, edition.id)
    record_event(
        session,
        "make_edition",
        f"证书 {edition.certificate.number} 生成第 {edition.version} 版，等待制证",
        SYSTEM,
        request=request,
        certificate=edition.certificate,
    )


def enqueue_rendering(session: Session, edition_id: int) -> None:
    """Add the rendering to the outbox; an edition that is queued already is not queued again."""
    enqueue(session, "draw_edition", f"draw_edition:{edition_id}", {"edition": edition_id})
