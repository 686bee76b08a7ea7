"""Requests that the office files: who may file and decide them, and their effect on the pages."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.matters import catalog
from anguan.models import Attachment, Certificate, ChangeRequest, Enterprise, LoginSession, Notice, Recusal
from anguan.services.review.review_view import round_items
from tests.support.client import Browser
from tests.support.factories import open_scenario
from tests.support.office_data import picture
from tests.support.panel_client import Office, export, open_office

OWN = [matter for matter in catalog.CATALOG if matter.filed_by == "office"]
SUSPEND = {
    "certificate.status": "suspended",
    "certificate.status_reason": "云水安罚〔2026〕1号，事故调查期间",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """SQLite only: tests.matters tests these matters on both databases."""
    with open_scenario("sqlite") as scenario, open_office(scenario, tmp_path) as opened:
        yield opened


def begin(browser: Browser, code: str, **about: int) -> str:
    """Start a matter from the page of a record; returns the URL of the draft."""
    view = "certificates" if "certificate" in about else "people"
    page = browser.get(f"/panel/{view}/details/?id={next(iter(about.values()))}")
    assert f"/panel/filing/start/{code}" in page.text
    began = browser.post(f"/panel/filing/start/{code}", save="1", **about)
    assert began.status_code == 302, began.text
    return str(began.location).removesuffix("/edit")


def send(browser: Browser, address: str, paper: str = "", data: bytes = b"", **typed: str) -> object:
    """Send the form, with a document if `paper` names its material."""
    browser.get(f"{address}/edit")
    files = {f"paper.{paper}": (io.BytesIO(data or picture()), "决定书.jpg")} if paper else {}
    form = {"csrf_token": browser.token, "go": "1", **typed, **files}
    return browser._seen(
        browser.client.post(f"{address}/edit", data=form, environ_base={"REMOTE_ADDR": browser.address})
    )


def submit(browser: Browser, address: str, **form: str) -> object:
    """Open the confirm page and submit it (核对并提交)."""
    page = browser.get(f"{address}/check").text
    hidden = dict(re.findall(r'name="(key|seen)" value="([^"]+)"', page))
    return browser.post(f"{address}/submit", **({"promise": "1"} | hidden | form))


def suspend(office: Office, browser: Browser) -> ChangeRequest:
    """File a suspension by page; returns the request."""
    address = begin(browser, "certificate_sanction", certificate=office.scenario.certificate().id)
    assert send(browser, address, "document", **SUSPEND).location.endswith("/check")
    assert submit(browser, address).status_code == 302
    return office.read(int(address.rpartition("/")[2]))


def test_a_form_without_decision_makes_no_rule_fail(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    clerk = office.enter("CLERK")
    address = begin(clerk, "certificate_sanction", certificate=office.scenario.certificate().id)
    send(clerk, address, "document", **(SUSPEND | {"certificate.status": ""}))
    assert not [record for record in caplog.records if record.name == "anguan.rules"]


def test_a_suspension_from_the_button_to_the_red_banner(office: Office) -> None:
    scenario = office.scenario
    filed = suspend(office, office.enter("CLERK"))
    assert filed.state == "submitted"
    assert filed.number.startswith("CL")
    holder = office.clients.browser("192.0.2.9")
    holder.log_in(office.clients.give_password(scenario.holder))
    page = f"/my/certificates/{scenario.certificate().id}"
    assert "事故调查期间" not in holder.get(page).text

    mine = office.enter("CLERK")
    assert filed.number in mine.get("/panel/filing/").text
    assert filed.number not in mine.get("/panel/queue/").text
    assert mine.get(f"/panel/requests/{filed.id}").status_code == 404
    assert mine.post(f"/panel/requests/{filed.id}/decide", verdict="approve").status_code == 404
    other = office.enter("reviewer")
    assert other.get(f"/panel/filing/{filed.id}").status_code == 404
    assert filed.number in other.get("/panel/queue/").text
    assert "第 1 步，共 2 步" in other.get(f"/panel/requests/{filed.id}").text

    number, name = scenario.certificate().number, scenario.certificate().holder_name
    scenario.approve(filed)
    page = holder.get(page).text
    assert "暂扣" in page
    assert "事故调查期间" in page
    assert str(clock.today()) in page
    told = select(func.count()).where(Notice.account_id == scenario.holder.id, Notice.title == "证书暂扣通知")
    assert scenario.session.scalar(told)
    shown = holder.get("/check", query_string={"number": number, "name": name}, follow_redirects=True).text
    assert "暂扣" in shown
    assert "verdict--bad" in shown
    mine = mine.get(f"/panel/filing/{filed.id}").text
    assert "已通过" in mine
    assert "已生效" in mine


def test_a_correction_of_a_person_keeps_what_is_hidden_and_reaches_the_certificates(office: Office) -> None:
    scenario = office.scenario
    browser = office.enter("CLERK")
    person = scenario.holder.person_id
    number = scenario.holder.login
    address = begin(browser, "person_correction", person=person)
    form = browser.get(f"{address}/edit").text
    assert number not in form
    assert "13800000000" not in form
    wrong = send(browser, address, "ground", data=b"%PDF-1.4 nothing", **{"person.name": "岑禾庵"})
    assert wrong.status_code == 422
    assert "岑禾庵" in wrong.text
    assert "决定书.jpg" in wrong.text
    empty = {"person.document_number": "", "person.phone": "", "person.document_type": "resident"}
    assert send(browser, address, "ground", **{"person.name": "岑禾庵"}, **empty).location.endswith("/check")
    check = browser.get(f"{address}/check").text
    assert "同时更新" in check
    assert submit(browser, address, promise="").status_code == 422
    done = submit(browser, address)
    assert done.status_code == 302
    again = browser.post(f"{address}/submit", promise="1", key="0" * 20, seen="x")
    assert again.status_code == 302
    filed = office.read(int(address.rpartition("/")[2]))
    changed = {item.path for item in round_items(filed) if item.changed and not item.mirror_of}
    assert changed == {"person.name"}
    scenario.approve(filed)
    names = scenario.session.scalars(select(Certificate.holder_name).where(Certificate.person_id == person))
    assert set(names) == {"岑禾庵"}


def test_who_may_file_and_about_whom(office: Office) -> None:
    scenario = office.scenario
    certificate = scenario.certificate().id
    for role in ("administrator", "auditor"):
        browser = office.enter(role)
        page = browser.get(f"/panel/certificates/details/?id={certificate}").text
        assert "/panel/filing/start/" not in page
        assert "我发起的" not in page
        assert (
            browser.post("/panel/filing/start/certificate_sanction", certificate=certificate).status_code
            == 403
        )
        assert browser.get("/panel/filing/").status_code == 403
    elsewhere = office.enter("REGIONAL")
    elsewhere.get("/panel/filing/")
    for code, about in (
        ("certificate_sanction", {"certificate": certificate}),
        ("person_correction", {"person": scenario.holder.person_id}),
    ):
        assert elsewhere.post(f"/panel/filing/start/{code}", **about).status_code == 404
    clerk = office.enter("CLERK")
    clerk.get("/panel/filing/")
    assert clerk.post("/panel/filing/start/certificate_renewal", certificate=certificate).status_code == 404
    assert clerk.post("/panel/filing/start/person_correction", certificate=certificate).status_code == 404
    assert clerk.post("/panel/filing/start/certificate_sanction", certificate=10**6).status_code == 404
    with transaction(scenario.session):
        scenario.certificate(scenario.stranger).status = "cancelled"
    page = clerk.get(f"/panel/certificates/details/?id={scenario.certificate(scenario.stranger).id}").text
    assert "证书已注销，不能再处理" in page
    assert "/panel/filing/start/certificate_sanction" not in page
    with transaction(scenario.session):
        firm = scenario.session.scalars(select(Enterprise.id)).first()
        scenario.session.add(Recusal(account_id=scenario.clerk.id, enterprise_id=firm, why="曾任职"))
    page = clerk.get(f"/panel/certificates/details/?id={certificate}").text
    assert "由其他人员办理" in page
    assert "/panel/filing/start/" not in page
    assert clerk.post("/panel/filing/start/certificate_sanction", certificate=certificate).status_code == 302
    assert scenario.session.scalar(select(func.count(ChangeRequest.id))) == 0


def test_the_same_form_twice_and_two_windows_make_one_request(office: Office) -> None:
    browser = office.enter("CLERK")
    certificate = office.scenario.certificate().id
    address = begin(browser, "certificate_sanction", certificate=certificate)
    assert (
        browser.post("/panel/filing/start/certificate_sanction", certificate=certificate, save="1").location
        == f"{address}/edit"
    )
    send(browser, address, "document", **SUSPEND)
    page = browser.get(f"{address}/check").text
    hidden = dict(re.findall(r'name="(key|seen)" value="([^"]+)"', page))
    stale = browser.post(f"{address}/submit", promise="1", **hidden | {"seen": "0"})
    assert stale.status_code == 409
    assert "别的窗口" in stale.text
    first = browser.post(f"{address}/submit", promise="1", **hidden)
    second = browser.post(f"{address}/submit", promise="1", **hidden)
    assert (first.status_code, second.status_code) == (302, 302)
    assert len(office.events("submit")) == 1
    assert "受理编号" in browser.get(first.location).text


def test_discarding_and_the_documents(office: Office) -> None:
    browser = office.enter("CLERK")
    filed = suspend(office, browser)
    address = f"/panel/filing/{filed.id}"
    assert browser.get(f"{address}/edit").location.endswith(address)
    paper = office.clients.all(Attachment, request_id=filed.id)[-1]
    assert browser.get(f"{address}/file/{paper.id}").mimetype == "image/jpeg"
    assert office.events("download_paper")
    browser.get(address)
    assert browser.post(f"{address}/revise").location.endswith("/edit")
    assert "云水安罚" in browser.get(f"{address}/edit").text
    assert submit(browser, address).status_code == 302
    browser.post(f"{address}/withdraw")
    assert office.read(filed).state == "withdrawn"
    draft = begin(browser, "certificate_correction", certificate=office.scenario.certificate().id)
    browser.post(f"{draft}/discard")
    assert "草稿已删除" in browser.get("/panel/filing/").text


def test_a_sanction_asks_for_the_password_again(office: Office) -> None:
    browser = office.enter("CLERK")
    address = begin(browser, "certificate_sanction", certificate=office.scenario.certificate().id)
    send(browser, address, "document", **SUSPEND)
    page = browser.get(f"{address}/check").text
    hidden = dict(re.findall(r'name="(key|seen)" value="([^"]+)"', page))
    with transaction(office.scenario.session):
        for row in office.scenario.session.scalars(select(LoginSession)):
            row.proved_at = clock.now() - timedelta(hours=1)
    assert "/reauth" in browser.get(f"{address}/check").location
    assert "/reauth" in browser.post(f"{address}/submit", promise="1", **hidden).location
    assert office.read(int(address.rpartition("/")[2])).state == "draft"


@pytest.mark.parametrize("matter", OWN, ids=lambda matter: matter.code)
def test_the_form_shows_each_label_and_value_and_the_export_has_each_column(
    office: Office, matter: object
) -> None:
    filed = office.scenario.filed(matter)
    items = [item for item in round_items(filed) if not item.mirror_of]
    id = filed.id
    pdf = office.enter("CLERK").get(f"/panel/filing/{id}/form.pdf", buffered=True).data
    words = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))
    for item in items:
        assert re.sub(r"\s", "", item.label) in words, item.label
        if item.changed:
            assert re.sub(r"\s", "", item.after_text) in words, item.path
    for step in matter.steps:
        assert f"{step.title}意见" in words
    assert office.events("print_form")
    heads = (
        export(office.enter("reviewer"), f"queue?flt_matter={matter.code}")
        .decode("utf-8-sig")
        .splitlines()[0]
    )
    for item in items:
        assert item.label in heads, item.label


def test_looking_makes_no_draft_and_a_draft_can_be_discarded(office: Office) -> None:
    scenario = office.scenario
    browser = office.enter("CLERK")

    def drafts() -> list[ChangeRequest]:
        return office.clients.all(ChangeRequest, state="draft")

    for code, about in (
        ("certificate_sanction", {"certificate": scenario.certificate().id}),
        ("certificate_correction", {"certificate": scenario.certificate().id}),
        ("person_correction", {"person": scenario.holder.person_id}),
    ):
        start = f"/panel/filing/start/{code}"
        page = browser.get(start, query_string=about)
        assert page.status_code == 200, code
        assert "删除草稿" not in page.text
        query = "&".join(f"{name}={value}" for name, value in about.items())
        assert f'action="{start}?{query}"' in page.text
        assert browser.post(f"{start}?{query}").location == f"{start}?{query}"
        assert not drafts()
        saved = browser.post(f"{start}?{query}", save="1")
        (draft,) = drafts()
        assert saved.location == f"/panel/filing/{draft.id}/edit"
        assert browser.get(start, query_string=about).location == saved.location
        assert "删除草稿" in browser.get(saved.location).text
        assert browser.post(f"/panel/filing/{draft.id}/discard").status_code == 302
        assert office.read(draft.id).state == "lapsed"


def test_typed_text_is_kept_by_the_first_save(office: Office) -> None:
    browser = office.enter("CLERK")
    start = f"/panel/filing/start/person_correction?person={office.scenario.holder.person_id}"
    browser.get(start)
    saved = browser.post(start, save="1", **{"person.name": "岑禾庵"})
    assert "岑禾庵" in browser.get(saved.location).text
