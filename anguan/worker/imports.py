"""Import jobs of the worker: check, execute, revert."""

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
"""Large files take longer than other jobs: no other worker may claim the row meanwhile."""


def check_import(session: Session, tools: JobContext, payload: dict[str, Any]) -> None:
    """Check a batch."""
    check(session, tools.storage, payload["batch"], progress_reporter(session, payload["batch"]))


def run_import(session: Session, tools: JobContext, payload: dict[str, Any]) -> None:
    """Execute a batch."""
    execute_import(session, tools.storage, payload["batch"], progress_reporter(session, payload["batch"]))


def undo_import(session: Session, _tools: JobContext, payload: dict[str, Any]) -> None:
    """Revert a batch."""
    revert_import(session, payload["batch"])


def progress_reporter(session: Session, batch_id: int) -> ReportProgress:
    """Function that stores the number of lines read, for the progress shown on the page."""

    def report(done: int) -> None:
        note_progress(session, batch_id, done)

    return report
