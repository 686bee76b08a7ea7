"""Worker loop over the outbox. Several may run: leases separate them, keys prevent duplicate work."""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.infra.outages import is_outage, report_outage
from anguan.infra.outbox import claim, finish, postpone
from anguan.infra.transaction import Busy, transaction
from anguan.models import Outbox
from anguan.services.figures.daily import refresh_figures
from anguan.services.review.approval import take_effect
from anguan.services.stored_findings import refresh_findings
from anguan.worker.certificate_jobs import RenderFailed, render_edition
from anguan.worker.context import JobContext
from anguan.worker.daily import enqueue_daily, run_daily, run_monthly_sample
from anguan.worker.heartbeat import record_heartbeat
from anguan.worker.imports import LEASES, check_import, run_import, undo_import

JobFunction = Callable[[Session, JobContext, dict[str, Any]], None]
PAUSE = 1.0
AT_ONCE = 50
"""Outbox rows, and requests to judge again, between two heartbeats."""
_log = logging.getLogger("anguan.worker")


def _take_effect(session: Session, tools: JobContext, payload: dict[str, Any]) -> None:
    take_effect(session, tools.storage, payload["request"])


KINDS: Mapping[str, JobFunction] = {
    "draw_edition": render_edition,
    "take_effect": _take_effect,
    "sweep": run_daily,
    "draw_audits": run_monthly_sample,
    "import_check": check_import,
    "import_run": run_import,
    "import_undo": undo_import,
}


def drain(
    session: Session, tools: JobContext, stop: threading.Event | None = None, at_most: int | None = None
) -> int:
    """Run the jobs that are due and return how many were started."""
    taken = 0
    while taken != at_most and not (stop and stop.is_set()):
        row = claim(session, LEASES)
        if row is None:
            break
        _run_job(session, tools, row)
        taken += 1
    return taken


def run_worker(make_session: Callable[[], Session], tools: JobContext, stop: threading.Event) -> None:
    """Poll the outbox and the marks of stale findings every second, those of days every minute, until `stop`
    is set; waits for a database that is unavailable."""
    seen, changed_days = 0, True
    while not stop.is_set():
        session, pause = make_session(), PAUSE
        try:
            minute = int(clock.now().timestamp() // 60)
            if minute != seen:
                record_heartbeat(session)
                enqueue_daily(session)
                seen = minute
                changed_days = True
            more = drain(session, tools, stop, AT_ONCE) == AT_ONCE
            more = refresh_findings(session, AT_ONCE) >= AT_ONCE or more
            if changed_days:
                changed_days = refresh_figures(session) > 0
            if more or changed_days:
                pause = 0
        except (SQLAlchemyError, Busy) as error:
            if isinstance(error, Busy) or is_outage(error):
                report_outage(error)
            else:
                _log.exception("the database refuses a statement")
            pause = 5 * PAUSE
        finally:
            session.close()
        stop.wait(pause)


def _run_job(session: Session, tools: JobContext, row: Outbox) -> None:
    row_id, kind, payload = row.id, row.kind, json.loads(row.payload)
    session.rollback()
    try:
        KINDS[kind](session, tools, payload)
        with transaction(session):
            finish(session, row_id)
    except Exception as error:  # whatever it was, the row stays and is tried again
        session.rollback()
        known = isinstance(error, (RenderFailed, Busy))
        _log.log(
            logging.WARNING if known else logging.ERROR, "%s %s: %s", kind, row_id, error, exc_info=not known
        )
        postpone(session, row_id, str(error) if known else f"{type(error).__name__}: {error}")
