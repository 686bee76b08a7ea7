"""The worker's sign of life: one row, so that any machine can tell when work was last looked for."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import Counter, Outbox

ROW = {"kind": "worker_minute", "year": 0}
"""`last` holds the minute since 1970 in which the worker was last seen."""


def record_heartbeat(session: Session) -> None:
    """Write down that a worker looks for work in this minute."""
    with transaction(session):
        row = session.get(Counter, (ROW["kind"], ROW["year"]))
        if row is None:
            session.add(row := Counter(**ROW, last=0))
        row.last = int(clock.now().timestamp() // 60)


def last_heartbeat(session: Session) -> datetime | None:
    """When a worker was last seen, to the minute; None when there never was one."""
    row = session.get(Counter, (ROW["kind"], ROW["year"]))
    return datetime.fromtimestamp(row.last * 60, UTC) if row else None


def count_overdue(session: Session, after: timedelta = timedelta(minutes=5)) -> int:
    """Pieces of work that should have been done a while ago."""
    due = (Outbox.done_at.is_(None), Outbox.not_before < clock.now() - after)
    return session.scalar(select(func.count()).select_from(Outbox).where(*due)) or 0
