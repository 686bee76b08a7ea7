"""Exported CSV and XLSX files: text cells without formulas, all rows or a refusal, streamed."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, insert, select

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import ChangeRequest, Enterprise, Person
from anguan.panel.common import spreadsheets
from anguan.panel.common.spreadsheets import SpreadsheetPage
from anguan.panel.common.workbooks import write_xlsx
from anguan.panel.lists.listing import GuardedView
from tests.support.panel_client import Office, export, read_csv

LEADS = ("", " ", "\u3000", "\u00a0", "\ufeff", " \u3000 ")
FORMULAS = [f"{lead}{start}HYPERLINK(1)" for lead in LEADS for start in spreadsheets.STARTERS]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_files_carry_text_only_and_mask_numbers(office: Office) -> None:
    office.scenario.filed("certificate_change")
    with transaction(office.scenario.session):
        row = office.scenario.session.scalars(select(ChangeRequest)).one()
        row.applicant_name = "=HYPERLINK(1)"
        number, phone = row.person.document_number, row.person.phone
    browser = office.enter("reviewer")

    text = read_csv(export(browser, "queue"))
    assert '"\'=HYPERLINK(1)"' in text
    assert number not in text
    people = read_csv(export(browser, "person"))
    assert number not in people
    assert phone not in people
    assert "590101***********" in people


@pytest.mark.parametrize("kind", ["sqlite"])
def test_no_text_of_an_applicant_is_a_formula(office: Office) -> None:
    assert len(FORMULAS) >= 60
    browser, session = office.enter("auditor"), office.scenario.session
    with transaction(session):
        session.execute(
            insert(Enterprise),
            [
                {
                    "uscc": f"9159010{index:011d}",
                    "name": formula,
                    "legal_representative": "白",
                    "region": "590100",
                }
                for index, formula in enumerate(FORMULAS)
            ],
        )
    written = {name for name, *_ in csv.reader(io.StringIO(read_csv(export(browser, "enterprise"))))}
    assert written >= {f"'{spreadsheets.plain(formula)}" for formula in FORMULAS}
    book = load_workbook(io.BytesIO(export(browser, "enterprise", "xlsx")))
    cells = [cell for line in book.active.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [
        cell.value for cell in cells if cell.value.strip(spreadsheets.BLANKS)[:1] in spreadsheets.STARTERS
    ]


def add_people(office: Office, many: int) -> None:
    with transaction(office.scenario.session):
        office.scenario.session.execute(
            insert(Person), [{"document_number": f"X{at:08d}", "name": "岑远"} for at in range(many)]
        )


@pytest.mark.parametrize("kind", ["sqlite"])
def test_an_export_holds_every_row_of_a_search(office: Office) -> None:
    add_people(office, 1500)
    browser = office.enter("reviewer")
    assert "1500 条，全部导出" in browser.get("/panel/export/person?search=岑远").text
    assert len(read_csv(export(browser, "person?search=岑远")).splitlines()) == 1501


def test_rows_are_read_while_the_file_is_sent(office: Office) -> None:
    add_people(office, 5000)
    browser = office.enter("reviewer")
    browser.get("/panel/export/person")
    form = {"csrf_token": browser.token, "kind": "csv", "column": ["name", "document_number", "gender"]}
    loaded: list[int] = []

    def note(target: Person, context: object) -> None:
        loaded.append(target.id)

    event.listen(Person, "load", note)
    try:
        answer = browser.client.post("/panel/export/person", data=form)
        parts = iter(answer.response)
        first = next(parts)
        assert len(loaded) < 4000
        size = len(first) + sum(map(len, parts))
    finally:
        event.remove(Person, "load", note)
    answer.close()
    assert len(loaded) == 5003
    assert size > 100_000


def test_lines_are_taken_one_by_one() -> None:
    taken = count()
    lines = ([f"{next(taken):06d}"] for _ in range(100_000))
    made = spreadsheets.write_csv(["行"], lines)
    assert len(next(made)) < 2 * spreadsheets.CHUNK
    assert next(taken) < 10_000


@pytest.mark.parametrize("kind", ["sqlite"])
def test_more_than_excel_holds_is_refused_in_a_sentence(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreadsheets, "XLSX_ROWS", 2)
    browser = office.enter("reviewer")
    browser.get("/panel/export/person")
    form = {"csrf_token": browser.token, "kind": "xlsx", "column": ["name"]}
    answer = browser.client.post("/panel/export/person", data=form)
    assert answer.status_code == 400
    assert "请选 CSV" in answer.text


def test_a_broken_file_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def broken() -> Iterator[list[str]]:
        yield ["一"]
        raise RuntimeError("断了")

    with pytest.raises(RuntimeError, match="断了"):
        list(write_xlsx([SpreadsheetPage("表", ["行"], broken())]))
    assert not list(tmp_path.iterdir())
    assert b"".join(write_xlsx([SpreadsheetPage("表", ["行"], [["一"]])]))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_workbook_is_named_wide_enough_and_typed(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    book = load_workbook(io.BytesIO(export(browser, "queue", "xlsx")))
    assert book.sheetnames == ["待审队列"]
    sheet = book.active
    assert sheet.freeze_panes == "A2"
    heads = [cell.value for cell in sheet[1]]
    assert all(cell.font.bold for cell in sheet[1])
    row = dict(zip(heads, sheet[2], strict=True))
    assert (row["受理编号"].value, row["受理编号"].data_type) == (filed.number, "s")
    assert row["受理编号"].number_format == "@"
    assert row["剩余工作日"].data_type == "n"
    assert isinstance(row["剩余工作日"].value, int)
    for head, cell in row.items():
        width = sheet.column_dimensions[cell.column_letter].width
        assert width >= min(60, 2 * len(head)), head

    office.scenario.decide(filed, "reject", opinion="不符")
    sheet = load_workbook(io.BytesIO(export(browser, "done", "xlsx"))).active
    row = dict(zip([cell.value for cell in sheet[1]], sheet[2], strict=True))
    decided = clock.beijing(office.read(filed).decided_at)
    assert row["办理时间"].is_date
    assert f"{row['办理时间'].value:%Y-%m-%d %H:%M}" == f"{decided:%Y-%m-%d %H:%M}"
    assert f"{decided:%Y-%m-%d %H:%M}" in read_csv(export(browser, "done"))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_each_list_is_exported_by_the_one_writer(office: Office) -> None:
    office.scenario.filed("certificate_change")
    found = 0
    for role in ("senior_reviewer", "administrator"):
        browser = office.enter(role)
        lists = re.findall(r'href="/panel/export/([a-z_]+)"', browser.get("/panel/export/").text)
        for listed in lists:
            browser.get(f"/panel/export/{listed}")
            columns = re.findall(r'name="column" value="([^"]+)"', browser.page)
            data = {"csrf_token": browser.token, "column": columns, "kind": "xlsx"}
            answer = browser.client.post(f"/panel/export/{listed}", data=data)
            assert answer.status_code == 200, listed
            name = unquote(answer.headers["Content-Disposition"])
            sheet = load_workbook(io.BytesIO(answer.data)).active
            assert f"{sheet.title}-{clock.today():%Y%m%d}.xlsx" in name, listed
            assert not sheet.title.isascii(), listed
            assert sheet.freeze_panes == "A2", listed
            found += 1
    assert found > 10


def test_only_what_is_shown_whole_is_exported_as_a_date() -> None:
    class Row:
        born = date(1990, 3, 7)

    class View(GuardedView):
        def __init__(self) -> None:
            self.exports, self.cells = {}, {"born": lambda row: "1990-**-**"}

    assert View().get_export_value(Row(), "born") == "1990-**-**"
    shown = View()
    shown.cells = {"born": lambda row: "1990-03-07"}
    assert shown.get_export_value(Row(), "born") == date(1990, 3, 7)
