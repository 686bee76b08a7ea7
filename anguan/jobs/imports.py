"""The worker's part in imports: rehearse, carry out, take back."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from anguan.desk.imports.batches import Tell, note_progress
from anguan.desk.imports.checking import check
from anguan.desk.imports.undoing import undo
from anguan.desk.imports.writing import carry_out
from anguan.grammar import clock
from anguan.jobs.tools import Tools
from anguan.ledger.transaction import transaction
from anguan.models import Outbox

LEASE = timedelta(minutes=20)
"""Large files take longer than other work: nobody else shall take it up meanwhile."""


def check_import(session: Session, tools: Tools, payload: dict[str, Any]) -> None:
    """Rehearse a batch."""
    keep_lease(session, "import_check", payload)
    check(session, tools.storage, payload["batch"], teller(session, payload["batch"]))


def run_import(session: Session, tools: Tools, payload: dict[str, Any]) -> None:
    """Carry a batch out."""
    keep_lease(session, "import_run", payload)
    carry_out(session, tools.storage, payload["batch"], teller(session, payload["batch"]))


def undo_import(session: Session, _tools: Tools, payload: dict[str, Any]) -> None:
    """Take a batch back."""
    keep_lease(session, "import_undo", payload)
    undo(session, payload["batch"])


def teller(session: Session, batch_id: int) -> Tell:
    """Notes the lines that are read, for whoever watches the page."""

    def tell(done: int) -> None:
        note_progress(session, batch_id, done)

    return tell


def keep_lease(session: Session, kind: str, payload: dict[str, Any]) -> None:
    """Hold the piece of work longer than usual."""
    key = f"{kind}:{payload['batch']}:"
    with transaction(session):
        session.execute(
            update(Outbox)
            .where(Outbox.key.startswith(key, autoescape=True), Outbox.done_at.is_(None))
            .where(Outbox.claimed_until.is_not(None))
            .values(claimed_until=clock.now() + LEASE)
        )
