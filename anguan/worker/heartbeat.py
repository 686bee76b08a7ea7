"""Heartbeat of the worker: one row, so that any process can tell when a worker was last active."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import Counter, Outbox

ROW = {"kind": "worker_minute", "year": 0}
"""`last` holds the minute since 1970 in which the worker was last active."""


def record_heartbeat(session: Session) -> None:
    """Record that a worker is active in this minute."""
    with transaction(session):
        row = session.get(Counter, (ROW["kind"], ROW["year"]))
        if row is None:
            session.add(row := Counter(**ROW, last=0))
        row.last = int(clock.now().timestamp() // 60)


def last_heartbeat(session: Session) -> datetime | None:
    """When a worker was last active, to the minute; None when there never was one."""
    row = session.get(Counter, (ROW["kind"], ROW["year"]))
    return datetime.fromtimestamp(row.last * 60, UTC) if row else None


def count_overdue(session: Session, after: timedelta = timedelta(minutes=5)) -> int:
    """Number of outbox rows that have been due for longer than `after`."""
    due = (Outbox.done_at.is_(None), Outbox.not_before < clock.now() - after)
    return session.scalar(select(func.count()).select_from(Outbox).where(*due)) or 0
