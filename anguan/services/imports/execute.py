"""Executes an import: all rows in one transaction, or none.

The file is parsed first, without a lock; under the lock the rows are only compared with the register
once more and written.
"""

import json
import tempfile
from collections.abc import Iterator
from typing import IO

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.fault_injection import crash_point
from anguan.domain.numbers import next_number
from anguan.infra.events import record_event
from anguan.infra.files import Storage
from anguan.infra.transaction import Busy, transaction
from anguan.models import ImportBatch
from anguan.services.imports.batches import ReportProgress, actor_of_batch, fail, lock_batch
from anguan.services.imports.checking import FaultCounter, read_sets, write_faults
from anguan.services.imports.kinds import KINDS
from anguan.services.imports.provenance import ProvenanceWriter
from anguan.services.imports.spec import ImportSpec
from anguan.services.imports.tables.columns import ImportRow
from anguan.services.imports.tables.unpacking import UnreadableWorkbook

QUEUE = "import"
"""Counter row that every import locks while it writes: two at once would not see each other's rows."""
MEANWHILE = "写入时登记正好有变化，请重新检查"


class RegisterChanged(Exception):
    """The register has changed since the check; the tally says where."""

    def __init__(self, tally: FaultCounter) -> None:
        super().__init__("the register has changed")
        self.tally = tally


def execute_import(
    session: Session, storage: Storage, batch_id: int, report_progress: ReportProgress
) -> None:
    """Write a batch that was started; a second run changes nothing. Raises Busy on a concurrent change."""
    batch = session.get_one(ImportBatch, batch_id)
    if batch.state != "running":
        return
    kind = batch.kind
    with tempfile.TemporaryFile("w+", encoding="utf-8") as spool:
        try:
            _parse(session, storage, batch, spool, report_progress)
        except UnreadableWorkbook as unreadable:
            fail(session, batch_id, str(unreadable))
            return
        crash_point("import_understood")
        try:
            _write(session, batch_id, kind, spool)
        except RegisterChanged as changed:
            _reject(session, batch_id, changed.tally)
        except IntegrityError as error:  # the same record was registered between the check and the write
            raise Busy(MEANWHILE) from error


def _parse(
    session: Session, storage: Storage, batch: ImportBatch, spool: IO[str], report_progress: ReportProgress
) -> None:
    done = 0
    for _, rows in read_sets(session, storage, batch):
        spool.write(json.dumps([(row.line, row.values, row.faults) for row in rows]) + "\n")
        done += len(rows)
        report_progress(done)


def _read_spool(spool: IO[str]) -> Iterator[list[ImportRow]]:
    spool.seek(0)
    for line in spool:
        yield [
            ImportRow(number, values, [(title, words) for title, words in faults])
            for number, values, faults in json.loads(line)
        ]


def _write(session: Session, batch_id: int, kind: str, spool: IO[str]) -> None:
    with transaction(session):
        batch = lock_batch(session, batch_id)
        if batch.state != "running":
            return
        next_number(session, QUEUE, 0)
        spec, tally = KINDS[kind](session), FaultCounter()
        spec.firms.lock = True
        marker = ProvenanceWriter(session, batch_id)
        for rows in _read_spool(spool):
            spec.judge(rows)
            tally.note(rows)
            if not tally.faulty:
                spec.write([row for row in rows if row.action != "same"], marker)
                crash_point("import_written")
        if tally.faulty:
            raise RegisterChanged(tally)
        _note_done(session, batch, spec, tally)


def _note_done(session: Session, batch: ImportBatch, spec: ImportSpec, tally: FaultCounter) -> None:
    batch.made, batch.updated = tally.actions["new"], tally.actions["update"]
    batch.total = batch.done = tally.total
    batch.state, batch.changed_at = "done", clock.now()
    record_event(
        session,
        "import",
        f"导入{spec.title}“{batch.file_name}”：{format_counts(batch)}",
        actor_of_batch(batch),
    )


def format_counts(batch: ImportBatch) -> str:
    """Format what a batch did, or would do, as counts."""
    same = batch.total - batch.made - batch.updated - batch.faults
    noun = KINDS[batch.kind].noun
    parts = [f"新增 {batch.made} {noun}"]
    if batch.updated:
        parts.append(f"更新 {batch.updated} {noun}")
    if same > 0:
        parts.append(f"登记中已有而跳过 {same} {noun}")
    return "，".join(parts)


def _reject(session: Session, batch_id: int, tally: FaultCounter) -> None:
    with transaction(session):
        batch = lock_batch(session, batch_id)
        if batch.state == "running":
            write_faults(session, batch, tally)
            batch.state = "faulty"
