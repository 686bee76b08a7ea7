"""State transitions of a request; the only module that assigns the state."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, select, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from anguan.core import clock
from anguan.core.lifecycle import APPROVE, DRAFT, SUBMITTED, TransitionNotAllowed, Verb, destination
from anguan.infra.events import Actor, record_event
from anguan.infra.notices import send_notice
from anguan.models import STAFF, ChangeRequest
from anguan.services.codes import Refusal
from anguan.services.refusals import NotFound, Refused, StaleRequest

STATE_WORDS = {
    "withdrawn": "已撤销",
    "approved": "已办结",
    "rejected": "审批不通过",
    "lapsed": "已作废",
    "decided": "正在作出决定",
    "draft": "还是草稿",
    "returned": "已退回补正",
    "submitted": "已提交",
}


def lock_request(session: Session, request_id: int, *conditions: ColumnElement[bool]) -> ChangeRequest:
    """Lock the request's row for this transaction and read it again.

    Raises NotFound when it does not exist or does not fulfil the conditions.
    """
    query = select(ChangeRequest).where(ChangeRequest.id == request_id, *conditions)
    query = query.options(joinedload(ChangeRequest.filer).lazyload("*")).with_for_update(of=ChangeRequest)
    request = session.scalar(query.execution_options(populate_existing=True))
    if request is None:
        raise NotFound(Refusal.NO_REQUEST)
    return request


def transition(
    session: Session,
    request: ChangeRequest,
    verb: Verb,
    actor: Actor,
    sentence: str,
    verdict: str | None = None,
    visible_to: str = "holder",
    notice: str = "",
    body: str = "",
    **values: Any,
) -> None:
    """Compare and set: the transition happens only from the state and version that were read.

    Each transition records one event; `notice` is the title of the message that the filer gets.
    `decided_at` follows the state: empty while it waits for review, else the time of the last transition.
    Raises Refused when the state does not allow the verb, StaleRequest when the row has changed.
    """
    try:
        to = destination(request.state, verb, verdict)
    except TransitionNotAllowed:
        raise Refused(Refusal.CLOSED, state=STATE_WORDS[request.state]) from None
    now = clock.now()
    settled: dict[str, Any] = {} if to == DRAFT else {"decided_at": None if to == SUBMITTED else now}
    if to == SUBMITTED:
        settled["is_green"] = None  # a trigger marks it, and the worker judges it
    written = {"state": to, "changed_at": now, **settled, **values}
    done = session.execute(
        update(ChangeRequest)
        .where(
            ChangeRequest.id == request.id,
            ChangeRequest.state == request.state,
            ChangeRequest.version == request.version,
        )
        .values(version=ChangeRequest.version + 1, **written)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(done, CursorResult) or done.rowcount != 1:
        raise StaleRequest(Refusal.MOVED)
    _show_written(session, request, {**written, "version": request.version + 1})
    if request.filer.role in STAFF and verdict != APPROVE:
        visible_to = "office"  # a request of the office concerns the holder only once it is approved
    record_event(session, verb, sentence, actor, request=request, visible_to=visible_to)
    if notice:
        send_notice(session, request.filer_id, notice, body, request)


def _show_written(session: Session, request: ChangeRequest, written: Mapping[str, Any]) -> None:
    """Show in the loaded request what the UPDATE wrote, which needs no reading: the row is locked."""
    for name, value in written.items():
        set_committed_value(request, name, value.astimezone(UTC) if isinstance(value, datetime) else value)
    if "last_reviewer_id" in written:
        session.expire(request, ["last_reviewer"])
