"""Life cycle of an import batch: uploaded, checked, executed, reverted; each step is started by an actor."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.masks import mask_file_name
from anguan.infra.events import Actor, record_event
from anguan.infra.files import Storage, store
from anguan.infra.inspection import Clean
from anguan.infra.outbox import enqueue
from anguan.infra.transaction import transaction
from anguan.models import ImportBatch, ImportProblem
from anguan.services.codes import Refusal
from anguan.services.imports.kinds import KINDS
from anguan.services.refusals import NotFound, Refused

ReportProgress = Callable[[int], None]
MOST_FAULTS = 1000
STALLED = timedelta(minutes=10)
GOING = ("checking", "running", "undoing")


def begin(
    session: Session, storage: Storage, actor: Actor, kind: str, clean: Clean, queue: bool = True
) -> ImportBatch:
    """Store an inspected file (`inspect_table`) as a batch, to be checked by the worker.

    Without `queue` the caller runs the check. Raises NotFound for an unknown kind.
    """
    if kind not in KINDS:
        raise NotFound(Refusal.NO_IMPORT_KIND)
    now = clock.now()
    with transaction(session):
        batch = ImportBatch(
            kind=kind,
            file=store(session, storage, clean),
            file_name=mask_file_name(clean.name),
            account_id=actor.id,
            actor_name=actor.name,
            created_at=now,
            changed_at=now,
            error="",
        )
        session.add(batch)
        session.flush()
        words = f"上传{KINDS[kind].title}导入文件“{batch.file_name}”，开始检查"
        record_event(session, "import_upload", words, actor)
        if queue:
            _queue(session, "import_check", batch.id, now)
    return batch


def check_again(session: Session, actor: Actor, batch_id: int, queue: bool = True) -> None:
    """Check the batch again: the register has changed or the last run stalled. Raises NotFound, Refused."""
    with transaction(session):
        batch = lock_batch(session, batch_id)
        if batch.state not in ("checked", "faulty", "failed") and not is_stalled(batch):
            raise Refused(Refusal.NOT_CHECKABLE)
        _enter(session, batch, actor, "checking", queue)


def start(session: Session, actor: Actor, batch_id: int, queue: bool = True) -> None:
    """全部导入: only a batch checked without errors, with rows to write. Raises NotFound, Refused."""
    with transaction(session):
        batch = lock_batch(session, batch_id)
        if batch.state != "checked":
            raise Refused(Refusal.NOT_RUNNABLE)
        if not batch.made and not batch.updated:
            raise Refused(Refusal.NOTHING_TO_IMPORT)
        _enter(session, batch, actor, "running", queue)


def start_undo(session: Session, actor: Actor, batch_id: int, queue: bool = True) -> None:
    """整批撤销: whether the batch is in use is found out while it runs. Raises NotFound, Refused."""
    with transaction(session):
        batch = lock_batch(session, batch_id)
        if batch.state != "done":
            raise Refused(Refusal.NOT_UNDOABLE)
        _enter(session, batch, actor, "undoing", queue)


def lock_batch(session: Session, batch_id: int) -> ImportBatch:
    """The batch, read now and locked until the transaction ends. Raises NotFound."""
    batch = session.get(ImportBatch, batch_id, with_for_update={"of": ImportBatch}, populate_existing=True)
    if batch is None:
        raise NotFound(Refusal.NO_BATCH)
    return batch


def is_stalled(batch: ImportBatch) -> bool:
    """True when a running step has made no progress for 10 minutes (an interrupted command)."""
    return batch.state in ("checking", "running") and clock.now() - batch.changed_at > STALLED


def note_progress(session: Session, batch_id: int, done: int) -> None:
    """Record the number of lines read, in a transaction of its own."""
    with transaction(session):
        session.execute(
            update(ImportBatch)
            .where(ImportBatch.id == batch_id, ImportBatch.state.in_(GOING))
            .values(done=done, changed_at=clock.now())
        )


def fail(session: Session, batch_id: int, sentence: str) -> None:
    """Mark the batch as failed because its file cannot be read; nothing was written."""
    with transaction(session):
        batch = lock_batch(session, batch_id)
        if batch.state in ("checking", "running"):
            batch.state, batch.error, batch.changed_at = "failed", sentence, clock.now()


def actor_of_batch(batch: ImportBatch) -> Actor:
    """The actor who started the present step."""
    return Actor(batch.account_id, batch.actor_name)


def _enter(session: Session, batch: ImportBatch, actor: Actor, state: str, queue: bool) -> None:
    now = clock.now()
    batch.state, batch.account_id, batch.actor_name = state, actor.id, actor.name
    batch.changed_at, batch.done, batch.error = now, 0, ""
    if state == "checking":
        session.execute(delete(ImportProblem).where(ImportProblem.batch_id == batch.id))
        batch.total = batch.faults = batch.made = batch.updated = 0
    kind = {"checking": "import_check", "running": "import_run", "undoing": "import_undo"}[state]
    if queue:
        _queue(session, kind, batch.id, now)


def _queue(session: Session, kind: str, batch_id: int, moment: datetime) -> None:
    enqueue(session, kind, f"{kind}:{batch_id}:{moment:%Y%m%d%H%M%S%f}", {"batch": batch_id})
