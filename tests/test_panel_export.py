"""Files of the panel: text that calculates nothing, numbers behind masks, every row or a sentence."""

import csv
import io
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, insert, select

from anguan.ledger.transaction import transaction
from anguan.models import ChangeRequest, Enterprise, Person, Reason
from anguan.panel import exporting, sheets
from tests.door import see_red
from tests.office import Office, export, open_office
from tests.world import World

LEADS = ("", " ", "\u3000", "\u00a0", "\ufeff", " \u3000 ")
FORMULAS = [f"{lead}{start}HYPERLINK(1)" for lead in LEADS for start in sheets.STARTERS]
LISTS = {
    "reviewer": (
        "queue", "done", "person", "enterprise", "certificate", "production", "training", "insurance",
        "constructor",
    ),
    "administrator": ("reason", "dictionary", "account", "event"),
}  # fmt: skip
FULL = {"numbers": "full", "purpose": "inspect", "note": "省厅年度检查，交检查组"}


@pytest.fixture
def office(world: World, tmp_path: Path) -> Iterator[Office]:
    with open_office(world, tmp_path) as opened:
        yield opened


def text_of(data: bytes) -> str:
    assert data.startswith(b"\xef\xbb\xbf")
    return data.decode("utf-8-sig")


@pytest.mark.parametrize("kind", ["sqlite"])
def test_every_list_becomes_both_kinds_of_file(office: Office) -> None:
    filed = office.world.filed("certificate_change")
    office.world.decide(filed, "approve")
    office.world.filed("profile_change", office.world.stranger)
    with transaction(office.world.session):
        office.world.session.add(Reason(code="stamp", sentence="申请表缺单位公章"))
    for role, lists in LISTS.items():
        browser = office.enter(role)
        for listed in lists:
            assert f"/panel/export/{listed}" in browser.get(address_of(office, listed)).text, listed
            lines = text_of(export(browser, listed)).splitlines()
            book = load_workbook(io.BytesIO(export(browser, listed, "xlsx")))
            cells = [cell for line in book.active.iter_rows() for cell in line if cell.value is not None]
            assert {cell.data_type for cell in cells} == {"s"}, listed
            assert ",".join(f'"{cell.value}"' for cell in book.active[1]) == lines[0], listed
            assert book.active.max_row >= len(lines) > 1, listed
            assert not [cell for cell in cells if "<" in cell.value and ">" in cell.value], listed
    assert len(office.events("export")) == 2 * sum(map(len, LISTS.values()))


def address_of(office: Office, listed: str) -> str:
    view = next(v for v in office.door.app.extensions["admin"][0]._views if v.endpoint == f"panel_{listed}")
    with office.door.app.test_request_context():
        return str(view.link("index_view"))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_files_carry_text_only_and_mask_numbers(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.world.filed("certificate_change")
    with transaction(office.world.session):
        row = office.world.session.scalars(select(ChangeRequest)).one()
        row.applicant_name = "=HYPERLINK(1)"
        number, phone = row.person.document_number, row.person.phone
    browser = office.enter("reviewer")

    def promise() -> None:
        text = text_of(export(browser, "queue"))
        assert '"\'=HYPERLINK(1)"' in text
        assert number not in text

    see_red(monkeypatch, "export_formulas", promise)
    people = text_of(export(browser, "person"))
    assert number not in people
    assert phone not in people
    assert "590101***********" in people


@pytest.mark.parametrize("kind", ["sqlite"])
def test_no_word_of_an_applicant_calculates(office: Office) -> None:
    assert len(FORMULAS) >= 60
    browser, session = office.enter("auditor"), office.world.session
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
    written = {name for name, *_ in csv.reader(io.StringIO(text_of(export(browser, "enterprise"))))}
    assert written >= {f"'{sheets.plain(formula)}" for formula in FORMULAS}
    book = load_workbook(io.BytesIO(export(browser, "enterprise", "xlsx")))
    cells = [cell for line in book.active.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell.value for cell in cells if cell.value.strip(sheets.BLANKS)[:1] in sheets.STARTERS]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_only_chosen_columns_in_the_order_of_the_list(office: Office) -> None:
    browser = office.enter("reviewer")
    heads = text_of(export(browser, "person", column=["phone", "name", "no such", "birth_date"]))
    assert heads.splitlines()[0] == '"姓名","手机"'
    browser.get("/panel/export/person")
    answer = browser.client.post("/panel/export/person", data={"csrf_token": browser.token, "kind": "pdf"})
    assert answer.status_code == 400
    assert "请至少选一列" in answer.text
    assert "请选择文件格式" in answer.text


def test_full_numbers_only_by_right_and_for_a_purpose(office: Office) -> None:
    person = office.door.all(Person)[0]
    reviewer = office.enter("reviewer")
    assert "完整号码" not in reviewer.get("/panel/export/person").text
    columns = ["name", "document_number", "phone"]
    form = {"csrf_token": reviewer.token, "kind": "csv", "column": columns, **FULL}
    assert reviewer.client.post("/panel/export/person", data=form).status_code == 403
    senior = office.enter("senior_reviewer")
    assert "完整号码" in senior.get("/panel/export/person").text
    for missing, sentence in (("purpose", "请选择导出完整号码的用途"), ("note", "写明交给谁")):
        lacking = form | {"csrf_token": senior.token, missing: ""}
        answer = senior.client.post("/panel/export/person", data=lacking)
        assert answer.status_code == 400
        assert sentence in answer.text
    assert not office.events("export")
    text = text_of(export(senior, "person?search=岑禾", column=columns, **FULL))
    assert person.document_number in text
    assert person.phone in text
    [noted] = office.events("export")
    assert "导出人员 1 条" in noted.sentence
    assert "监督检查" in noted.sentence
    assert "省厅年度检查" in noted.sentence
    assert "姓名、证件号码、手机" in noted.after
    assert "岑禾" in noted.after
    assert noted.visible_to == "audit"
    assert person.document_number not in noted.sentence + noted.after


@pytest.mark.parametrize("kind", ["sqlite"])
def test_full_numbers_want_the_password_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    senior = office.enter("senior_reviewer")
    senior.get("/panel/export/person")
    monkeypatch.setattr(exporting, "ask_again", lambda: object())
    form = {"csrf_token": senior.token, "kind": "csv", "column": ["document_number"], **FULL}
    answer = senior.client.post("/panel/export/person?flt_person=1", data=form)
    assert answer.status_code == 302
    assert answer.location == "/reauth?next=/panel/export/person?flt_person%3D1"
    assert not office.events("export")


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_list_that_is_shut_is_shut_as_a_file(office: Office) -> None:
    reviewer, administrator = office.enter("reviewer"), office.enter("administrator")
    assert reviewer.get("/panel/export/event").status_code == 403
    assert reviewer.get("/panel/export/account").status_code == 403
    assert administrator.get("/panel/export/queue").status_code == 403
    assert reviewer.get("/panel/export/nothing").status_code == 404
    assert reviewer.get("/panel/export/request").status_code == 404
    assert reviewer.get("/panel/queue/export/csv").status_code == 404
    regional = office.enter("REGIONAL")
    assert "岑禾安" not in text_of(export(regional, "person"))
    assert "岑禾安" in text_of(export(reviewer, "person"))


@pytest.mark.parametrize("kind", ["sqlite"])
def test_one_matter_is_exported_with_each_field_before_and_after(office: Office) -> None:
    filed = office.world.filed("certificate_change")
    text = text_of(export(office.enter("reviewer"), "queue?flt_matter=certificate_change"))
    for item in filed.items:
        if not item.follows:
            assert f"{item.label}（前）" in text
            assert f"{item.label}（后）" in text
    unit = next(item for item in filed.items if item.path == "certificate.unit" and not item.follows)
    assert unit.before_text in text
    assert unit.after_text in text


@pytest.mark.parametrize("kind", ["sqlite"])
def test_numbers_that_are_to_change_hide_behind_the_mask_too(office: Office) -> None:
    filed = office.world.filed("identity_change")
    named = {item.path: item for item in filed.items if not item.follows}
    number = named["person.document_number"]
    masked = text_of(export(office.enter("reviewer"), "queue?flt_matter=identity_change"))
    assert number.before not in masked
    assert number.after not in masked
    full = text_of(export(office.enter("senior_reviewer"), "queue?flt_matter=identity_change", **FULL))
    assert number.before in full
    assert number.after in full
    [phone] = [item for item in office.world.filed("profile_change", office.world.stranger).items
               if item.path == "person.phone"]  # fmt: skip
    assert phone.after_text not in text_of(
        export(office.enter("reviewer"), "queue?flt_matter=profile_change")
    )


def add_people(office: Office, many: int) -> None:
    with transaction(office.world.session):
        office.world.session.execute(
            insert(Person), [{"document_number": f"X{at:08d}", "name": "岑远"} for at in range(many)]
        )


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_search_finds_every_row_for_a_file(office: Office) -> None:
    add_people(office, 1500)
    browser = office.enter("reviewer")
    assert "1500 条，全部导出" in browser.get("/panel/export/person?search=岑远").text
    assert len(text_of(export(browser, "person?search=岑远")).splitlines()) == 1501


def test_rows_are_read_as_the_file_goes_out(office: Office) -> None:
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
    made = sheets.write_csv(["行"], lines)
    assert len(next(made)) < 2 * sheets.CHUNK
    assert next(taken) < 10_000


@pytest.mark.parametrize("kind", ["sqlite"])
def test_more_than_excel_holds_is_refused_in_a_sentence(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "XLSX_ROWS", 2)
    browser = office.enter("reviewer")
    browser.get("/panel/export/person")
    form = {"csrf_token": browser.token, "kind": "xlsx", "column": ["name"]}
    answer = browser.client.post("/panel/export/person", data=form)
    assert answer.status_code == 400
    assert "请选 CSV" in answer.text


def test_a_broken_file_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def broken() -> Iterator[list[str]]:
        yield ["一"]
        raise RuntimeError("断了")

    with pytest.raises(RuntimeError, match="断了"):
        list(sheets.write_xlsx(["行"], broken()))
    assert not list(tmp_path.iterdir())
    assert b"".join(sheets.write_xlsx(["行"], [["一"]]))
    assert not list(tmp_path.iterdir())
