"""The review page of a request: contents, reads that it logs, and decisions on the state that was shown."""

from html import unescape

import pytest
from sqlalchemy import update

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import (
    Attachment,
    ChangeRequest,
    Decision,
    Person,
    Reason,
    RequestNote,
    StoredFile,
    Training,
)
from anguan.services.review import claims
from anguan.web.template_context import format_moment
from tests.support.panel_client import Office, form_of

HOSTILE = '"><script>alert(1)</script>{{7*7}}'


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite only: tests.services.review tests decisions on both databases."""
    return str(request.param)


def url_of(request: ChangeRequest | int, more: str = "") -> str:
    return f"/panel/requests/{request if isinstance(request, int) else request.id}{more}"


def test_the_page_shows_changes_and_every_document(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    page = office.enter("reviewer").get(url_of(filed)).text
    for item in filed.items:
        if item.changed and not item.mirror_of and not item.path.endswith(("photo", "document_number")):
            assert item.label in page
    assert "<ins>" in page
    assert "<del>" in page
    assert "同时更新：" in page
    for attachment in office.clients.all(Attachment, request_id=filed.id):
        assert url_of(filed, f"/file/{attachment.id}") in page
    assert filed.person.document_number not in page


def test_documents_are_served_under_their_names_to_those_who_may_read_them(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    first = office.clients.all(Attachment, request_id=filed.id)[0]
    answer = office.enter("reviewer").client.get(url_of(filed, f"/file/{first.id}"))
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    answer.headers["Content-Disposition"].encode("latin-1")
    assert office.enter("administrator").get(url_of(filed, f"/file/{first.id}")).status_code == 403
    assert office.enter("REGIONAL").get(url_of(filed, f"/file/{first.id}")).status_code == 404


def test_a_document_of_another_request_is_not_found(office: Office) -> None:
    mine = office.scenario.filed("certificate_change")
    other = office.scenario.filed("profile_change", office.scenario.stranger)
    paper = office.clients.all(Attachment, request_id=other.id)[0]
    assert office.enter("reviewer").get(url_of(mine, f"/file/{paper.id}")).status_code == 404


def test_a_missing_file_is_reported(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    first = office.clients.all(Attachment, request_id=filed.id)[0]
    with transaction(office.scenario.session):
        office.scenario.session.get_one(StoredFile, first.file_id).sha256 = "0" * 64
    answer = office.enter("reviewer").get(url_of(filed, f"/file/{first.id}"))
    assert answer.status_code == 410
    assert "已经损坏或丢失" in answer.text


def test_the_first_view_in_a_round_is_logged_once(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get(url_of(filed))
    browser.get(url_of(filed))
    assert len(office.events("open_request")) == 1
    office.enter("auditor").get(url_of(filed))
    assert len(office.events("open_request")) == 1
    assert len(office.events("read_request")) == 1


def test_the_full_number_needs_a_purpose_and_is_logged(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    number = filed.person.document_number
    browser = office.enter("reviewer")
    assert number not in browser.get(url_of(filed)).text
    assert browser.post(url_of(filed, "/reveal")).status_code == 400
    assert not office.events("reveal")
    shown = browser.post(url_of(filed, "/reveal"), purpose="call")
    assert f"{number[:6]} {number[6:14]} {number[14:]}" in shown.text
    (event,) = office.events("reveal")
    assert "电话联系" in event.sentence
    assert event.visible_to == "audit"
    assert number not in browser.get(url_of(filed)).text


def test_approval_of_the_state_that_was_shown(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get(url_of(filed))
    answer = browser.post(url_of(filed, "/decide"), verdict="approve", **form_of(browser))
    assert answer.status_code == 302
    assert office.read(filed).state == "approved"


def test_return_item_by_item_with_saved_reasons(office: Office) -> None:
    with transaction(office.scenario.session):
        office.scenario.session.add(
            Reason(
                code="seal",
                items=("paper:application",),
                sentence="申请表没有盖章",
                remedy="请盖章后重新上传。",
            )
        )
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get(url_of(filed))
    form = form_of(browser) | {
        "item": ["paper:application", "field:certificate.title"],
        "reason.paper:application": "seal",
        "remark.field:certificate.title": "职称证书上是助理工程师",
    }
    assert browser.post(url_of(filed, "/decide"), verdict="return", **form).status_code == 302
    assert office.read(filed).state == "returned"
    (decision,) = office.clients.all(Decision, request_id=filed.id)
    said = {remark.item: remark.sentence for remark in decision.remarks}
    assert said["paper:application"] == "申请表没有盖章。请盖章后重新上传"
    assert said["field:certificate.title"] == "职称证书上是助理工程师"


def test_a_ticked_item_without_a_sentence_keeps_the_rest(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get(url_of(filed))
    form = form_of(browser) | {
        "item": ["paper:application", "paper:employment"],
        "remark.paper:employment": "缺第二页",
        "note": "其余都对",
    }
    answer = browser.post(url_of(filed, "/decide"), verdict="return", **form)
    assert answer.status_code == 400
    assert "请选择理由或写明怎样补正" in answer.text
    assert "缺第二页" in answer.text
    assert "其余都对" in answer.text
    assert office.read(filed).state == "submitted"


def test_rejection_needs_a_reason(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get(url_of(filed))
    seen = form_of(browser)
    answer = browser.post(url_of(filed, "/decide"), verdict="reject", **seen)
    assert answer.status_code == 400
    assert "不通过的原因" in answer.text
    assert (
        browser.post(url_of(filed, "/decide"), verdict="reject", opinion="材料虚假", **seen).status_code
        == 302
    )
    assert office.read(filed).decisions[-1].opinion == "材料虚假"


def test_what_changed_since_the_page_was_opened_is_not_decided(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get(url_of(filed))
    seen = form_of(browser)
    with transaction(office.scenario.session):
        office.scenario.session.get_one(Person, filed.person_id).title = "高级工程师"
        office.scenario.certificate().title = "助理工程师"
    answer = browser.post(url_of(filed, "/decide"), verdict="approve", **seen)
    assert answer.status_code == 409
    for words in ("没有作出决定", "原值", "申请值", "当前值", "助理工程师", "按现在的登记重新核对"):
        assert words in answer.text
    assert office.read(filed).state == "submitted"
    browser.get(url_of(filed))
    assert "对照原值、申请值和当前值" in browser.page
    browser.get(url_of(filed, "/compare"))
    version = str(office.read(filed).version)
    assert browser.post(url_of(filed, "/reread"), seen_version=version).status_code == 302
    browser.get(url_of(filed))
    answer = browser.post(url_of(filed, "/decide"), verdict="approve", **form_of(browser))
    assert answer.status_code == 302
    assert office.read(filed).state == "approved"


def test_a_conflict_with_the_register_is_returned_to_the_applicant(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    with transaction(office.scenario.session):
        office.scenario.certificate().title = "助理工程师"
        office.scenario.certificate().position = ""
        office.scenario.session.get_one(Person, filed.person_id).gender = "female"
    browser = office.enter("reviewer")
    page = unescape(browser.get(url_of(filed, "/compare")).text)
    assert f'href="{url_of(filed)}#return"' in page
    asked = "您提交以后，登记变为“助理工程师”。请核对：仍要改的，请说明并附材料；不用改的，请照登记填写。"
    assert f"技术职称：{asked}" in page
    assert "职位：您提交以后，登记清空了。" in page
    for advice in ("退回补正，请本人说明", "登记未变，按申请值"):
        assert advice in page
    page = unescape(browser.get(url_of(filed)).text)
    assert 'name="item" value="field:certificate.title" checked' in page
    assert f'name="remark.field:certificate.title" value="{asked}"' in page
    assert 'name="item" value="field:certificate.unit" checked' not in page


def test_a_second_decision_is_refused_with_who_was_first(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    first, second = office.enter("reviewer"), office.enter("REVIEWER2")
    first.get(url_of(filed))
    second.get(url_of(filed))
    seen = form_of(second)
    first.post(url_of(filed, "/decide"), verdict="approve", **form_of(first))
    answer = second.post(url_of(filed, "/decide"), verdict="reject", opinion="不行", **seen)
    assert answer.status_code == 409
    assert "陆与行" in answer.text
    assert len(office.clients.all(Decision, request_id=filed.id)) == 1


def test_only_a_senior_reviewer_overrides_and_says_why(office: Office) -> None:
    scenario = office.scenario
    filed = scenario.filed("certificate_renewal")
    with transaction(scenario.session):
        scenario.session.execute(update(Training).values(hours=1))
    browser = office.enter("reviewer")
    page = browser.get(url_of(filed)).text
    assert "通过须由高级审核员写明理由" in page
    assert browser.post(url_of(filed, "/decide"), verdict="approve", **form_of(browser)).status_code == 400
    senior = office.enter("senior_reviewer")
    assert "强制通过" in senior.get(url_of(filed)).text
    seen = form_of(senior)
    assert senior.post(url_of(filed, "/decide"), verdict="approve", **seen).status_code == 400
    answer = senior.post(url_of(filed, "/decide"), verdict="approve", override="已电话核实学时", **seen)
    assert answer.status_code == 302
    assert office.read(filed).decisions[-1].override == "已电话核实学时"


def test_the_region_of_a_reviewer_ends_at_its_border(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("REGIONAL")
    assert browser.get(url_of(filed)).status_code == 404
    browser.get("/panel/")
    assert browser.post(url_of(filed, "/decide"), verdict="approve").status_code == 404
    assert browser.post(url_of(filed, "/reveal"), purpose="call").status_code == 404


def test_a_draft_is_not_found(office: Office) -> None:
    draft = office.scenario.begin("certificate_change")
    assert office.enter("reviewer").get(url_of(draft)).status_code == 404


def test_hostile_text_is_escaped(office: Office) -> None:
    scenario = office.scenario
    filed = scenario.filed("certificate_change", **{"certificate.position": HOSTILE[:60]})
    browser = office.enter("reviewer")
    for page in (
        browser.get(url_of(filed)).text,
        browser.get(url_of(filed, "/compare")).text,
        browser.get("/panel/queue/").text,
    ):
        assert "<script>alert" not in page
        assert "{{7*7}}" in unescape(page) or "alert" not in page
    browser.get(url_of(filed))
    seen = form_of(browser)
    answer = browser.post(url_of(filed, "/decide"), verdict="reject", opinion="", note=HOSTILE, **seen)
    assert "<script>alert" not in answer.text


def test_the_queue_waits_while_the_applicant_may_still_edit(office: Office) -> None:
    office.scenario.policy("edit_minutes", "10")
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    assert filed.number not in browser.get("/panel/queue/").text
    browser.get(url_of(filed))
    answer = browser.post(url_of(filed, "/decide"), verdict="approve", **form_of(browser))
    assert answer.status_code == 400
    assert office.read(filed).state == "submitted"
    assert office.read(filed).ready_at > clock.now()


@pytest.mark.parametrize("verdict", ["approve", "reject", "return"])
def test_the_second_of_two_reviewers_reads_who_decided_what_and_when(office: Office, verdict: str) -> None:
    scenario = office.scenario
    scenario.policy("undo_seconds", "600")
    filed = scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get(url_of(filed))
    seen = form_of(browser)
    more = {"return": {"remarks": {"paper:application": "没盖章"}}, "reject": {"opinion": "材料虚假"}}
    scenario.decide(filed, verdict, by=scenario.colleague, **more.get(verdict, {}))
    answer = browser.post(url_of(filed, "/decide"), verdict="reject", opinion="我写的原因", **seen)
    assert answer.status_code == 409
    page = unescape(answer.text)
    words = {"approve": "通过", "reject": "不通过", "return": "退回补正"}[verdict]
    decided = office.read(filed).decisions[-1]
    moment = f'<span class="nowrap">{format_moment(decided.decided_at)}</span>'
    assert f"{scenario.colleague.name} 已在 {moment} 办理：{words}" in page
    for said in ("没有作出决定", "您刚才写的，没有提交", "我写的原因", "看这件申请"):
        assert said in page, said
    for offer in ("怎么处理", "按现在的登记重新核对", "退回补正…", "处没填好", 'id="decision"'):
        assert offer not in page, offer


def test_a_request_that_a_colleague_took_meanwhile_is_not_decided(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get(url_of(filed))
    seen = form_of(browser)
    claims.claim(office.scenario.session, office.scenario.colleague, filed.id)
    answer = browser.post(url_of(filed, "/decide"), verdict="reject", opinion="我写的原因", **seen)
    assert answer.status_code == 409
    for said in ("没有作出决定", "沈知远正在审核这件申请", "我写的原因"):
        assert said in answer.text, said
    assert "处没填好" not in answer.text
    assert office.read(filed).state == "submitted"


def test_a_note_is_added_beside_a_decision_that_is_being_written(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get(url_of(filed))
    typed = form_of(browser) | {"item": "paper:application", "remark.paper:application": "缺第二页"}
    answer = browser.post(url_of(filed, "/notes"), colleague_note="590101199003090013 待核", **typed)
    assert answer.status_code == 200
    assert "缺第二页" in answer.text
    assert "590101" in answer.text
    assert "590101199003090013" not in answer.text
    (note,) = office.clients.all(RequestNote)
    answer = browser.post(url_of(filed, "/notes"), colleague_note="长" * 501)
    assert answer.status_code == 400
    assert "备注最多 500 个字，现在有 501 个字" in answer.text
    assert "长" * 501 in answer.text
    assert browser.post(url_of(filed, f"/notes/{note.id + 1}/remove")).status_code == 404
    assert browser.post(url_of(filed, f"/notes/{note.id}/remove")).status_code == 302
    assert office.clients.all(RequestNote) == []
