"""What the clock does: every day lapses and clearing away, every month the draw of the second look."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.domain.policies import policies
from anguan.infra.files import sweep_orphans
from anguan.infra.outbox import put
from anguan.infra.transaction import transaction
from anguan.models import IdempotencyKey, LoginSession, PhotoDesk, Throttle
from anguan.services.daily_expiry import sweep
from anguan.services.review.audits import draw_by_clock
from anguan.worker.context import Tools

FILES_AFTER = timedelta(days=2)
"""Longer than any upload takes: a file without a row is then a leaving."""
SESSIONS_AFTER = timedelta(days=180)
FORMS_AFTER = timedelta(days=30)


def note_day(session: Session) -> None:
    """Put today's sweep into the outbox, and this month's draw; of any number of workers one will do it.

    The draw is noted on the first day on which a worker runs: one that is off on the first loses nothing.
    """
    today = clock.today()
    month = f"{today:%Y-%m}"
    try:
        with transaction(session):
            put(session, "sweep", f"sweep:{today}", {})
            put(session, "draw_rechecks", f"draw_rechecks:{month}", {"month": f"{month}-01"})
    except IntegrityError:  # another worker noted it at this moment
        session.rollback()


def sweep_all(session: Session, tools: Tools, _payload: dict[str, Any]) -> None:
    """The whole daily sweep; a second run on the same day changes nothing more."""
    sweep(session)
    now = clock.now()
    with transaction(session):
        session.execute(delete(Throttle).where(Throttle.until < now))
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.at < now - FORMS_AFTER))
        session.execute(delete(LoginSession).where(LoginSession.until < now - SESSIONS_AFTER))
    with transaction(session):
        left = now - timedelta(days=policies(session).draft_days)
        stale = PhotoDesk.original_id.is_not(None) & (PhotoDesk.changed_at < left)
        session.execute(update(PhotoDesk).where(stale).values(original_id=None, turn=0, box=""))
    sweep_orphans(session, tools.storage, FILES_AFTER)
    session.rollback()


def draw_month(session: Session, _tools: Tools, payload: dict[str, Any]) -> None:
    """双随机: draw from what was decided before this month; a second run finds it drawn."""
    draw_by_clock(session, date.fromisoformat(payload["month"]))
