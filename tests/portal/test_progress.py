"""首页, 办理进度, 个人信息, 消息: pages of a holder about the state of their requests."""

from io import BytesIO

from pypdf import PdfReader
from sqlalchemy import select

from anguan.core.masks import mask_document, mask_phone
from anguan.models import Attachment, Notice
from tests.support.client import AppClients
from tests.support.portal_client import Holder

REASON = "在新单位参保不满3个月"


def words_of(pdf: bytes) -> str:
    """The text of a PDF without blanks."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages)


def test_home_shows_urgent_tasks_first(holder: Holder) -> None:
    scenario = holder.scenario
    returned = scenario.filed("profile_change", **{"person.title": "工程师"})
    scenario.decide(returned, "return", remarks={"field:person.phone": "电话打不通"})
    holder.begin("certificate_change", scenario.certificate())
    text = holder.open("/my/")
    correction, ending = text.index("需补正，共1项"), text.index("到期，现在可以办理延续")
    assert correction < text.index("电话打不通") < ending < text.index("我的证书全部2本")
    assert holder.page.count('class="card card--turn"') == 1
    assert holder.page.count("btn--main") == 1
    assert "还有1件" in text


def test_home_says_when_all_is_well(clients: AppClients) -> None:
    stranger = Holder(clients, clients.scenario.stranger)
    scenario = clients.scenario
    id = scenario.filed("certificate_renewal", scenario.stranger).id
    text = stranger.open("/my/")
    assert "一切正常" in text
    assert "进度：证书延续" in text
    assert f"/my/requests/{id}" in stranger.page


def test_a_refusal_stands_in_full_on_the_first_page_until_it_is_answered(holder: Holder) -> None:
    scenario = holder.scenario
    id = scenario.filed("certificate_change").id
    scenario.decide(holder.row(id), "reject", opinion=REASON)
    text = holder.open("/my/")
    assert "变更申请没有通过" in text
    assert f"原因：{REASON}" in text
    text = holder.open(f"/my/requests/{id}")
    assert text.index("变更证书审批不通过") < text.index(REASON) < text.index("办到哪一步")
    answer = holder.send(f"/my/requests/{id}/revise")
    assert answer.location.endswith(f"/my/requests/{id}/edit")
    assert holder.row(id).state == "draft"
    pages = {
        "/my/": "变更申请上次审批不通过，还没有重新提交",
        "/my/requests": "上次原因",
        "/my/certificates": "上次变更证书",
    }
    pages |= {
        f"/my/requests/{id}": "上次审批不通过，改好后请重新提交",
        f"/my/requests/{id}/edit": "上次审批不通过",
    }
    for page, words in pages.items():
        text = holder.open(page)
        assert words in text, page
        assert REASON in text, page
    holder.submit(id, **holder.open_confirm(id))
    assert all(REASON not in holder.open(page) for page in ("/my/", "/my/requests", "/my/certificates"))
    assert "上次审批不通过" not in holder.open(f"/my/requests/{id}")


def test_remarks_stay_when_a_returned_request_is_taken_back(holder: Holder) -> None:
    scenario = holder.scenario
    id = scenario.filed("certificate_change").id
    scenario.decide(holder.row(id), "return", remarks={"paper:employment": "缺二维码"}, opinion="请尽快")
    holder.open("/my/")
    holder.send(f"/my/requests/{id}/withdraw")
    assert "上次退回补正" in holder.open(f"/my/requests/{id}")
    holder.send(f"/my/requests/{id}/revise")
    for page in ("/my/", f"/my/requests/{id}", f"/my/requests/{id}/edit"):
        text = holder.open(page)
        assert "上次退回补正" in text, page
        assert text.index("请尽快") < text.index("缺二维码"), page
    holder.submit(id, **holder.open_confirm(id))
    assert "缺二维码" not in holder.open(f"/my/requests/{id}")


def test_a_return_gives_each_item_its_own_button(holder: Holder) -> None:
    scenario = holder.scenario
    id = scenario.filed("certificate_change").id
    remarks = {"field:certificate.position": "与任命书不一致", "paper:employment": "缺二维码"}
    scenario.decide(holder.row(id), "return", remarks=remarks)
    text = holder.open(f"/my/requests/{id}")
    assert text.index("与任命书不一致") < text.index("开始补正") < text.index("经过")
    assert f'href="/my/requests/{id}/edit#certificate.position"' in holder.page
    assert f'href="/my/requests/{id}/edit#paper.employment"' in holder.page
    assert "补正期间审核时限暂停计算" in text


def test_withdraw_and_revise_until_it_is_decided(holder: Holder) -> None:
    scenario = holder.scenario
    id = scenario.filed("certificate_change").id
    number = holder.row(id).number
    assert "已提交，待审核" in holder.open(f"/my/requests/{id}")
    holder.send(f"/my/requests/{id}/withdraw")
    assert "已撤销" in holder.open(f"/my/requests/{id}")
    holder.send(f"/my/requests/{id}/revise")
    assert holder.submit(id, **holder.open_confirm(id)).location.endswith("/receipt")
    assert (holder.row(id).state, holder.row(id).number) == ("submitted", number)
    scenario.decide(holder.row(id), "reject", opinion=REASON)
    holder.send(f"/my/requests/{id}/withdraw")
    assert "不能再做这一步" in holder.open(f"/my/requests/{id}")
    assert holder.row(id).state == "rejected"


def test_a_draft_can_be_discarded(holder: Holder) -> None:
    id = holder.begin("certificate_change", holder.scenario.certificate())
    assert "继续填写" in holder.open("/my/requests")
    holder.open(f"/my/requests/{id}")
    assert holder.send(f"/my/requests/{id}/discard").location.endswith("/my/")
    assert holder.row(id).state == "lapsed"
    assert holder.send(f"/my/requests/{id}/discard").location.endswith(f"/my/requests/{id}")


def test_a_request_with_a_number_says_what_deleting_means(holder: Holder) -> None:
    id = holder.scenario.filed("certificate_change").id
    holder.open("/my/")
    holder.send(f"/my/requests/{id}/withdraw")
    holder.send(f"/my/requests/{id}/revise")
    number = holder.row(id).number
    text = holder.open(f"/my/requests/{id}")
    assert "删除草稿" not in text
    assert "作废这件申请" in text
    assert f"作废后受理编号{number}不再使用，也不能再取回" in text
    holder.send(f"/my/requests/{id}/discard")
    assert f"申请{number}已作废" in holder.open("/my/")
    assert holder.row(id).state == "lapsed"
    notice = holder.clients.all(Notice, account_id=holder.account.id)[-1]
    assert number in notice.body


def test_an_approved_request_says_what_follows(holder: Holder) -> None:
    scenario = holder.scenario
    id = scenario.filed("certificate_renewal").id
    scenario.decide(holder.row(id), "approve")
    text = holder.open(f"/my/requests/{id}")
    for words in ("已通过", "证书有效期已延长", "制证中", "查看证书"):
        assert words in text


def test_the_receipt_is_a_pdf_too(holder: Holder) -> None:
    id = holder.scenario.filed("certificate_renewal").id
    answer = holder.browser.get(f"/my/requests/{id}/receipt.pdf")
    words = words_of(answer.data)
    assert holder.row(id).number in words
    assert "已提交，待审核" in words
    assert holder.account.login not in words


def test_forms_come_filled_and_blank(holder: Holder) -> None:
    id = holder.begin("certificate_change", holder.scenario.certificate())
    holder.save(id, save="1", **{"certificate.position": "总工程师"})
    filled = words_of(holder.browser.get(f"/my/requests/{id}/application.pdf").data)
    for words in ("岑禾安", "总工程师", holder.account.login):
        assert words in filled
    assert "岑禾安" in words_of(holder.browser.get(f"/my/requests/{id}/commitment.pdf").data)
    blank = words_of(holder.browser.get("/my/blank/certificate_change/commitment.pdf").data)
    assert "证书变更承诺书" in blank
    assert "岑禾安" not in blank
    assert holder.browser.get("/my/blank/nothing/commitment.pdf").status_code == 404
    blank = words_of(holder.browser.get("/my/blank/profile_change/application.pdf").data)
    assert "基本信息变更申请表" in blank


def test_the_profile_shows_pending_changes(holder: Holder) -> None:
    person = holder.account.person
    text = holder.open("/my/profile")
    for words in ("证件信息", "基本信息", "修改证件信息", "修改基本信息", "重新上传"):
        assert words in text
    assert mask_phone(person.phone) in text
    assert person.document_number not in holder.page
    assert holder.send("/my/profile/reveal").status_code == 200
    assert person.document_number in holder.page
    filed = holder.scenario.filed("profile_change", **{"person.position": "安全总监"})
    text = holder.open("/my/profile")
    assert "待审核安全总监" in text
    assert f"{filed.number}正在审核" in text


def test_an_identity_change_begins_with_the_number_masked(holder: Holder) -> None:
    assert mask_document(holder.account.login) in holder.open("/my/start/identity_change")
    assert holder.account.login not in holder.page


def test_messages_are_read_one_by_one_or_all(holder: Holder) -> None:
    id = holder.scenario.filed("certificate_renewal").id
    text = holder.open("/my/messages")
    assert "证书延续已提交，待审核（未读）" in text
    note = holder.clients.all(Notice, account_id=holder.account.id)[0]
    assert holder.send(f"/my/messages/{note.id}/read").location.endswith(f"/my/requests/{id}")
    assert "（未读）" not in holder.open("/my/messages")
    assert holder.send("/my/messages/read").status_code == 302
    assert holder.send("/my/messages/999999/read").status_code == 404


def test_what_is_not_open_yet_says_so_with_a_telephone(holder: Holder) -> None:
    for path, words in (("/my/exams", "考试服务暂未在本系统开放"), ("/my/apply", "证书申领暂未在本系统开放")):
        text = holder.open(path)
        assert words in text
        assert "0871-0000000" in text


def test_a_firm_sees_its_name_and_nothing_of_people(clients: AppClients) -> None:
    firm = Holder(clients, clients.scenario.account(clients.scenario.firm(0).uscc))
    for path in ("/my/", "/my/enterprise"):
        assert clients.scenario.firm(0).name in firm.open(path)
    for path in ("/my/certificates", "/my/requests", "/my/profile"):
        assert firm.browser.get(path).status_code == 403


def test_files_are_for_their_filer_only(clients: AppClients, holder: Holder) -> None:
    scenario = clients.scenario
    id = scenario.filed("certificate_renewal").id
    paper = scenario.session.scalars(select(Attachment.id).where(Attachment.request_id == id)).first()
    assert holder.browser.get(f"/my/files/{paper}").status_code == 200
    stranger = Holder(clients, scenario.stranger)
    for path in (f"files/{paper}", f"requests/{id}", f"requests/{id}/receipt.pdf"):
        assert stranger.browser.get(f"/my/{path}").status_code == 404
    stranger.open("/my/")
    for verb in ("withdraw", "revise", "discard", "submit", "edit"):
        assert stranger.send(f"/my/requests/{id}/{verb}").status_code == 404
    assert holder.row(id).state == "submitted"
