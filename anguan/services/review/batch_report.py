"""Report of a batch: its decisions, what was left out and why, and the undo of all of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import Busy, transaction
from anguan.models import Account, ChangeRequest, Decision, Event
from anguan.services.refusals import NotFound, Refused, StaleRequest
from anguan.services.review.decisions import undo

REFUSED: Final = "batch_refused"


@dataclass(frozen=True)
class BatchLine:
    """One request in the report of a batch; without a decision it was left out and `sentence` says why."""

    request: ChangeRequest
    decision: Decision | None
    sentence: str

    @property
    def until(self) -> datetime | None:
        """Until when the decision can be undone; None when it no longer can."""
        one = self.decision
        open_ = one is not None and one.undone_at is None and one.effective_at > clock.now()
        return one.effective_at if one is not None and open_ else None


def standing_decisions(session: Session, account: Account, batch: str) -> list[Decision]:
    """Decisions of this reviewer in a batch that were not undone, in the order of deciding."""
    return list(
        session.scalars(
            select(Decision)
            .where(
                Decision.batch == batch,
                Decision.actor_id == account.id,
                Decision.undone_at.is_(None),
                Decision.batch != "",
            )
            .order_by(Decision.id)
        )
    )


def note_refusal(session: Session, account: Account, request_id: int, batch: str, sentence: str) -> None:
    """Record that a request was left out, once per request and batch."""
    with transaction(session):
        request = session.get(ChangeRequest, request_id)
        if request is not None and request_id not in dict(_refusals(session, batch)):
            words = f"批量通过未办理：{sentence}"
            record_event(session, REFUSED, words, actor_of(account), request=request, after=batch)


def _refusals(session: Session, batch: str) -> list[tuple[int, str]]:
    rows = session.execute(
        select(Event.request_id, Event.sentence)
        .where(Event.verb == REFUSED, Event.after == batch, Event.request_id.is_not(None))
        .order_by(Event.id)
    )
    return [(row[0], row[1]) for row in rows if row[0] is not None]


def report(session: Session, batch: str) -> list[BatchLine]:
    """Every request of a batch with its result: the decided ones first, then those left out."""
    lines = {}
    decisions = select(Decision).where(Decision.batch == batch, Decision.batch != "").order_by(Decision.id)
    for decision in session.scalars(decisions):
        request = session.get_one(ChangeRequest, decision.request_id)
        lines[request.id] = BatchLine(request, decision, "已撤回" if decision.undone_at else "已通过")
    for request_id, sentence in _refusals(session, batch):
        if request_id not in lines:
            lines[request_id] = BatchLine(session.get_one(ChangeRequest, request_id), None, sentence)
    return list(lines.values())


def undo_all(session: Session, account: Account, batch: str) -> tuple[int, int]:
    """全部撤回: undo what is not yet effective; returns the numbers of undone and failed requests."""
    back = left = 0
    for request_id in [one.request_id for one in standing_decisions(session, account, batch)]:
        try:
            undo(session, account, request_id)
            back += 1
        except (Refused, StaleRequest, NotFound, Busy):
            session.rollback()
            left += 1
    return back, left
