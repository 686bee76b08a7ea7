"""The search box of the panel: what each way finds, for whom, by which index, and how many statements."""

import re

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from anguan.core.masks import mask_document, mask_phone
from anguan.extensions import db
from anguan.infra.transaction import transaction
from anguan.models import Certificate, Enterprise, Person, SearchKey
from anguan.panel.search.finding import SHOWN, ways_of
from anguan.panel.search.groups import GROUPS
from tests.support.client import Browser
from tests.support.factories import Scenario
from tests.support.hostile import HOSTILE
from tests.support.panel_client import Office
from tests.support.statements import counted

ODD = (
    *HOSTILE, "%", "_", "'", '"', "\\", "*", "岑*", "OR", "岑 OR 禾", "NEAR(岑 禾)", '"岑"', "a" * 5000,
    "岑" * 5000, "岑\x00禾", "\U0010ffff", "\ud800", "😀", " ", "\u3000", "^岑", "-岑", "岑:禾", "()", "（",
    "0", "9" * 5000,
)  # fmt: skip
MOST = 26
"""Statements of a search: login and settings of the page, one for all ways, and one for each kind found."""


def search(browser: Browser, typed: str) -> TestResponse:
    """The page that the box leads to."""
    if "/panel" not in browser.page:
        browser.get("/panel/")
    answer = browser.post("/panel/search/", q=typed)
    return browser.get(answer.location) if answer.status_code == 302 else answer


def groups(answer: TestResponse) -> list[str]:
    """Headings of the groups on the page."""
    assert answer.status_code == 200
    return re.findall(r"<h2>(.*?)</h2>", answer.text)


def details(row: Person | Certificate | Enterprise) -> str:
    """The link to a record of the register."""
    place = {"Person": "people", "Certificate": "certificates", "Enterprise": "enterprises"}
    return f'href="/panel/{place[type(row).__name__]}/details/?id={row.id}"'


def test_every_way_finds_its_records(office: Office) -> None:
    scenario = office.scenario
    filed = scenario.filed("certificate_change")
    person, certificate = filed.person, filed.certificate
    request, of_certificate = f'href="/panel/requests/{filed.id}"', details(certificate)
    links = (request, details(person), of_certificate)
    firm = scenario.firm(0)
    ways = {
        filed.number: (request,),
        filed.number.lower(): (request,),
        filed.number[-4:]: (request,),
        filed.number[-11:].replace("-", "－"): (request,),
        certificate.number: (of_certificate, request),
        certificate.number.lower(): (of_certificate, request),
        certificate.number[-6:]: (of_certificate,),
        certificate.number[:5]: (of_certificate,),
        person.document_number: links,
        f"{person.document_number[:6]} {person.document_number[6:]}": links,
        person.phone: links,
        f"+86 {person.phone[:3]} {person.phone[3:]}": links,
        "岑禾安": links,
        "岑": links,
        "禾": links,
        "禾安": links,
        "安": links,
        "⽲安": links,
        "禾\u200b安": links,
        firm.name: (details(firm), request),
        firm.name[2:4]: (details(firm), request),
        firm.name[-2:]: (details(firm),),
        firm.uscc.lower(): (details(firm),),
    }
    browser = office.enter("reviewer")
    for typed, wanted in ways.items():
        page = search(browser, typed).text
        assert [link for link in wanted if link not in page] == [], typed
    assert groups(search(browser, "没有这样的人")) == []
    assert "没有找到“没有这样的人”" in browser.page


def test_the_employer_finds_requests_without_a_certificate(office: Office) -> None:
    filed = office.scenario.filed("profile_change")
    assert filed.certificate_id is None
    page = search(office.enter("reviewer"), office.scenario.firm(0).name).text
    assert f'href="/panel/requests/{filed.id}"' in page


def test_brackets_and_case_of_names_do_not_matter(office: Office) -> None:
    firm = office.scenario.firm(0)
    with transaction(office.scenario.session):
        firm.name = "云水建工（集团）ABC有限公司"
    browser = office.enter("auditor")
    for typed in ("(集团)", "（集团）", "工（集", "abc有限", "ABC", "ａｂｃ"):
        assert details(firm) in search(browser, typed).text, typed


def test_an_earlier_name_still_finds_the_request_and_the_certificate(office: Office) -> None:
    filed = office.scenario.filed("profile_change")
    with transaction(office.scenario.session):
        filed.person.name = "新名字"
    browser = office.enter("reviewer")
    page = search(browser, "岑禾").text
    assert filed.number in page
    assert details(filed.person) not in page
    assert details(filed.person) in search(browser, "名字").text


def test_numbers_are_masked_and_stay_out_of_addresses(office: Office) -> None:
    person = office.scenario.holder.person
    with transaction(office.scenario.session):
        person.phone = "13900001234"
    browser = office.enter("administrator")
    for typed in (person.document_number, person.phone):
        browser.get("/panel/")
        answer = browser.post("/panel/search/", q=typed)
        assert answer.status_code == 200
        page = answer.text.replace(f'value="{typed}"', "")
        assert details(person) in page
        assert mask_document(person.document_number) in page
        assert mask_phone(person.phone) in page
        assert person.document_number not in page
        assert person.phone not in page
        answer = browser.get(f"/panel/search/?q={typed}")
        assert answer.status_code == 302
        assert typed not in answer.location


def test_a_part_of_a_document_number_or_telephone_finds_nobody(office: Office) -> None:
    person = office.scenario.holder.person
    browser = office.enter("reviewer")
    for typed in (
        person.document_number[:10],
        person.document_number[-6:-1],
        person.phone[:7],
        person.phone[2:],
    ):
        assert details(person) not in search(browser, typed).text, typed


@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        ("reviewer", ["申请", "人员", "证书"]),
        ("senior_reviewer", ["申请", "人员", "证书"]),
        ("auditor", ["申请", "人员", "证书"]),
        ("administrator", ["人员", "证书"]),
    ],
)
def test_each_role_finds_what_it_may_open(office: Office, role: str, wanted: list[str]) -> None:
    office.scenario.filed("profile_change")
    assert groups(search(office.enter(role), "岑禾安")) == wanted


def test_who_may_open_nothing_has_no_box(office: Office) -> None:
    browser = office.enter("exam_officer")
    assert "search-all" not in browser.get("/panel/").text
    assert browser.get("/panel/search/?q=岑").status_code == 403


def test_drafts_and_own_requests_are_not_found(office: Office) -> None:
    draft = office.scenario.begin("profile_change")
    own = office.scenario.filed("certificate_change")
    with transaction(office.scenario.session):
        own.filer_id = office.scenario.reviewer.id
    page = search(office.enter("reviewer"), "岑禾安").text
    assert f"/panel/requests/{draft.id}" not in page
    assert f"/panel/requests/{own.id}" not in page


def test_staff_of_a_region_find_only_their_region(office: Office) -> None:
    scenario = office.scenario
    filed = scenario.filed("certificate_change")
    certificate = filed.certificate
    here, there = scenario.firm(1), scenario.firm(0)
    browser = office.enter("REGIONAL")
    for typed in (
        "岑禾安",
        "岑",
        filed.number[-5:],
        certificate.number,
        filed.person.document_number,
        there.name,
    ):
        assert groups(search(browser, typed)) == [], typed
    assert details(here) in search(browser, here.name[:4]).text


def test_no_input_is_a_fault(office: Office) -> None:
    browser = office.enter("auditor")
    browser.get("/panel/")
    for typed in ODD:
        form = {"csrf_token": browser.token, "q": typed.encode("utf-8", "surrogatepass")}
        answer = browser.client.post("/panel/search/", data=form)
        if answer.status_code == 302:
            answer = browser.client.get(answer.location)
        assert answer.status_code in (200, 302, 400), typed


def test_a_long_list_says_that_there_is_more(office: Office) -> None:
    with transaction(office.scenario.session) as session:
        for place in range(SHOWN + 1):
            session.add(
                Person(document_number=f"P{place:08d}", document_type="passport", name=f"同名{place:02d}")
            )
    browser = office.enter("auditor")
    assert f"只列出前 {SHOWN} 条" in search(browser, "同名").text
    assert f"只列出前 {SHOWN} 条" not in search(browser, "同名03").text


def test_a_whole_name_comes_first(office: Office) -> None:
    with transaction(office.scenario.session) as session:
        for place, name in enumerate(("梅兰竹", "梅兰", "小梅兰竹")):
            session.add(Person(document_number=f"P{place:08d}", document_type="passport", name=name))
    page = search(office.enter("auditor"), "梅兰").text
    assert page.index(">梅兰<") < page.index(">梅兰竹<")


def keys(session: Session, kind: str, id: int) -> list[str]:
    """Search keys of a record."""
    mine = (SearchKey.kind == kind, SearchKey.record_id == id)
    return sorted(session.scalars(select(SearchKey.text).where(*mine)))


def test_the_keys_follow_every_write(scenario: Scenario) -> None:
    session = scenario.session
    with transaction(session):
        person = Person(document_number="P1", document_type="passport", name="甲乙")
        session.add(person)
        session.flush()
        id = person.id
        assert keys(session, "person", id) == ["乙", "甲乙"]
        session.execute(update(Person).where(Person.id == id).values(name="丙"))
        assert keys(session, "person", id) == ["丙"]
        session.execute(update(Person).where(Person.id == id).values(title="工程师"))
        assert keys(session, "person", id) == ["丙"]
        session.execute(delete(Person).where(Person.id == id))
        assert keys(session, "person", id) == []
    filed = scenario.begin("profile_change")
    assert keys(session, "request", filed.id) == []
    scenario.fill(filed)
    scenario.submit(filed)
    assert keys(session, "request", filed.id) == [filed.number[::-1]]


@pytest.mark.parametrize("typed", ["岑", "禾安", "2026", "13800000001", "云水安B20260000001"])
@pytest.mark.parametrize("region", [None, "590100"])
def test_no_table_is_scanned(scenario: Scenario, typed: str, region: str | None) -> None:
    who = scenario.reviewer
    who.region = region
    query = ways_of(GROUPS, typed, who)  # type: ignore[arg-type]  # an account has what a scope asks for
    sql = query.compile(scenario.engine, compile_kwargs={"literal_binds": True}).string
    with scenario.engine.connect() as connection:
        if scenario.engine.dialect.name == "sqlite":
            plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
            scanned = [line for line in plan if line.startswith("SCAN") and "(subquery" not in line]
            scanned = [line for line in scanned if not re.match(r"SCAN (anon_\d+|CONSTANT ROW)", line)]
        else:
            # in tables this small the planner would rather read everything
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            plan = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {sql.replace('%', '%%')}")]
            scanned = [line for line in plan if "Seq Scan" in line]
    assert any("search_key" in line for line in plan)
    assert scanned == [], plan


def test_statements_of_a_search(office: Office) -> None:
    office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get("/panel/search/?q=岑")
    with office.clients.app.app_context():
        engine = db.engine
    with counted(engine) as statements:
        assert groups(browser.get("/panel/search/?q=岑禾安")) == ["申请", "人员", "证书"]
    assert len(statements) <= MOST, statements


def test_every_page_of_the_panel_has_the_box(office: Office) -> None:
    filed = office.scenario.filed("profile_change").id
    browser = office.enter("reviewer")
    for path in (
        "/panel/",
        "/panel/queue/",
        "/panel/people/",
        "/panel/statistics/",
        f"/panel/requests/{filed}",
    ):
        assert 'id="search-all"' in browser.get(path).text, path
