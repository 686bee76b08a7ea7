"""Lists of the panel: indexed search, filters, pagination, regions."""

from sqlalchemy import event

from anguan.models import Certificate, Person
from tests.support.panel_client import Office

LISTS = (
    "/panel/queue/",
    "/panel/done/",
    "/panel/people/",
    "/panel/enterprises/",
    "/panel/certificates/",
    "/panel/certificate-jobs/",
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


def test_search_by_number_name_and_document(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    other = office.scenario.filed("profile_change", office.scenario.stranger)
    browser = office.enter("reviewer")
    assert filed.number in browser.get(f"/panel/queue/?search={filed.number.lower()}").text
    found = browser.get("/panel/queue/?search=岑禾").text
    assert filed.number in found
    assert other.number not in found
    assert filed.number in browser.get("/panel/queue/?search=禾安").text
    for path in ("people", "certificates"):
        assert "岑禾安" in browser.get(f"/panel/{path}/?search=禾").text
    assert "示例甲" in browser.get("/panel/enterprises/?search=甲水电").text
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


def test_odd_search_terms_find_nothing_and_cause_no_error(office: Office) -> None:
    browser = office.enter("reviewer")
    for path in ("/panel/queue/", "/panel/people/", "/panel/certificates/"):
        for odd in ODD:
            answer = browser.get(path, query_string={"search": odd})
            nul = "\x00" in odd
            assert answer.status_code == (400 if nul else 200), odd
            assert "岑禾安" not in answer.text, odd
            assert browser.post(f"{path}find", search=odd).status_code == (400 if nul else 302), odd


def test_a_search_never_uses_like(office: Office) -> None:
    browser = office.enter("reviewer")
    said: list[str] = []
    with office.clients.app.app_context():
        event.listen(
            office.scenario.engine.__class__, "before_cursor_execute", lambda *args: said.append(args[2])
        )
    for path in ("/panel/queue/", "/panel/people/", "/panel/enterprises/", "/panel/certificates/"):
        browser.get(f"{path}?search=岑禾")
    assert said
    assert not [sql for sql in said if " LIKE " in sql.upper()]


def test_page_numbers_are_limited(office: Office) -> None:
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
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    assert filed.number in browser.get("/panel/queue/?flt_matter=certificate_change&flt_kind=B").text
    assert filed.number not in browser.get("/panel/queue/?flt_matter=certificate_renewal").text
    assert filed.number not in browser.get("/panel/queue/?flt_kind=C").text
    assert filed.number not in browser.get("/panel/queue/?flt_due=overdue").text
    assert browser.get("/panel/queue/?flt_matter=x' OR 1=1").status_code == 404
    assert browser.get("/panel/queue/?flt_person=99999999999999999999").status_code == 200


def test_done_lists_what_was_decided(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    assert filed.number not in browser.get("/panel/done/").text
    office.scenario.decide(filed, "reject", opinion="材料不全")
    assert filed.number in browser.get("/panel/done/?flt_mine=me&flt_state=rejected").text
    assert filed.number not in browser.get("/panel/queue/").text


def test_staff_of_a_region_see_their_region(office: Office) -> None:
    office.scenario.filed("certificate_change")
    browser = office.enter("REGIONAL")
    for path in LISTS:
        assert "岑禾安" not in browser.get(path).text, path
    certificate = office.clients.all(Certificate)[0]
    person = office.clients.all(Person)[0]
    firm = office.scenario.firm(0)
    for path in (
        f"/panel/certificates/details/?id={certificate.id}",
        f"/panel/people/details/?id={person.id}",
        f"/panel/enterprises/details/?id={firm.id}",
    ):
        assert browser.get(path).status_code == 404
    assert firm.name not in browser.get("/panel/enterprises/").text
    assert office.scenario.firm(1).name in browser.get("/panel/enterprises/").text


def test_records_show_history_and_hide_numbers(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    office.scenario.decide(filed, "approve")
    browser = office.enter("reviewer")
    person = office.clients.all(Person, id=filed.person_id)[0]
    page = browser.get(f"/panel/people/details/?id={person.id}").text
    assert filed.number in page
    assert person.document_number not in page
    assert person.phone not in page
    shown = browser.post(f"/panel/people/{person.id}/reveal", purpose="compare")
    assert person.document_number in shown.text
    assert len(office.events("reveal")) == 1
    page = browser.get(f"/panel/certificates/details/?id={filed.certificate_id}").text
    assert "第 1 版" in page
