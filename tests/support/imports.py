"""Tables for tests of imports, and the short ways through a batch."""

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
from tests.support.factories import World

CLERK = Actor(None, "登记员")
COLUMNS = {
    "document": "证件号码",
    "name": "姓名",
    "education": "学历",
    "title": "技术职称",
    "phone": "手机",
    "unit": "工作单位",
    "since": "入职日期",
}
PEOPLE = tuple(COLUMNS.values())


def number(n: int) -> str:
    """The n-th document number that nobody of the cast has."""
    return compose_number("590102", date(1970, 1, 1) + timedelta(days=n % 9000), 1 + n // 9000)


def person(n: int, unit: str = "", **more: str) -> tuple[str, ...]:
    """A line about a new person."""
    usual = (number(n), "新示例", "本科", "工程师", f"1390000{n:04d}", unit, "")
    said = dict(zip(COLUMNS, usual, strict=True))
    return tuple((said | more).values())


def workbook(*lines: Sequence[Any], title: str = "人员") -> bytes:
    """An xlsx file of one sheet."""
    book = Workbook()
    book.worksheets[0].title = title
    for line in lines:
        book.worksheets[0].append(list(line))
    return packed(book)


def packed(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet(*lines: Sequence[str], encoding: str = "utf-8") -> bytes:
    """A csv file."""
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue().encode(encoding)


def people(count: int, unit: str = "", first: int = 0) -> bytes:
    """A csv file of new people."""
    return sheet(PEOPLE, *(person(first + n, unit) for n in range(count)))


def rehearse(world: World, kind: str, data: bytes, name: str = "名单.csv") -> ImportBatch:
    """Upload a file and check it."""
    world.session.rollback()
    clean = inspect_table(data, name)
    key = batches.begin(world.session, world.storage, CLERK, kind, clean, queue=False).id
    check(world.session, world.storage, key, lambda _: None)
    return read(world, key)


def bring(world: World, kind: str, data: bytes, name: str = "名单.csv") -> ImportBatch:
    """Upload a file, check it, carry it out."""
    batch = rehearse(world, kind, data, name)
    assert batch.state == "checked", sentences(world, batch)
    batches.start(world.session, CLERK, batch.id, queue=False)
    execute_import(world.session, world.storage, batch.id, lambda _: None)
    return read(world, batch.id)


def take_back(world: World, batch: ImportBatch) -> ImportBatch:
    """Undo a batch, or hear why not."""
    batches.start_undo(world.session, CLERK, batch.id, queue=False)
    revert_import(world.session, batch.id)
    return read(world, batch.id)


def read(world: World, key: int) -> ImportBatch:
    """A batch as it stands now."""
    world.session.rollback()
    return world.session.get_one(ImportBatch, key, populate_existing=True)


def sentences(world: World, batch: ImportBatch) -> list[tuple[int, str, str]]:
    """What is wrong in a batch: line, column, sentence."""
    rows = world.session.scalars(
        select(ImportProblem).where(ImportProblem.batch_id == batch.id).order_by(ImportProblem.line)
    )
    return [(row.line, row.column, row.sentence) for row in rows]


def lines_of(data: bytes) -> Iterable[list[str]]:
    """The lines of a csv file."""
    return itertools.islice(csv.reader(io.StringIO(data.decode("utf-8-sig"))), 5000)
