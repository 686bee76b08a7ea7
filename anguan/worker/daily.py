"""What the clock does: every day lapses and clearing away, every month the draw of the second look."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.domain.policies import load_policies
from anguan.infra.files import sweep_orphans
from anguan.infra.outbox import enqueue
from anguan.infra.transaction import transaction
from anguan.models import IdempotencyKey, LoginSession, PhotoWorkspace, Throttle
from anguan.services.daily_expiry import expire_daily
from anguan.services.review.audits import draw_monthly_sample
from anguan.worker.context import JobContext

FILES_AFTER = timedelta(days=2)
"""Longer than any upload takes: a file without a row is then a leaving."""
SESSIONS_AFTER = timedelta(days=180)
FORMS_AFTER = timedelta(days=30)


def enqueue_daily(session: Session) -> None:
    """Put today's sweep into the outbox, and this month's draw; of any number of workers one will do it.

    The draw is noted on the first day on which a worker runs: one that is off on the first loses nothing.
    """
    today = clock.today()
    month = f"{today:%Y-%m}"
    try:
        with transaction(session):
            enqueue(session, "sweep", f"sweep:{today}", {})
            enqueue(session, "draw_audits", f"draw_audits:{month}", {"month": f"{month}-01"})
    except IntegrityError:  # another worker noted it at this moment
        session.rollback()


def run_daily(session: Session, tools: JobContext, _payload: dict[str, Any]) -> None:
    """The whole daily sweep; a second run on the same day changes nothing more."""
    expire_daily(session)
    now = clock.now()
    with transaction(session):
        session.execute(delete(Throttle).where(Throttle.until < now))
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.at < now - FORMS_AFTER))
        session.execute(delete(LoginSession).where(LoginSession.until < now - SESSIONS_AFTER))
    with transaction(session):
        left = now - timedelta(days=load_policies(session).draft_days)
        stale = PhotoWorkspace.original_id.is_not(None) & (PhotoWorkspace.changed_at < left)
        session.execute(update(PhotoWorkspace).where(stale).values(original_id=None, turn=0, box=""))
    sweep_orphans(session, tools.storage, FILES_AFTER)
    session.rollback()


def run_monthly_sample(session: Session, _tools: JobContext, payload: dict[str, Any]) -> None:
    """双随机: draw from what was decided before this month; a second run finds it drawn."""
    draw_monthly_sample(session, date.fromisoformat(payload["month"]))
