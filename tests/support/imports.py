"""Spreadsheets for tests of imports, and helpers that check, run and revert a batch."""

import csv
import io
import itertools
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from openpyxl import Workbook
from sqlalchemy import select

from anguan.core.field_types.citizen_number import compose_number
from anguan.infra.events import Actor
from anguan.models import ImportBatch, ImportProblem
from anguan.services.imports import batches
from anguan.services.imports.checking import check
from anguan.services.imports.execute import execute_import
from anguan.services.imports.revert import revert_import
from anguan.services.imports.tables.inspection import inspect_table
from tests.support.factories import Scenario

CLERK = Actor(None, "登记员")
COLUMNS = {
    "document": "证件号码",
    "name": "姓名",
    "education": "文化程度",
    "title": "技术职称",
    "phone": "手机",
    "unit": "工作单位",
    "since": "入职日期",
}
PEOPLE = tuple(COLUMNS.values())


def number(n: int) -> str:
    """The n-th document number that no person of the test data has."""
    return compose_number("590102", date(1970, 1, 1) + timedelta(days=n % 9000), 1 + n // 9000)


def person(n: int, unit: str = "", **more: str) -> tuple[str, ...]:
    """A row about a new person."""
    usual = (number(n), "新示例", "本科", "工程师", f"1390000{n:04d}", unit, "")
    values = dict(zip(COLUMNS, usual, strict=True))
    return tuple((values | more).values())


def workbook(*lines: Sequence[Any], title: str = "人员") -> bytes:
    """An xlsx file with one worksheet."""
    book = Workbook()
    book.worksheets[0].title = title
    for line in lines:
        book.worksheets[0].append(list(line))
    return workbook_bytes(book)


def workbook_bytes(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_file(*lines: Sequence[str], encoding: str = "utf-8") -> bytes:
    """A CSV file of these rows."""
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue().encode(encoding)


def people(count: int, unit: str = "", first: int = 0) -> bytes:
    """A CSV file of new people."""
    return csv_file(PEOPLE, *(person(first + n, unit) for n in range(count)))


def check_import(scenario: Scenario, kind: str, data: bytes, name: str = "名单.csv") -> ImportBatch:
    """Upload a file and check it; returns the batch."""
    scenario.session.rollback()
    clean = inspect_table(data, name)
    key = batches.begin(scenario.session, scenario.storage, CLERK, kind, clean, queue=False).id
    check(scenario.session, scenario.storage, key, lambda _: None)
    return read(scenario, key)


def run_import(scenario: Scenario, kind: str, data: bytes, name: str = "名单.csv") -> ImportBatch:
    """Upload a file, check it and run the import; returns the batch."""
    batch = check_import(scenario, kind, data, name)
    assert batch.state == "checked", sentences(scenario, batch)
    batches.start(scenario.session, CLERK, batch.id, queue=False)
    execute_import(scenario.session, scenario.storage, batch.id, lambda _: None)
    return read(scenario, batch.id)


def revert(scenario: Scenario, batch: ImportBatch) -> ImportBatch:
    """Revert a batch; the batch returned says why if that was refused."""
    batches.start_undo(scenario.session, CLERK, batch.id, queue=False)
    revert_import(scenario.session, batch.id)
    return read(scenario, batch.id)


def read(scenario: Scenario, key: int) -> ImportBatch:
    """A batch, read again."""
    scenario.session.rollback()
    return scenario.session.get_one(ImportBatch, key, populate_existing=True)


def sentences(scenario: Scenario, batch: ImportBatch) -> list[tuple[int, str, str]]:
    """Problems of a batch: line, column, sentence."""
    rows = scenario.session.scalars(
        select(ImportProblem).where(ImportProblem.batch_id == batch.id).order_by(ImportProblem.line)
    )
    return [(row.line, row.column, row.sentence) for row in rows]


def lines_of(data: bytes) -> Iterable[list[str]]:
    """At most 5000 rows of a CSV file."""
    return itertools.islice(csv.reader(io.StringIO(data.decode("utf-8-sig"))), 5000)
