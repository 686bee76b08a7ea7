"""Access to requests: which ones a visitor may see, their neighbours in the queue, and their files."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import Response, abort, g
from flask_login import current_user
from sqlalchemy import ColumnExpressionArgument, literal, select, tuple_

from anguan.core.lifecycle import SUBMITTED
from anguan.domain.review_permissions import can_review, is_reviewable_by, is_waiting
from anguan.extensions import db, storage
from anguan.infra.blob_store import Damaged
from anguan.infra.event_verbs import EventVerb
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import ChangeRequest, Event, StoredFile
from anguan.panel.common.guard import current_account
from anguan.panel.requests.request_list import is_visible_to
from anguan.panel.review.documents import send_picture
from anguan.web.headers import may_be_framed
from anguan.web.responses import send_bytes

PURPOSES = {"compare": "与证件影像核对", "call": "电话联系申请人", "other": "其他公务需要"}


def get_visible_or_404(id: int) -> ChangeRequest:
    """The request, if this visitor may see it; aborts with 404 for all others, existing or not."""
    found = db.session.scalar(select(ChangeRequest).where(ChangeRequest.id == id, *is_visible_to()))
    if found is None or found.filer_id == current_user.id:
        abort(404)
    return found


def may_decide(found: ChangeRequest) -> bool:
    """True when the request waits for a decision that this visitor may make."""
    known: dict[tuple[int, int], bool] = g.setdefault("may_decide", {})
    key = (found.id, found.version)
    if key not in known:
        known[key] = found.state == SUBMITTED and can_review(db.session, current_account(), found)
    return known[key]


def record_view(found: ChangeRequest) -> None:
    """Record once per reviewer and round that this request was opened."""
    verb: EventVerb = "open_request" if may_decide(found) else "read_request"
    record_once(found, verb, f"打开申请 {found.number}", visible_to="office")


def record_once(
    found: ChangeRequest, verb: EventVerb, sentence: str, visible_to: str, same: Sequence[EventVerb] = ()
) -> None:
    """Record once per reader and round that this was seen; `same` are verbs that say so too."""
    seen = select(Event.id).where(
        Event.request_id == found.id, Event.verb.in_((verb, *same)), Event.actor_id == current_user.id
    )
    if found.submitted_at is not None:
        seen = seen.where(Event.at >= found.submitted_at)
    if db.session.scalar(seen.limit(1)) is not None:
        return
    who, id = actor_of(current_account()), found.id
    with transaction(db.session) as session:
        row = session.get_one(ChangeRequest, id)
        record_event(session, verb, sentence, who, request=row, visible_to=visible_to)


def queue_place(found: ChangeRequest) -> tuple[datetime, int] | None:
    """Position of the request in the queue; None without a due date."""
    return (found.due_at, found.id) if found.due_at is not None else None


def adjacent_request(place: tuple[Any, int] | None, step: int) -> int | None:
    """Id of the request before or after this position in the queue, for this visitor; None at the end."""
    query = select(ChangeRequest.id).where(
        *is_waiting(), *is_visible_to(), is_reviewable_by(current_account())
    )
    if place is not None and place[0] is not None:
        due, id = place
        # A row value is one range of the index; "later, or as late and beyond" scans all that are as late.
        row = tuple_(ChangeRequest.due_at, ChangeRequest.id)
        here = tuple_(literal(due, ChangeRequest.due_at.type), literal(id))
        query = query.where(row > here if step > 0 else row < here)
    order: Sequence[ColumnExpressionArgument[Any]] = (ChangeRequest.due_at, ChangeRequest.id)
    if step < 0:
        order = (ChangeRequest.due_at.desc(), ChangeRequest.id.desc())
    return db.session.scalar(query.order_by(*order).limit(1))


def send_attachment(kept: StoredFile, name: str, read: Callable[[], bytes] | None = None) -> Response:
    """A stored file: PDFs as they are, pictures with the reader's watermark. Aborts with 410 when it is
    damaged. `read` makes the bytes that are sent."""
    if kept.mime == "image/jpeg":
        return send_picture(kept)
    try:
        data = read() if read else storage().read(kept.sha256)
    except Damaged:
        abort(410, "这份文件已经损坏或丢失，不能据此审核。请联系技术支持，并让申请人重新上传。")
    may_be_framed()
    return send_bytes(data, kept.mime, name, download=kept.mime != "application/pdf")
