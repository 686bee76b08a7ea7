"""Exported CSV and XLSX files: text cells without formulas, all rows or a refusal, streamed."""

import csv
import io
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, insert, select

from anguan.infra.transaction import transaction
from anguan.models import ChangeRequest, Enterprise, Person
from anguan.panel.common import spreadsheets
from tests.support.factories import Scenario
from tests.support.panel_client import Office, export, open_office, read_csv

LEADS = ("", " ", "\u3000", "\u00a0", "\ufeff", " \u3000 ")
FORMULAS = [f"{lead}{start}HYPERLINK(1)" for lead in LEADS for start in spreadsheets.STARTERS]


@pytest.fixture
def office(scenario: Scenario, tmp_path: Path) -> Iterator[Office]:
    with open_office(scenario, tmp_path) as opened:
        yield opened


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
        list(spreadsheets.write_xlsx(["行"], broken()))
    assert not list(tmp_path.iterdir())
    assert b"".join(spreadsheets.write_xlsx(["行"], [["一"]]))
    assert not list(tmp_path.iterdir())
