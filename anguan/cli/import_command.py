"""The import command: the same steps and messages as the panel, in the foreground."""

import getpass
import sys
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.infra.events import Actor
from anguan.infra.files import Storage
from anguan.infra.inspection import Unacceptable, read_upload
from anguan.infra.transaction import Busy
from anguan.models import ImportBatch, ImportProblem
from anguan.services.imports import batches
from anguan.services.imports.checking import check
from anguan.services.imports.execute import execute_import, format_counts
from anguan.services.imports.kinds import KINDS
from anguan.services.imports.tables.inspection import LARGEST, inspect_table
from anguan.services.refusals import Refused


def run_import_command(session: Session, storage: Storage, kind: str, path: Path, dry_run: bool) -> int:
    """Check and execute an import; returns 0 when all rows are (or would be) in, else 1."""
    try:
        with path.open("rb") as stream:
            clean = inspect_table(read_upload(stream, path.name, LARGEST), path.name)
        actor = Actor(None, f"命令行（{getpass.getuser()}）")
        batch_id = batches.begin(session, storage, actor, kind, clean, queue=False).id
        check(session, storage, batch_id, _count("已检查"))
        batch = _read(session, batch_id)
        print(f"\r{KINDS[kind].title}“{batch.file_name}”：{batch.total} 行")
        if batch.remark:
            print(batch.remark)
        if batch.state != "checked":
            return _print_problems(session, batch)
        print(f"检查通过：{format_counts(batch)}。")
        if dry_run or not (batch.made or batch.updated):
            return 0
        batches.start(session, actor, batch_id, queue=False)
        execute_import(session, storage, batch_id, _count("已读取"))
    except OSError as error:
        print(f"读不了文件 {path}：{error.strerror}。", file=sys.stderr)
        return 1
    except (Unacceptable, Refused, Busy) as refused:
        print(getattr(refused, "sentence", refused), file=sys.stderr)
        return 1
    batch = _read(session, batch_id)
    if batch.state != "done":
        return _print_problems(session, batch)
    print(f"\r已导入：{format_counts(batch)}。要整批撤销，请在后台“导入”里打开第 {batch.id} 批。")
    return 0


def _print_problems(session: Session, batch: ImportBatch) -> int:
    if batch.error:
        print(batch.error, file=sys.stderr)
    faults = select(ImportProblem).where(ImportProblem.batch_id == batch.id).order_by(ImportProblem.line)
    for fault in session.scalars(faults):
        print(f"第 {fault.line} 行，{fault.column}：{fault.sentence}", file=sys.stderr)
    if batch.faults:
        print(f"{batch.faults} 行要改，登记没有任何改动。", file=sys.stderr)
    return 1


def _read(session: Session, batch_id: int) -> ImportBatch:
    session.rollback()
    return session.get_one(ImportBatch, batch_id, populate_existing=True)


def _count(words: str) -> batches.ReportProgress:
    """Function that shows the number of lines read on a terminal."""

    def report(done: int) -> None:
        if sys.stdout.isatty():
            print(f"\r{words} {done} 行", end="", flush=True)

    return report
