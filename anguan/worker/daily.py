"""Scheduled work: expiry and cleanup every day, the audit sample every month."""

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
from anguan.models import IdempotencyKey, KeptForm, LoginSession, PhotoWorkspace, RememberedDevice, Throttle
from anguan.services.daily_expiry import expire_daily
from anguan.services.review.audits import draw_monthly_sample
from anguan.services.stored_findings import mark_submitted
from anguan.worker.context import JobContext

FILES_AFTER = timedelta(days=2)
"""Longer than any upload takes: a file without a row is an orphan by then."""
THROTTLES_AFTER = timedelta(days=1)
"""A growing delay looks at its row for this long after the last wait."""
SESSIONS_AFTER = timedelta(days=180)
FORMS_AFTER = timedelta(days=30)
KEPT_AFTER = timedelta(days=1)
"""As long as a kept form is offered after a login."""


def enqueue_daily(session: Session) -> None:
    """Add today's cleanup and this month's audit sample to the outbox; only one worker will run each.

    The sample is queued on the first day of the month on which a worker runs.
    """
    today = clock.today()
    month = f"{today:%Y-%m}"
    try:
        with transaction(session):
            enqueue(session, "sweep", f"sweep:{today}", {})
            enqueue(session, "draw_audits", f"draw_audits:{month}", {"month": f"{month}-01"})
    except IntegrityError:  # another worker queued it at the same time
        session.rollback()


def run_daily(session: Session, tools: JobContext, _payload: dict[str, Any]) -> None:
    """Run the daily work; a second run on the same day changes nothing."""
    expire_daily(session)
    with transaction(session):
        mark_submitted(session)
    now = clock.now()
    with transaction(session):
        session.execute(delete(Throttle).where(Throttle.until < now - THROTTLES_AFTER))
        session.execute(delete(RememberedDevice).where(RememberedDevice.until < now))
        session.execute(delete(KeptForm).where(KeptForm.kept_at < now - KEPT_AFTER))
        session.execute(delete(IdempotencyKey).where(IdempotencyKey.at < now - FORMS_AFTER))
        session.execute(delete(LoginSession).where(LoginSession.until < now - SESSIONS_AFTER))
    with transaction(session):
        left = now - timedelta(days=load_policies(session).draft_days)
        stale = PhotoWorkspace.original_id.is_not(None) & (PhotoWorkspace.changed_at < left)
        session.execute(update(PhotoWorkspace).where(stale).values(original_id=None, turn=0, box=""))
    sweep_orphans(session, tools.storage, FILES_AFTER)
    session.rollback()


def run_monthly_sample(session: Session, _tools: JobContext, payload: dict[str, Any]) -> None:
    """双随机抽查: sample from the requests decided before this month; a second run changes nothing."""
    draw_monthly_sample(session, date.fromisoformat(payload["month"]))
