"""The review page: claims, changes since the last visit, reasons with blanks, undo of decisions."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from anguan.core import clock
from anguan.core.placeholders import fill, names_in
from anguan.domain.reason_blanks import KNOWN, template_error, values_for
from anguan.infra import settings
from anguan.infra.events import SYSTEM
from anguan.infra.transaction import transaction
from anguan.models import Attachment, ChangeRequest, Claim, Decision, LastVisit, Reason, StepConfig
from anguan.panel.review.review_presenter import compare, group
from anguan.services.requests import attachment_edits, filing
from anguan.services.requests.drafts import definition
from anguan.services.review import claims
from anguan.services.review.review_view import dossier_of
from tests.support.client import Browser
from tests.support.office_data import picture
from tests.support.panel_client import Office, form_of

CHANGE = "certificate_change"
JSON = {"Accept": "application/json"}


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite only: tests.services.review tests concurrent claims on both databases."""
    return str(request.param)


def url_of(request: ChangeRequest, more: str = "") -> str:
    return f"/panel/requests/{request.id}{more}"


def add_reason(
    office: Office, code: str, item: str, sentence: str, remedy: str = "", clause: str = ""
) -> None:
    with transaction(office.scenario.session) as session:
        items = (item,) if item else ()
        session.add(Reason(code=code, items=items, sentence=sentence, remedy=remedy, clause=clause))


def send(browser: Browser, address: str, **form: Any) -> TestResponse:
    """Send a form as the script of the page does."""
    return browser.client.post(address, data={"csrf_token": browser.token, **form}, headers=JSON)


def two_filed(office: Office) -> tuple[ChangeRequest, ChangeRequest]:
    """Requests of two people, in the order of the queue."""
    scenario = office.scenario
    own = {"certificate.document_number": scenario.stranger.login}
    return scenario.filed("certificate_change"), scenario.filed(
        "certificate_change", scenario.stranger, **own
    )


def test_starting_takes_the_next_and_others_see_who_has_it(office: Office) -> None:
    first, second = two_filed(office)
    mine, other = office.enter("reviewer"), office.enter("REVIEWER2")
    mine.get("/panel/")
    assert mine.post("/panel/requests/next").location == url_of(first)
    page = mine.get(url_of(first)).text
    assert "我领取于" in page
    assert "放回队列" in page
    seen = other.get(url_of(first)).text
    assert "陆与行正在审核这件申请，还保留 10 分钟" in seen
    assert 'id="decision"' not in seen
    other.post(url_of(first, "/take"))
    assert "陆与行正在审核" in other.get(url_of(first)).text
    answer = other.post(
        url_of(first, "/decide"), verdict="reject", opinion="不行", **(form_of(mine) | {"go_on": "1"})
    )
    assert answer.status_code == 409
    assert office.read(first).state == "submitted"
    assert other.post("/panel/requests/next").location == url_of(second)


def test_a_claim_is_prolonged_expires_and_is_taken_over(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    mine, other = office.enter("reviewer"), office.enter("REVIEWER2")
    mine.get(url_of(filed))
    mine.post(url_of(filed, "/take"))
    mine.get(url_of(filed))
    answer = send(mine, url_of(filed, "/heartbeat")).json or {}
    assert answer["held"]
    assert "还保留 10 分钟" in answer["words"]
    with transaction(office.scenario.session) as session:
        session.scalars(select(Claim)).one().until = clock.now() - timedelta(seconds=1)
    assert not (send(mine, url_of(filed, "/heartbeat")).json or {})["held"]
    other.get(url_of(filed))
    other.post(url_of(filed, "/take"))
    lost = send(mine, url_of(filed, "/heartbeat")).json or {}
    assert not lost["held"]
    assert "沈知远正在审核" in lost["words"]
    assert len(office.events("take_over")) == 1


def test_a_released_request_is_free_again(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    mine = office.enter("reviewer")
    mine.get(url_of(filed))
    mine.post(url_of(filed, "/take"))
    mine.get(url_of(filed))
    assert mine.post(url_of(filed, "/release")).location == "/panel/queue/"
    assert "还没有人领取" in mine.get(url_of(filed)).text


def test_a_request_is_snoozed_with_a_day_and_a_note(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    mine = office.enter("reviewer")
    mine.get(url_of(filed))
    wrong = mine.post(url_of(filed, "/snooze"), until="哪天", note="等回函")
    assert wrong.status_code == 400
    assert "请选择暂缓到哪一天" in wrong.text
    assert mine.post(url_of(filed, "/snooze"), until="2001-01-01T09:00").status_code == 400
    until = clock.beijing(clock.now() + timedelta(days=3))
    mine.post(url_of(filed, "/snooze"), until=f"{until:%Y-%m-%dT%H:%M}", note="等回函")
    office.scenario.session.rollback()
    row = claims.claim_of(office.scenario.session, filed.id)
    assert row is not None
    assert row.remind_at is not None
    assert f"我已暂缓到 {until:%m-%d %H:%M}：等回函" in mine.get(url_of(filed)).text


def test_a_preview_claims_nothing_and_is_logged_as_such(office: Office) -> None:
    first, second = two_filed(office)
    browser = office.enter("reviewer")
    page = browser.get(f"/panel/requests/next?after={first.id}&peek=1")
    assert second.number in page.text
    assert not office.clients.all(Claim)
    assert not office.clients.all(LastVisit)
    assert not office.events("open_request")
    assert [event.request_id for event in office.events("prefetch_request")] == [second.id]
    assert browser.get(f"/panel/requests/next?after={'9' * 30}&peek=1").status_code == 200
    browser.get(url_of(second))
    assert len(office.events("open_request")) == 1


def test_a_script_gets_the_next_request(office: Office) -> None:
    first, second = two_filed(office)
    office.scenario.policy("undo_seconds", "60")
    browser = office.enter("reviewer")
    browser.get(url_of(first))
    seen = form_of(browser) | {"go_on": "1", "asks_unseen": "1"}
    asked = send(browser, url_of(first, "/decide"), verdict="approve", **seen).json or {}
    assert "份必看材料没有标为已看" in asked["ask"]
    assert not office.clients.all(Decision)
    answer = send(browser, url_of(first, "/decide"), verdict="approve", unseen_ok="1", **seen).json or {}
    assert (answer["next"], answer["url"]) == (second.id, url_of(second))
    assert answer["version"] == office.read(second).version
    assert "我领取于" in answer["held"]
    assert f"{first.number}</a> 已通过。" in answer["last"]
    assert office.read(first).state == "decided"
    stale = send(browser, url_of(first, "/decide"), verdict="approve", unseen_ok="1", **seen).json or {}
    assert "没有作出决定" in stale["page"]


def test_without_a_script_unread_documents_are_confirmed_once(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get(url_of(filed))
    seen = form_of(browser) | {"asks_unseen": "1"}
    answer = browser.post(url_of(filed, "/decide"), verdict="approve", **seen)
    assert answer.status_code == 400
    assert "请再按一次“通过”" in answer.text
    assert 'name="unseen_ok" value="1"' in answer.text
    assert browser.post(url_of(filed, "/decide"), verdict="approve", unseen_ok="1", **seen).status_code == 302


def test_undo_within_the_seconds(office: Office) -> None:
    first, second = two_filed(office)
    office.scenario.policy("undo_seconds", "60")
    browser = office.enter("reviewer")
    browser.get(url_of(first))
    browser.post(url_of(first, "/decide"), verdict="approve", go_on="1", **form_of(browser))
    page = browser.get(url_of(second)).text
    assert f"{first.number}</a> 已通过。" in page
    assert browser.post(url_of(first, "/undo")).location == url_of(first)
    page = browser.get(url_of(first)).text
    assert "的决定已撤回" in page
    assert "撤回过的 1 个决定" in page
    assert "已撤回，没有生效" in page
    assert "撤回决定：通过" in page
    assert "我领取于" in page
    browser.post(url_of(first, "/undo"))
    assert "决定已经生效，不能撤回" in browser.get(url_of(first)).text


def test_everybody_sees_first_what_changed_since_an_earlier_round(office: Office) -> None:
    scenario = office.scenario
    filed = scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get(url_of(filed))
    items = {"item": ["field:certificate.title", "paper:application"]}
    words = {"remark.field:certificate.title": "不对", "remark.paper:application": "没盖章"}
    browser.post(url_of(filed, "/decide"), verdict="return", **(form_of(browser) | items | words))
    scenario.session.rollback()
    filing.save(scenario.session, filed.filer, filed.id, {"certificate.title": "高级工程师"})
    for paper in office.clients.all(Attachment, request_id=filed.id, material="application", round=2):
        attachment_edits.detach(scenario.session, filed.filer, filed.id, paper.id)
    scenario.attach(filed, "application", data=picture(ink="maroon"))
    scenario.submit(filed)
    other = office.enter("REVIEWER2")
    page = other.get(url_of(filed)).text
    assert "补正后再审：与之前（第 1 次提交）相比" in page
    assert "新增材料" in page
    assert "新增材料" in office.enter("auditor").get(url_of(filed)).text
    page = browser.get(url_of(filed)).text
    assert "补正后再审：与您上次看到的（第 1 次提交）相比" in page
    for words in ("高级工程师</ins>", "新增材料", "撤下材料", "（第 1 次提交的）", "application.jpg"):
        assert words in page
    assert page.count(" data-fresh>") == 1
    assert page.count(">新交</strong>") == 1
    old = re.findall(r'href="(/panel/documents/[^"]+)"[^>]*>[^<]*（第 1 次提交的）', page)
    assert re.findall(r'data-code="application"[^>]* data-before="([^"]+)" data-fresh', page) == old
    assert browser.get(old[0]).status_code == 200
    browser.post(url_of(filed, "/take"))
    assert "补正后再审" in browser.get(url_of(filed)).text


def test_an_earlier_step_is_shown_and_nobody_decides_two_steps(office: Office) -> None:
    scenario = office.scenario
    steps = [
        StepConfig(matter=CHANGE, code=code, title=title, position=place, regional=not place)
        for place, (code, title) in enumerate((("city", "州市初审"), ("province", "省级复审")))
    ]

    def add_steps(session: Session) -> None:
        session.add_all(steps)

    settings.change(scenario.session, SYSTEM, f"matter:{CHANGE}", "两级审核", add_steps)
    filed = scenario.filed("certificate_change")
    assert len(definition(scenario.session, filed).steps) == 2
    first, second = office.enter("reviewer"), office.enter("REVIEWER2")
    assert "第 1 步，共 2 步：州市初审" in first.get(url_of(filed)).text
    assert first.post(url_of(filed, "/decide"), verdict="approve", **form_of(first)).status_code == 302
    page = second.get(url_of(filed)).text
    assert "第 2 步，共 2 步：省级复审" in page
    assert "前一步：州市初审" in page
    refused = first.get(url_of(filed)).text
    assert "这一步要换一个人" in refused
    assert 'id="decision"' not in refused


def test_blanks_of_a_reason_are_filled_from_the_register(office: Office) -> None:
    add_reason(
        office, "short", "paper:employment", "在{单位}参保不满{月数}个月", remedy="满后再办。", clause="326号"
    )
    add_reason(office, "page", "paper:application", "第 {页码} 页看不清")
    filed = office.scenario.filed("certificate_change")
    firm = office.scenario.firm(1).name
    browser = office.enter("reviewer")
    assert f"在{firm}参保不满3个月" in browser.get(url_of(filed)).text
    form = form_of(browser) | {
        "item": ["paper:employment", "paper:application"],
        "reason.paper:employment": "short",
        "reason.paper:application": "page",
    }
    missing = browser.post(url_of(filed, "/decide"), verdict="return", **form)
    assert missing.status_code == 400
    assert "请填写空格" in missing.text
    form["blank.page.页码"] = " 2 "
    shown = browser.post(url_of(filed, "/decide"), preview="return", **form)
    assert shown.status_code == 200
    assert "第 2 页看不清</dd>" in shown.text
    assert browser.post(url_of(filed, "/decide"), verdict="return", **form).status_code == 302
    (decision,) = office.clients.all(Decision, request_id=filed.id)
    said = {remark.item: (remark.sentence, remark.reason) for remark in decision.remarks}
    assert said["paper:employment"] == (f"在{firm}参保不满3个月。满后再办。依据：326号", "short")
    assert said["paper:application"] == ("第 2 页看不清", "page")


def test_a_rejection_keeps_the_code_of_its_reason(office: Office) -> None:
    add_reason(office, "often", "", "一年内已变更 {n} 次")
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get(url_of(filed))
    form = form_of(browser) | {"reason": "often", "blank.often.n": "4", "opinion": "{n}也不行"}
    assert browser.post(url_of(filed, "/decide"), verdict="reject", **form).status_code == 302
    (decision,) = office.clients.all(Decision, request_id=filed.id)
    assert (decision.opinion, decision.reason) == ("一年内已变更 4 次。{n}也不行", "often")


def test_rows_link_to_their_documents(office: Office) -> None:
    page = office.enter("reviewer").get(url_of(office.scenario.filed("certificate_change"))).text
    assert 'data-proof="certificate.photo"' in page
    assert 'data-proof="employment application"' in page
    assert 'data-proof="identity_proof id_front"' in page


def test_every_known_blank_is_filled_for_a_change(office: Office) -> None:
    dossier = dossier_of(office.scenario.session, office.scenario.filed("certificate_change"))
    text = "".join(f"{{{name}}}" for name in KNOWN)
    values = values_for(dossier, text)
    assert set(KNOWN) - set(values) <= {"年度"}
    assert values["单位"] == office.scenario.firm(1).name
    assert values["学时"] == "12"


def test_blanks() -> None:
    assert names_in("在{单位}{月数}，{单位}") == ["单位", "月数"]
    assert fill("在{单位}参保{n}月", {"单位": "{n}公司"}) == "在｛n｝公司参保{n}月"
    assert template_error("在{单位}参保不满{n}个月") == ""
    assert "{公司}" in template_error("在{公司}")
    assert "成对" in template_error("在{单位")
    assert "{}" in template_error("在{}")


def test_changed_letters_and_grouped_digits() -> None:
    assert compare("助理工程师", "工程师") == ([("助理", True), ("工程师", False)], [("工程师", False)])
    assert compare("", "工程师") == ([("", False)], [("工程师", True)])
    assert group("590101199003070010") == "590101 19900307 0010"
    assert group("E1234567") == "E1234567"


def test_the_reviewer_sees_how_each_remark_was_answered(office: Office) -> None:
    scenario = office.scenario
    filed = scenario.filed("certificate_change")
    scenario.decide(filed, "return", remarks={"paper:commitment": "没有签字", "paper:id_back": "看不清"})
    scenario.attach(filed, "id_back", data=picture(ink="black"))
    answer = {"answer.paper:commitment": "签字在第二页<b>"}
    filing.save(scenario.session, filed.filer, filed.id, answer)
    scenario.submit(filed)
    text = " ".join(office.enter("reviewer").get(url_of(filed)).text.split())
    assert "没有改</strong>，申请人说明：签字在第二页&lt;b&gt;" in text
    assert text.index("看不清") < text.index("<strong>已修改</strong>")


def test_reasons_of_the_item_come_first_and_those_of_other_matters_not_at_all(office: Office) -> None:
    add_reason(office, "any", "", "看不清")
    add_reason(office, "own", "paper:application", "没有盖章")
    add_reason(office, "other", "paper:employment", "合同过期")
    add_reason(office, "strange", "paper:training", "学时不足")
    filed = office.scenario.filed("profile_change", **{"person.title": "高级工程师"})
    page = office.enter("reviewer").get(url_of(filed)).text
    assert "学时不足" not in page
    filed = office.scenario.filed("certificate_change", office.scenario.stranger)
    page = office.enter("reviewer").get(url_of(filed)).text
    offered = re.search(r'<select[^>]*id="reason\.paper:application".*?</select>', page, re.DOTALL)
    assert offered
    assert re.findall(r'value="([a-z]+)"', offered[0]) == ["own", "any"]


@pytest.mark.parametrize(
    ("fits", "offered"),
    [
        ({}, True),
        ({"matters": ("certificate_change", "certificate_renewal")}, True),
        ({"matters": ("certificate_renewal",)}, False),
        ({"kinds": ("A", "B")}, True),
        ({"kinds": ("A", "C")}, False),
        ({"items": ("paper:training", "paper:application")}, True),
        ({"items": ("paper:training",)}, False),
    ],
)
def test_reasons_are_narrowed_by_matter_kind_and_item(
    office: Office, fits: dict[str, Any], offered: bool
) -> None:
    with transaction(office.scenario.session) as session:
        session.add(Reason(code="one", sentence="这一条理由", **fits))
    filed = office.scenario.filed("certificate_change")
    assert filed.certificate is not None
    assert filed.certificate.kind_code == "B"
    page = office.enter("reviewer").get(url_of(filed)).text
    assert ("这一条理由" in page) is offered
    assert bool(re.search(r'id="reason"(?s:.*?)value="one"(?s:.*?)</select>', page)) is offered


def test_reasons_of_the_ticked_item_come_first_in_every_list(office: Office) -> None:
    for code, item in (("any", ""), ("title", "field:certificate.title"), ("seal", "paper:application")):
        add_reason(office, code, item, f"理由 {code}")
    filed = office.scenario.filed("certificate_change")
    browser = office.enter("reviewer")
    browser.get(url_of(filed))
    form = form_of(browser) | {"item": ["paper:application"], "preview": "return"}
    page = browser.post(url_of(filed, "/decide"), **form).text
    listed = re.search(r'<select[^>]*id="reason".*?</select>', page, re.DOTALL)
    assert listed is not None
    assert re.findall(r'value="([a-z]+)"', listed[0]) == ["seal", "any", "title"]
    assert re.findall(r'class="chip" data-code="([a-z]+)"', page) == ["seal", "any", "title"]
