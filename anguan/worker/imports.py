"""The worker's part in imports: rehearse, carry out, take back."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from anguan.services.imports.batches import ReportProgress, note_progress
from anguan.services.imports.checking import check
from anguan.services.imports.execute import execute_import
from anguan.services.imports.revert import revert_import
from anguan.worker.context import JobContext

LEASE = timedelta(minutes=20)
LEASES = dict.fromkeys(("import_check", "import_run", "import_undo"), LEASE)
"""Large files take longer than other work: nobody else shall take it up meanwhile."""


def check_import(session: Session, tools: JobContext, payload: dict[str, Any]) -> None:
    """Rehearse a batch."""
    check(session, tools.storage, payload["batch"], teller(session, payload["batch"]))


def run_import(session: Session, tools: JobContext, payload: dict[str, Any]) -> None:
    """Carry a batch out."""
    execute_import(session, tools.storage, payload["batch"], teller(session, payload["batch"]))


def undo_import(session: Session, _tools: JobContext, payload: dict[str, Any]) -> None:
    """Take a batch back."""
    revert_import(session, payload["batch"])


def teller(session: Session, batch_id: int) -> ReportProgress:
    """Notes the lines that are read, for whoever watches the page."""

    def tell(done: int) -> None:
        note_progress(session, batch_id, done)

    return tell
