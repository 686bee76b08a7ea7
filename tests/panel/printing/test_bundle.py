"""All papers of a request as one PDF: its order, what it holds, limits and log."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from anguan.infra.transaction import transaction
from anguan.models import Attachment, ChangeRequest, DraftValue
from anguan.panel.printing import bundle, view
from anguan.services.requests.notes import add_note
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from tests.support.client import Browser
from tests.support.panel_client import Office


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite only: what is printed was read as other pages read it."""
    return str(request.param)


def download(browser: Browser, request: ChangeRequest) -> PdfReader:
    """The bundle as its page makes it."""
    page = f"/panel/requests/{request.id}/bundle"
    assert browser.get(page).status_code == 200
    answer = browser.client.post(f"{page}.pdf", data={"csrf_token": browser.token})
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    return PdfReader(BytesIO(answer.data))


def test_decision_form_documents_and_certificate_in_this_order(office: Office) -> None:
    scenario = office.scenario
    filed = scenario.filed("certificate_change")
    add_note(scenario.session, scenario.account("REVIEWER1"), filed.id, "只给同事看")
    scenario.decide(filed, "approve")
    drain(scenario.session, JobContext(scenario.storage, "http://127.0.0.1:5000"))
    papers = office.clients.all(Attachment, request_id=filed.id)
    read = download(office.enter("reviewer"), filed)
    titles = [str(one.title) for one in read.outline]
    assert titles[:2] == ["审核决定", "申请表"]
    assert titles[-1].startswith("电子证书第 ")
    assert len(titles) == 3 + len(papers)
    assert len(read.pages) >= 3 + sum(paper.file.pages for paper in papers)
    text = [page.extract_text() for page in read.pages]
    assert "审核决定" in text[0]
    assert "陆与行" in text[0]
    assert str(filed.number) in text[0]
    assert scenario.holder.login in text[1]
    assert scenario.certificate().number in text[-1]
    assert not [page for page in text if "只给同事看" in page]
    (event,) = office.events("download_bundle")
    assert (event.request_id, event.visible_to) == (filed.id, "audit")


def test_what_the_holder_types_after_a_return_is_not_printed(office: Office) -> None:
    scenario = office.scenario
    filed = scenario.filed("certificate_change")
    scenario.decide(filed, "return", remarks={"field:certificate.position": "请写全称"})
    with transaction(scenario.session) as session:
        session.query(DraftValue).filter_by(request_id=filed.id, name="certificate.position").update(
            {"typed": "还没有提交的职位"}
        )
    read = download(office.enter("auditor"), filed)
    text = "".join(page.extract_text() for page in read.pages)
    assert "还没有提交的职位" not in text
    assert "退回补正" in text
    assert not [one for one in read.outline if "电子证书" in str(one.title)]


def test_what_cannot_be_read_is_named_in_its_place(office: Office) -> None:
    scenario = office.scenario
    filed = scenario.filed("certificate_change")
    first, second = {
        row.file.sha256: row for row in office.clients.all(Attachment, request_id=filed.id)
    }.values()
    scenario.storage.path(first.file.sha256).write_bytes(b"other bytes")
    read = download(office.enter("reviewer"), filed)
    titles = [str(one.title) for one in read.outline]
    (lost,) = [title for title in titles if "（无法读取）" in title]
    text = [page.extract_text() for page in read.pages]
    (sheet,) = [page for page in text if "此材料无法读取" in page]
    assert lost.split("（")[0] in sheet
    assert "与上传时的校验值不一致" in sheet
    assert first.shown_name in sheet
    assert len(read.pages) == len(text) >= 3 + second.file.pages
    (event,) = office.events("download_bundle")
    assert event.sentence.endswith(f"，无法读取：{lost.removesuffix('（无法读取）')}")
    (damage,) = office.events("find_damage")
    assert (damage.request_id, damage.after) == (filed.id, first.file.sha256)


def test_too_many_pages_and_a_second_bundle_are_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = office.scenario.filed("certificate_change")
    browser, page = office.enter("reviewer"), f"/panel/requests/{filed.id}/bundle"
    with view._one:
        browser.get(page)
        assert browser.post(f"{page}.pdf").status_code == 302
        assert "正有别人在合成材料" in browser.get(page).text
    monkeypatch.setattr(bundle, "MOST_PAGES", 1)
    assert "一个 PDF 最多 1 页材料" in browser.get(page).text
    assert browser.post(f"{page}.pdf").status_code == 302
    assert office.events("download_bundle") == []
    with transaction(office.scenario.session) as session:
        session.get_one(ChangeRequest, filed.id).region = "590100"
    local = office.enter("REGIONAL")
    local.get("/panel/")
    assert local.get(page).status_code == 404
    assert local.post(f"{page}.pdf").status_code == 404
