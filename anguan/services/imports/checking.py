"""Dry run of an import: every row is compared with the register; only the problems are written."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.fault_injection import crash_point
from anguan.infra.files import Damaged, Storage
from anguan.infra.inspection import Unacceptable
from anguan.infra.transaction import transaction
from anguan.models import ImportBatch, ImportProblem
from anguan.services.imports.batches import MOST_FAULTS, ReportProgress, fail, lock_batch
from anguan.services.imports.existing import SET
from anguan.services.imports.kinds import KINDS
from anguan.services.imports.spec import ImportSpec
from anguan.services.imports.tables.columns import ImportRow
from anguan.services.imports.tables.inspection import XLSX
from anguan.services.imports.tables.parsing import read_rows
from anguan.services.imports.tables.reading import open_table
from anguan.services.imports.tables.unpacking import UnreadableWorkbook

NOTHING = "表格里没有数据。请在表头下面填写，再上传。"
LONGEST = 480
RUNS = 40
"""Runs of hidden lines that are named."""


def check(session: Session, storage: Storage, batch_id: int, report_progress: ReportProgress) -> None:
    """Check a batch and store its problems; a second run changes nothing.

    `report_progress` gets the number of lines read.
    """
    batch = session.get_one(ImportBatch, batch_id)
    if batch.state != "checking":
        return
    tally = FaultCounter()
    try:
        for spec, rows in read_sets(session, storage, batch):
            spec.judge(rows)
            tally.note(rows)
            session.rollback()
            crash_point("import_judged")
            report_progress(tally.total)
    except UnreadableWorkbook as unreadable:
        fail(session, batch_id, str(unreadable))
        return
    _write(session, batch_id, tally)


def read_sets(
    session: Session, storage: Storage, batch: ImportBatch
) -> Iterator[tuple[ImportSpec, list[ImportRow]]]:
    """Rows of a batch's file in sets of SET rows; duplicates within the file are marked as errors.

    Raises UnreadableWorkbook when the file cannot be read.
    """
    sha256, mime, spec = batch.file.sha256, batch.file.mime, KINDS[batch.kind](session)
    session.rollback()
    try:
        storage.read(sha256)
        path = storage.path(sha256)
    except Damaged as damaged:
        raise UnreadableWorkbook("上传的文件在服务器上已缺失或损坏，请重新上传。") from damaged
    lines: dict[tuple[str, str], int] = {}
    try:
        with open_table(path, mime if mime == XLSX else "text/csv") as table:
            rows = read_rows(table, spec.columns)
            empty = True
            while found := list(islice(rows, SET)):
                empty = False
                _mark_duplicates(spec, found, lines)
                yield spec, found
    except Unacceptable as unacceptable:
        raise UnreadableWorkbook(unacceptable.sentence) from unacceptable
    if empty:
        raise UnreadableWorkbook(NOTHING)


def _mark_duplicates(spec: ImportSpec, rows: Iterable[ImportRow], lines: dict[tuple[str, str], int]) -> None:
    for row in rows:
        if any(title for title, _ in row.faults):
            continue
        for title, key in spec.keys(row):
            first = lines.setdefault((title, key), row.line)
            if first != row.line:
                row.blame(title, f"与第 {first} 行重复，请只留一行")


class FaultCounter:
    """Counts of a check, and the first MOST_FAULTS rows with errors."""

    def __init__(self) -> None:
        self.total = self.faulty = 0
        self.actions = {"new": 0, "same": 0, "update": 0}
        self.kept: list[ImportRow] = []
        self.hidden: list[int] = []

    def note(self, rows: Sequence[ImportRow]) -> None:
        """Count a set of checked rows."""
        self.total += len(rows)
        self.hidden += [row.line for row in rows if row.hidden]
        for row in rows:
            if row.faults:
                self.faulty += 1
                if len(self.kept) < MOST_FAULTS:
                    self.kept.append(row)
            else:
                self.actions[row.action] += 1


def _write(session: Session, batch_id: int, tally: FaultCounter) -> None:
    with transaction(session):
        batch = lock_batch(session, batch_id)
        if batch.state != "checking":
            return
        write_faults(session, batch, tally)
        batch.remark = describe_hidden(tally.hidden)
        batch.state = "faulty" if tally.faulty else "checked"


def describe_hidden(lines: Sequence[int]) -> str:
    """What is said about rows that a filter hides: they are imported too; '' when there are none."""
    if not lines:
        return ""
    runs = [[lines[0], lines[0]]]
    for line in lines[1:]:
        if line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    named = "、".join(str(first) if first == last else f"{first}至{last}" for first, last in runs[:RUNS])
    many = "等" if len(runs) > RUNS else ""
    return (
        f"表格里有 {len(lines)} 行是隐藏的（被筛选或手工隐藏），也会一起导入：第 {named}{many} 行。"
        "不要导入的，请在表格里取消筛选，删去这些行后重新上传。"
    )


def write_faults(session: Session, batch: ImportBatch, tally: FaultCounter) -> None:
    """Store the counts and problems, replacing those of an earlier check."""
    batch.total = batch.done = tally.total
    batch.faults = tally.faulty
    batch.made, batch.updated = tally.actions["new"], tally.actions["update"]
    batch.changed_at = clock.now()
    session.execute(delete(ImportProblem).where(ImportProblem.batch_id == batch.id))
    said = [_problem_row(batch.id, row) for row in tally.kept]
    if said:
        session.execute(insert(ImportProblem), said)


def _problem_row(batch_id: int, row: ImportRow) -> dict[str, object]:
    """Row of ImportProblem: one sentence for all errors of a line."""
    titles = "、".join(dict.fromkeys(title for title, _ in row.faults))
    many = len(row.faults) > 1
    words = "；".join(f"{title}：{words}" if many else words for title, words in row.faults)
    words = words if len(words) <= LONGEST else f"{words[:LONGEST]}…"
    return {"batch_id": batch_id, "line": row.line, "column": titles[:100], "sentence": f"{words}。"}
