"""Imports through the panel and through the command line."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select, update

from anguan.cli import main
from anguan.core import clock
from anguan.core.field_types.uscc import compose_uscc
from anguan.infra.transaction import transaction
from anguan.models import ImportBatch, LoginSession, Outbox, Person
from anguan.panel.imports.templates import make_template
from anguan.services.imports.kinds import KINDS
from anguan.services.imports.records.enterprises import CODES
from anguan.services.imports.spec import EXAMPLE_NUMBERS
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from anguan.worker.seed import seed
from tests.support.client import Browser
from tests.support.databases import copy_of, drop_database
from tests.support.factories import Scenario
from tests.support.imports import (
    PEOPLE,
    check_import,
    csv_file,
    number,
    people,
    person,
    run_import,
    sentences,
    workbook_bytes,
)
from tests.support.office_data import build
from tests.support.panel_client import Office

NEW = dict(zip(EXAMPLE_NUMBERS, (number(1), number(2)), strict=True)) | {
    code: compose_uscc(f"91590100MA000005{place}") for place, code in enumerate(CODES)
}
"""Persons of the example files, who are in the demo data too."""


@pytest.fixture
def kind() -> str:
    """SQLite only: nothing here depends on the database."""
    return "sqlite"


def upload(browser: Browser, data: bytes, name: str = "名单.csv", kind: str = "people") -> str:
    """Upload a file; returns the URL of its batch."""
    browser.get("/panel/imports/")
    return browser.post("/panel/imports/new", kind=kind, file=(io.BytesIO(data), name)).location or ""


def work(office: Office) -> None:
    """Run the due jobs of the outbox."""
    office.scenario.session.rollback()
    drain(office.scenario.session, JobContext(office.scenario.storage, "http://127.0.0.1:5000"))


def test_from_the_upload_to_the_undo(office: Office) -> None:
    admin = office.enter("administrator")
    where = upload(admin, people(3), f"名单{number(1)}.csv")
    page = admin.get(where).text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert "正在检查" in page
    assert number(1) not in page
    work(office)
    page = admin.get(where).text
    assert "检查通过：新增 3 人。还没有写入登记。" in page
    assert "refresh" not in page
    assert admin.post(f"{where}/run").status_code == 302
    assert "正在读取" in admin.get(where).text
    work(office)
    assert "已导入：新增 3 人" in admin.get(where).text
    assert office.account(number(1)).initial == "last6"
    admin.post(f"{where}/undo")
    work(office)
    assert "整批已撤销" in admin.get(where).text
    assert not office.clients.all(Person, document_number=number(1))
    assert [event.sentence for event in office.events("import")] == [
        f"导入人员“名单{number(1)[:6]}***********{number(1)[-1]}.csv”：新增 3 人"
    ]


def test_problems_are_listed_and_can_be_downloaded(office: Office) -> None:
    admin = office.enter("administrator")
    where = upload(admin, csv_file(PEOPLE, person(1, phone="1"), person(2, unit="=HYPERLINK(1)")))
    work(office)
    page = admin.get(where).text
    assert "2 行中有 2 行要改，登记没有任何改动" in page
    assert "全部导入" not in page
    admin.post(f"{where}/run")
    assert [row.kind for row in office.clients.all(Outbox)] == ["import_check"]
    answer = admin.client.get(f"{where}/faults.csv")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert lines[1].startswith('"2","手机","')
    with office.clients.rows() as session:
        session.execute(
            update(ImportBatch).values(state="checking", changed_at=clock.now().replace(year=2020))
        )
    assert "很久没有进展" in admin.get(where).text
    admin.post(f"{where}/check")
    work(office)
    assert "2 行要改" in admin.get(where).text


def test_hidden_rows_are_named_before_they_are_imported(office: Office) -> None:
    book = Workbook()
    for line in (PEOPLE, *(person(n) for n in range(1, 5))):
        book.worksheets[0].append(line)
    for line in (3, 4):
        book.worksheets[0].row_dimensions[line].hidden = True
    admin = office.enter("administrator")
    where = upload(admin, workbook_bytes(book), "名单.xlsx")
    work(office)
    page = admin.get(where).text
    assert "检查通过：新增 4 人" in page
    assert "表格里有 2 行是隐藏的（被筛选或手工隐藏），也会一起导入：第 3至4 行。" in page


NO_TABLES = (
    (b"", "a.csv", "people", "空文件"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "people", "旧版 .xls"),
    (b"x" * 5000, "a.csv", "people", "的上限"),
    (people(1), "a.csv", "cats", "请选择导入什么"),
    (people(1), "", "people", "请选择文件"),
)


def test_a_file_that_is_no_table_is_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anguan.panel.imports.views.LARGEST", 4000)
    admin = office.enter("administrator")
    for data, name, kind, sentence in NO_TABLES:
        admin.get("/panel/imports/")
        answer = admin.post("/panel/imports/new", kind=kind, file=(io.BytesIO(data), name))
        assert (answer.status_code, sentence in answer.text) == (400, True), sentence
    assert not office.clients.all(ImportBatch)


def test_dangerous_actions_ask_for_the_password_again(office: Office) -> None:
    admin = office.enter("administrator")
    where = upload(admin, people(1))
    work(office)
    with office.clients.rows() as session:
        session.execute(update(LoginSession).values(proved_at=clock.now().replace(year=2020)))
    for action in ("run", "undo"):
        assert "/reauth" in (admin.post(f"{where}/{action}").location or "")
    assert not office.clients.all(Person, document_number=number(0))


def test_nobody_else_has_access(office: Office) -> None:
    for role in ("senior_reviewer", "auditor", "exam_officer"):
        browser = office.enter(role)
        for address in ("", "1", "1/faults.csv", "template/people"):
            assert browser.get(f"/panel/imports/{address}").status_code == 403, (role, address)


def test_each_template_is_a_file_that_can_be_filled_and_sent(scenario: Scenario) -> None:
    with transaction(scenario.session):
        seed(scenario.session)
    for code in KINDS:
        book = load_workbook(io.BytesIO(make_template(scenario.session, code)))
        first, examples = book.worksheets
        assert {cell.number_format for cell in first[3]} == {"@"}
        assert all("填" in cell.value for cell in first[1])
        empty = check_import(scenario, code, saved(book), "模板.xlsx")
        assert (empty.state, "没有数据" in empty.error) == ("failed", True)
        for line in list(examples.iter_rows(min_row=3, values_only=True)):
            first.append([NEW.get(text, text) for text in line])
        batch = run_import(scenario, code, saved(book), "模板.xlsx")
        assert batch.state == "done", sentences(scenario, batch)


def saved(book: object) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def test_the_command_reports_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = copy_of("sqlite", build)
    monkeypatch.setenv("ANGUAN_DATABASE_URL", url)
    monkeypatch.setenv("ANGUAN_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(main, "upgrade", lambda _: None)
    good, bad = tmp_path / "好.csv", tmp_path / "坏.csv"
    good.write_bytes(people(2))
    bad.write_bytes(csv_file(PEOPLE, person(1, phone="1")))
    assert main.main(["import", "people", str(good), "--dry-run"]) == 0
    assert "检查通过：新增 2 人。" in capsys.readouterr().out
    assert main.main(["import", "people", str(bad)]) == 1
    assert "第 2 行，手机：" in capsys.readouterr().err
    scenario = Scenario(url)
    assert not scenario.session.scalars(select(Person).where(Person.document_number == number(1))).all()
    scenario.session.rollback()
    assert main.main(["import", "people", str(good)]) == 0
    assert "已导入：新增 2 人" in capsys.readouterr().out
    assert main.main(["import", "people", str(good)]) == 0
    assert "登记中已有而跳过 2 人" in capsys.readouterr().out
    assert main.main(["import", "people", str(tmp_path / "无.csv")]) == 1
    assert "读不了文件" in capsys.readouterr().err
    scenario.close()
    drop_database(url)
