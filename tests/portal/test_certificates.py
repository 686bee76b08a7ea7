"""我的证书: the columns of the manual, the matters that can be started, and why the others cannot."""

import re
from datetime import timedelta

from sqlalchemy import select

from anguan.core import clock
from anguan.core.clock import add_months
from anguan.core.masks import mask_document
from anguan.models import Certificate, Person
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from tests.support.client import AppClients
from tests.support.portal_client import Holder

COLUMNS = (
    "序号、姓名、性别、身份证号码、证书编号、证书类型、证书状态、"
    "首次发证日期、有效期结束时间、工作单位、电子证"
)
ACTIONS = ("延续", "变更", "注销")


def listed(holder: Holder, query: str = "") -> str:
    """Text of the list."""
    return holder.open(f"/my/certificates{query}")


def set_until(clients: AppClients, certificate: Certificate, days: int) -> None:
    """Let the certificate expire `days` days from today."""
    with clients.rows() as session:
        session.get_one(Certificate, certificate.id).valid_until = clock.today() + timedelta(days=days)


def test_every_column_of_the_manual_is_there(holder: Holder) -> None:
    text = listed(holder)
    heads = re.findall(r'role="columnheader">([^<]+)<', holder.page)
    assert "、".join(heads) == COLUMNS
    assert "操作状态无" in text
    for word in (
        "我的证书列表",
        "请选择证书类型",
        "B-项目负责人",
        "岑禾安",
        "男",
        "云南示例甲水电工程有限公司",
    ):
        assert word in text
    for action in (*ACTIONS, "详情"):
        assert re.search(rf">{action}<", holder.page), action


def test_numbers_of_documents_are_masked_everywhere(holder: Holder) -> None:
    number = holder.account.login
    id = holder.scenario.certificate().id
    filed = holder.scenario.filed("certificate_change").id
    paths = ["/my/", "/my/certificates", f"/my/certificates/{id}", "/my/profile", "/my/requests"]
    for path in (*paths, f"/my/requests/{filed}", f"/my/requests/{filed}/receipt", "/my/messages"):
        holder.open(path)
        assert number not in holder.page, path
    assert mask_document(number) in listed(holder)


def test_the_list_is_filtered_by_type_and_state(holder: Holder) -> None:
    assert "C-专职安全生产管理人员" not in table(holder, "?kind=B")
    assert "B-项目负责人" in table(holder, "?kind=B&state=expiring")
    assert "没有符合条件的证书" in listed(holder, "?kind=A")
    assert "没有符合条件的证书" in listed(holder, "?state=cancelled")


def table(holder: Holder, query: str) -> str:
    """HTML of the table bodies."""
    listed(holder, query)
    return "".join(re.findall(r"<tbody.*?</tbody>", holder.page, re.S))


def test_what_is_closed_says_why_and_from_when(clients: AppClients, holder: Holder) -> None:
    certificate = clients.scenario.certificate()
    set_until(clients, certificate, 200)
    opens = add_months(clock.today() + timedelta(days=200), -3)
    assert f"不能延续：延续自{opens}起办理（到期前3个月）" in listed(holder)
    holder.begin("certificate_change", certificate)
    answer = holder.send("/my/start/certificate_renewal", certificate=certificate.id)
    assert answer.location.endswith("/my/certificates")
    assert "起办理" in listed(holder)


def test_of_several_reasons_the_strongest_alone_is_shown(clients: AppClients, holder: Holder) -> None:
    set_until(clients, clients.scenario.certificate(), 400)
    with clients.rows() as session:
        session.get_one(Certificate, clients.scenario.certificate().id).status = "cancelled"
    text = table(holder, "?kind=B")
    assert holder.page.count('class="band__why hint"') == 1
    assert "证书已注销，不能办理这项业务。" in holder.text
    assert "起办理" not in text


def test_an_expired_certificate_has_no_action_but_its_page(clients: AppClients, holder: Holder) -> None:
    set_until(clients, clients.scenario.certificate(), -3)
    text = table(holder, "?kind=B")
    assert "已过期" in text
    assert "到期失效" in text
    assert all(f">{action}<" not in text for action in ACTIONS)
    assert "详情" in text


def test_the_states_of_an_operation_read_as_in_the_manual(clients: AppClients, holder: Holder) -> None:
    scenario, certificate = clients.scenario, clients.scenario.certificate()
    id = holder.begin("certificate_change", certificate)
    assert "操作状态草稿未提交" in listed(holder)
    holder.save(id, save="1", **{"certificate.position": "总工程师"})
    holder.attach_materials(id)
    holder.submit(id, **holder.open_confirm(id))
    text = listed(holder)
    assert "操作状态已提交待审核" in text
    assert "撤销申请" in text
    assert "重新补充信息" in text
    assert f"申请{holder.row(id).number}还在办理中" in text
    scenario.decide(holder.row(id), "return", remarks={"paper:employment": "缺二维码"})
    text = listed(holder)
    assert "操作状态退回补正" in text
    assert "去补正" in text
    holder.save(id, save="1", **{"answer.paper:employment": "二维码在背面"})
    holder.submit(id, **holder.open_confirm(id))
    scenario.decide(holder.row(id), "reject", opinion="在新单位参保不满3个月")
    assert "操作状态变更证书审批不通过原因:在新单位参保不满3个月" in listed(holder)
    assert holder.send(f"/my/requests/{id}/revise").location.endswith(f"/{id}/edit")
    holder.submit(id, **holder.open_confirm(id))
    scenario.decide(holder.row(id), "approve")
    assert "操作状态制证中" in listed(holder)
    assert holder.browser.get(f"/my/certificates/{certificate.id}.pdf").status_code == 302
    drain(scenario.session, JobContext(scenario.storage, "http://127.0.0.1"))
    text = listed(holder)
    assert "操作状态已通过" in text
    assert "✓下载" in text


def test_the_certificate_pdf_is_served_without_a_document_number_in_its_name(
    clients: AppClients, holder: Holder
) -> None:
    scenario, certificate = clients.scenario, clients.scenario.certificate()
    scenario.decide(scenario.filed("certificate_change"), "approve")
    drain(scenario.session, JobContext(scenario.storage, "http://127.0.0.1"))
    holder = Holder(clients, scenario.person_account(scenario.holder.person.name))
    answer = holder.browser.get(f"/my/certificates/{certificate.id}.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    named = answer.headers["Content-Disposition"]
    assert named.startswith("attachment;")
    assert "filename*=UTF-8''" in named
    assert "5901" not in named
    text = holder.open(f"/my/certificates/{certificate.id}")
    assert "第1版" in text
    assert "现行" in text
    assert 'src="data:image/png;base64,' in holder.page
    assert re.search(r"/check/[\w-]{40,}", holder.page)


def test_a_difference_is_shown_and_filled_in(clients: AppClients, holder: Holder) -> None:
    clients.policy("one_filing", "off")
    with clients.rows() as session:
        session.get_one(Person, clients.scenario.holder.person_id).title = "高级工程师"
    assert "证书信息与个人信息不一致：技术职称" in listed(holder)
    holder.open("/my/")
    certificate = clients.scenario.certificate()
    assert f'href="/my/start/certificate_change?certificate={certificate.id}&amp;fill=1"' in holder.page
    id = holder.begin("certificate_change", clients.scenario.certificate(), fill="1")
    assert holder.typed(id) == {"certificate.title": "高级工程师"}


def test_other_applicants_see_none_of_it(clients: AppClients, holder: Holder) -> None:
    certificate = clients.scenario.certificate(clients.scenario.stranger)
    for path in ("", ".pdf", "/photo"):
        assert holder.browser.get(f"/my/certificates/{certificate.id}{path}").status_code == 404
    holder.open("/my/")
    answer = holder.send("/my/start/certificate_renewal", certificate=certificate.id)
    assert answer.status_code == 404
    assert holder.send("/my/start/nothing", certificate=certificate.id).status_code == 404
    assert holder.send("/my/start/certificate_renewal").status_code == 404


def test_the_last_days_go_into_the_calendar(holder: Holder) -> None:
    answer = holder.browser.get("/my/certificates.ics")
    assert answer.mimetype == "text/calendar"
    lines = answer.data.decode().split("\r\n")
    until = holder.scenario.session.scalar(select(Certificate.valid_until).limit(1))
    assert until is not None
    assert f"DTSTART;VALUE=DATE:{until - timedelta(days=1):%Y%m%d}" in lines
    assert all(len(line.encode()) <= 75 for line in lines)
    assert holder.account.login not in answer.text
