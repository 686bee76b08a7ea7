"""Transactional outbox: work queued in the transaction and processed by the worker after the commit."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.infra.upsert import insert_into
from anguan.models import Outbox

LEASE = timedelta(minutes=2)
BACKOFF = (5, 30, 120, 600, 3600)


def enqueue(
    session: Session,
    kind: str,
    key: str,
    payload: Mapping[str, Any],
    not_before: datetime | None = None,
) -> None:
    """Queue a job; nothing happens when `key` is queued already."""
    session.execute(
        insert_into(session, Outbox)
        .values(
            kind=kind,
            key=key,
            payload=json.dumps(payload),
            not_before=not_before or clock.now(),
            attempts=0,
            error="",
        )
        .on_conflict_do_nothing(index_elements=[Outbox.key])
    )


def claim(session: Session, leases: Mapping[str, timedelta]) -> Outbox | None:
    """Claim the next due job under the lease of its kind; None when there is none."""
    now = clock.now()
    free = or_(Outbox.claimed_until.is_(None), Outbox.claimed_until < now)
    due = (Outbox.done_at.is_(None), Outbox.not_before <= now, free)
    while True:
        row = session.scalar(select(Outbox).where(*due).order_by(Outbox.not_before, Outbox.id).limit(1))
        if row is None:
            session.rollback()
            return None
        row_id, lease = row.id, leases.get(row.kind, LEASE)
        with transaction(session):
            taken = session.execute(
                update(Outbox)
                .where(Outbox.id == row_id, *due)
                .values(claimed_until=now + lease, attempts=Outbox.attempts + 1)
            )
            won = isinstance(taken, CursorResult) and taken.rowcount == 1
        if won:
            return session.get(Outbox, row_id)


def finish(session: Session, row_id: int) -> None:
    """Mark the job as done; call within the transaction of the job, when it has one."""
    session.execute(update(Outbox).where(Outbox.id == row_id).values(done_at=clock.now(), error=""))


def postpone(session: Session, row_id: int, error: str) -> None:
    """Schedule a failed job for a retry, with increasing delays."""
    with transaction(session):
        row = session.get_one(Outbox, row_id)
        wait = BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
        row.error = error[:2000]
        row.claimed_until = None
        row.not_before = clock.now() + timedelta(seconds=wait)
