"""Lists of the panel: search that an index answers, filters, pages, regions, files that calculate nothing."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, select

from anguan.ledger.transaction import transaction
from anguan.models import Certificate, ChangeRequest, Enterprise, Person
from tests.door import see_red
from tests.office import Office, open_office
from tests.world import World

LISTS = (
    "/panel/queue/",
    "/panel/done/",
    "/panel/people/",
    "/panel/firms/",
    "/panel/certificates/",
    "/panel/sheets/",
    "/panel/training/",
    "/panel/insurance/",
    "/panel/constructors/",
)
ODD = (
    "%",
    "_",
    "'",
    '"',
    "\\",
    "=1+1",
    "^岑",
    "岑%",
    "a" * 5000,
    "\U0010ffff",
    "😀",
    "0x1F",
    "岑\x00安禾",
)
FORMULAS = ("=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "＝1", "\t=1", "|cmd")


@pytest.fixture
def office(world: World, tmp_path: Path) -> Iterator[Office]:
    with open_office(world, tmp_path) as opened:
        yield opened


def test_search_by_number_name_and_document(office: Office) -> None:
    filed = office.world.filed("certificate_change")
    other = office.world.filed("profile_change", office.world.stranger)
    browser = office.enter("reviewer")
    assert filed.number in browser.get(f"/panel/queue/?search={filed.number.lower()}").text
    found = browser.get("/panel/queue/?search=岑禾").text
    assert filed.number in found
    assert other.number not in found
    assert filed.number not in browser.get("/panel/queue/?search=禾安").text
    answer = browser.post(
        "/panel/queue/find", search=f" {filed.person.document_number[:6]} {filed.person.document_number[6:]}"
    )
    assert answer.status_code == 302
    assert filed.person.document_number not in answer.location
    found = browser.get(answer.location).text
    assert filed.number in found
    assert other.number not in found
    answer = browser.post("/panel/queue/find", search="590101198001010013")
    assert "590101" not in answer.location
    assert "没有找到这个证件号码" in browser.get(answer.location).text


def test_odd_words_find_nothing_and_break_nothing(office: Office) -> None:
    browser = office.enter("reviewer")
    for path in ("/panel/queue/", "/panel/people/", "/panel/certificates/"):
        for odd in ODD:
            answer = browser.get(path, query_string={"search": odd})
            assert answer.status_code == 200, odd
            assert "岑禾安" not in answer.text, odd
            assert browser.post(f"{path}find", search=odd).status_code == 302, odd


def test_a_search_never_compares_by_like(office: Office) -> None:
    browser = office.enter("reviewer")
    said: list[str] = []
    with office.door.app.app_context():
        event.listen(
            office.world.engine.__class__, "before_cursor_execute", lambda *args: said.append(args[2])
        )
    for path in ("/panel/queue/", "/panel/people/", "/panel/firms/", "/panel/certificates/"):
        browser.get(f"{path}?search=岑禾")
    assert said
    assert not [sql for sql in said if " LIKE " in sql.upper()]


def test_pages_end_somewhere(office: Office) -> None:
    browser = office.enter("reviewer")
    for path in LISTS:
        assert browser.get(f"{path}?page={'9' * 30}").status_code == 404, path
        assert browser.get(f"{path}?page=-1").status_code == 404, path
        assert browser.get(f"{path}?page=4000").status_code == 200, path
        assert browser.get(f"{path}?page_size=7&page=x&sort=99&desc=2").status_code == 200, path
        odd = "endpoint=x&name=y&values=z&export_type=csv&_external=1&_anchor=a&self=b&url=//evil.example"
        page = browser.get(f"{path}?{odd}")
        assert page.status_code == 200, path
        assert 'href="//evil' not in page.text


def test_filters_narrow_and_unknown_values_are_refused(office: Office) -> None:
    filed = office.world.filed("certificate_change")
    browser = office.enter("reviewer")
    assert filed.number in browser.get("/panel/queue/?flt_matter=certificate_change&flt_kind=B").text
    assert filed.number not in browser.get("/panel/queue/?flt_matter=certificate_renewal").text
    assert filed.number not in browser.get("/panel/queue/?flt_kind=C").text
    assert filed.number not in browser.get("/panel/queue/?flt_due=overdue").text
    assert browser.get("/panel/queue/?flt_matter=x' OR 1=1").status_code == 404
    assert browser.get("/panel/queue/?flt_person=99999999999999999999").status_code == 200


def test_done_lists_what_was_decided(office: Office) -> None:
    filed = office.world.filed("certificate_change")
    browser = office.enter("reviewer")
    assert filed.number not in browser.get("/panel/done/").text
    office.world.decide(filed, "reject", opinion="材料不全")
    assert filed.number in browser.get("/panel/done/?flt_mine=me&flt_state=rejected").text
    assert filed.number not in browser.get("/panel/queue/").text


def test_staff_of_a_region_see_their_region(office: Office) -> None:
    office.world.filed("certificate_change")
    browser = office.enter("REGIONAL")
    for path in LISTS:
        assert "岑禾安" not in browser.get(path).text, path
    certificate = office.door.all(Certificate)[0]
    person = office.door.all(Person)[0]
    firm = office.world.firm(0)
    for path in (
        f"/panel/certificates/details/?id={certificate.id}",
        f"/panel/people/details/?id={person.id}",
        f"/panel/firms/details/?id={firm.id}",
    ):
        assert browser.get(path).status_code == 404
    assert firm.name not in browser.get("/panel/firms/").text
    assert office.world.firm(1).name in browser.get("/panel/firms/").text


def test_exports_carry_text_only_and_mask_numbers(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.world.filed("certificate_change")
    with transaction(office.world.session):
        row = office.world.session.scalars(select(ChangeRequest)).one()
        row.applicant_name = FORMULAS[0]
        number = row.person.document_number
    browser = office.enter("reviewer")

    def promise() -> None:
        data = browser.client.get("/panel/queue/export/csv").data
        assert data.startswith(b"\xef\xbb\xbf")
        assert '"\'=HYPERLINK(1)"' in data.decode("utf-8-sig")
        assert number not in data.decode("utf-8-sig")

    see_red(monkeypatch, "export_formulas", promise)
    book = load_workbook(io.BytesIO(browser.client.get("/panel/queue/export/xlsx").data))
    cells = [cell for line in book.active.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.data_type == "f" or isinstance(cell.value, int | float)]
    assert office.events("export")
    assert browser.get("/panel/queue/export/json").status_code == 404


def test_no_word_of_an_applicant_calculates(office: Office) -> None:
    browser = office.enter("auditor")
    for formula in FORMULAS:
        with transaction(office.world.session):
            office.world.session.scalars(select(Enterprise)).first().name = formula
        text = browser.client.get("/panel/firms/export/csv").data.decode("utf-8-sig")
        assert f"\"'{formula}" in text


def test_one_matter_is_exported_with_each_field_before_and_after(office: Office) -> None:
    filed = office.world.filed("certificate_change")
    data = office.enter("reviewer").client.get("/panel/queue/export/csv?flt_matter=certificate_change").data
    text = data.decode("utf-8-sig")
    for item in filed.items:
        if not item.follows:
            assert f"{item.label}（前）" in text
            assert f"{item.label}（后）" in text
    unit = next(item for item in filed.items if item.path == "certificate.unit" and not item.follows)
    assert unit.before_text in text
    assert unit.after_text in text


def test_records_show_history_and_hide_numbers(office: Office) -> None:
    filed = office.world.filed("certificate_change")
    office.world.decide(filed, "approve")
    browser = office.enter("reviewer")
    person = office.door.all(Person, id=filed.person_id)[0]
    page = browser.get(f"/panel/people/details/?id={person.id}").text
    assert filed.number in page
    assert person.document_number not in page
    assert person.phone not in page
    shown = browser.post(f"/panel/people/{person.id}/reveal", purpose="compare")
    assert person.document_number in shown.text
    assert len(office.events("reveal")) == 1
    page = browser.get(f"/panel/certificates/details/?id={filed.certificate_id}").text
    assert "第 1 版" in page
