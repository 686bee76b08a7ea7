"""Benchmark of importing 50,000 people against reading the workbook and inserting the rows raw.

Both sides start with the file and end with the same number of rows in the same tables. The import checks
every line, then parses it again, compares it with the register and records its provenance. Each side runs
in its own process, so that its memory can be measured.
"""

import resource
import tempfile
import time
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, create_engine, func, insert, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.field_types.citizen_number import compose_number
from anguan.core.field_types.uscc import compose_uscc
from anguan.infra.engine import prepare_engine
from anguan.infra.events import Actor
from anguan.infra.files import LocalStorage
from anguan.infra.transaction import transaction
from anguan.models import Account, Base, Employment, Enterprise, ImportBatch, ImportedRow, Person
from anguan.services.imports.batches import begin, start
from anguan.services.imports.checking import check
from anguan.services.imports.execute import execute_import
from anguan.services.imports.tables.inspection import inspect_table
from anguan.worker.seed import seed

PEOPLE, FIRMS = 50_000, 500
TARGET = 5.0
HEADINGS = ("证件号码", "姓名", "文化程度", "技术职称", "职位", "手机", "工作单位", "入职日期")
FIRST = date(1970, 1, 1)
TABLES = (Person, Account, Employment, ImportedRow)
GIVEN = "安明云川禾苇渡晓雪青望舒启程清源若溪闻道知微可染仲平思远景行"
CLERK = Actor(None, "测算")


def run() -> dict[str, Any]:
    """Seconds and memory of both sides, and their ratio. Raises RuntimeError for different row counts."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_workbook(place / "people.xlsx")
        raw = measure(import_raw, place)
        ours = measure(import_whole, place)
    if raw["rows"] != ours["rows"]:
        raise RuntimeError(f"not the same work: {raw['rows']} and {ours['rows']} rows")
    return {
        "name": f"import of {PEOPLE:,} people against reading and inserting raw",
        "ratio": ours["seconds"] / raw["seconds"],
        "target": TARGET,
        "seconds": round(ours["seconds"], 1),
        "rehearsal_s": round(ours["rehearsal"], 1),
        "lock_held_s": round(ours["held"], 1),
        "raw_s": round(raw["seconds"], 1),
        "grown_mb": round(ours["grown"]),
        "raw_grown_mb": round(raw["grown"]),
    }


def write_workbook(path: Path) -> None:
    """Write invented people of a region that does not exist."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("人员")
    sheet.append(HEADINGS)
    for n in range(PEOPLE):
        number = compose_number("590101", FIRST + timedelta(days=n % 12_000), 1 + n // 12_000)
        name = f"测{GIVEN[n % 29]}{GIVEN[n // 29 % 29]}{GIVEN[n // 841 % 29]}"
        sheet.append(
            (number, name, "本科", "工程师", "项目负责人", f"138{n:08d}", code_of(n % FIRMS), "2020-01-01")
        )
    book.save(path)


def code_of(n: int) -> str:
    """Unified social credit code of enterprise `n`."""
    return compose_uscc(f"91590100MA{n:07d}")


def measure(work: Any, place: Path) -> dict[str, Any]:
    """Run the work in a separate process and return its figures."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=tell, args=(work, place, there))
    process.start()
    there.close()
    answer: dict[str, Any] = here.recv()
    process.join()
    return answer


def tell(work: Any, place: Path, there: Any) -> None:
    """In the child process: prepare, measure, send the figures."""
    engine = open_register(place / f"{work.__name__}.db")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    more = work(engine, place)
    seconds = time.perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    there.send({"seconds": seconds, "grown": grown, "rows": count(engine), **more})


def open_register(path: Path) -> Engine:
    """A register with enterprises and no people."""
    engine = prepare_engine(create_engine(f"sqlite:///{path}"))
    Base.metadata.create_all(engine)
    with Session(engine) as session, transaction(session):
        seed(session)
        session.add_all(Enterprise(uscc=code_of(n), name=f"云南示例{n}号水利有限公司") for n in range(FIRMS))
    return engine


def count(engine: Engine) -> list[int]:
    """Row counts of the tables that both sides write."""
    with Session(engine) as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES]


def import_raw(engine: Engine, place: Path) -> dict[str, Any]:
    """Read the cells and insert rows as they are, in sets of a thousand, without checks."""
    person, account, employment, mark = (Base.metadata.tables[table.__tablename__] for table in TABLES)
    lines = iter(CalamineWorkbook.from_path(place / "people.xlsx").get_sheet_by_index(0).iter_rows())
    next(lines)
    key, now, day = 0, clock.now(), date(2020, 1, 1)
    with Session(engine) as session, transaction(session):
        batch = {"id": 1, "batch_id": 1, "before": "", "after": "0" * 24}
        connection = session.connection()
        file = {"sha256": "0" * 64, "mime": "x", "size": 1, "created_at": now}
        connection.execute(insert(Base.metadata.tables["stored_file"]), file)
        kept = {"kind": "people", "file_id": 1, "file_name": "x", "actor_name": "x", "error": ""}
        connection.execute(
            insert(Base.metadata.tables["import_batch"]), kept | {"created_at": now, "changed_at": now}
        )
        while cells := [line for _, line in zip(range(1000), lines, strict=False)]:
            keys = range(key + 1, key + 1 + len(cells))
            key += len(cells)
            rows = list(zip(keys, cells, strict=True))
            connection.execute(
                insert(person),
                [
                    {"id": id_, "document_number": c[0], "name": c[1], "education": c[2], "title": c[3]}
                    | {"position": c[4], "phone": c[5]}
                    for id_, c in rows
                ],
            )
            connection.execute(
                insert(account),
                [
                    {"id": id_, "login": c[0], "name": c[1], "role": "applicant", "person_id": id_}
                    | {"initial": "last6", "created_at": now}
                    for id_, c in rows
                ],
            )
            connection.execute(
                insert(employment),
                [
                    {"id": id_, "person_id": id_, "enterprise_id": 1 + id_ % FIRMS, "started_on": day}
                    for id_, _ in rows
                ],
            )
            for place_, table in enumerate((person, account, employment)):
                connection.execute(
                    insert(mark),
                    [
                        batch | {"id": 3 * id_ + place_, "table_name": table.name, "row_id": id_}
                        for id_, _ in rows
                    ],
                )
    return {}


def import_whole(engine: Engine, place: Path) -> dict[str, Any]:
    """Import with the services: upload, check, execute. Raises RuntimeError when it does not finish."""
    storage = LocalStorage(place / "files")
    understood = 0.0

    def note(_: int) -> None:
        nonlocal understood
        understood = time.perf_counter()

    with Session(engine) as session:
        began = time.perf_counter()
        clean = inspect_table((place / "people.xlsx").read_bytes(), "people.xlsx")
        batch = begin(session, storage, CLERK, "people", clean, queue=False)
        key = batch.id
        check(session, storage, key, lambda _: None)
        rehearsal = time.perf_counter() - began
        start(session, CLERK, key, queue=False)
        execute_import(session, storage, key, note)
        held = time.perf_counter() - understood
        done = session.get_one(ImportBatch, key, populate_existing=True)
        if done.state != "done":
            raise RuntimeError(f"the import ended as {done.state}: {done.faults} faults")
    return {"rehearsal": rehearsal, "held": held}
