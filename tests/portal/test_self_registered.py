"""A person who registered alone: states a 工作单位, and reads what is true about messages and exams."""

import pytest
from sqlalchemy import select

from anguan.core import clock
from anguan.core.field_types.citizen_number import compose_number
from anguan.core.lifecycle import APPROVED
from anguan.domain.employers import change_employer, current_employer
from anguan.models import Account, ChangeRequest, Employment
from tests.support.client import SECRET, AppClients, Browser
from tests.support.portal_client import Holder, upload

UNIT = "person.unit"
NUMBER = compose_number("590101", clock.today().replace(year=1991), 7)


def register(clients: AppClients) -> Browser:
    """Register a person; gives the browser with the last page open."""
    browser = clients.browser("192.0.2.77")
    browser.get("/register")
    form = {"document_type": "resident", "document_number": NUMBER, "name": "温自行", "phone": "13800000088"}
    secrets = {"password": SECRET, "again": SECRET, "consent": "1"}
    browser.get(browser.post("/register", **form, **secrets).location)
    return browser


@pytest.fixture
def newcomer(clients: AppClients) -> Holder:
    register(clients)
    return Holder(clients, clients.scenario.account(NUMBER))


def file_unit(holder: Holder, unit: int) -> int:
    """File 基本信息变更 with this unit; gives the request."""
    answer = holder.send("/my/start/profile_change", save="1", **{UNIT: str(unit)})
    id = int(answer.location.split("/")[3])
    text = holder.open(f"/my/requests/{id}/edit")
    assert "变更后工作单位" in text
    assert "劳动合同或社保证明" in text
    typed = {"person.title": "无", "person.position": "无", UNIT: str(unit)}
    holder.save(id, save="1", **typed, **{"paper.employment": upload("合同.jpg")})
    assert holder.save(id, go="1", **typed).location.endswith("/confirm")
    assert holder.submit(id, **holder.open_confirm(id)).status_code == 302
    return id


def test_a_person_without_a_certificate_states_a_unit(newcomer: Holder) -> None:
    scenario, firm = newcomer.scenario, newcomer.scenario.firm(1)
    text = newcomer.open("/my/profile")
    assert "工作单位—" in text
    assert "换单位请在" not in text
    filed = newcomer.row(file_unit(newcomer, firm.id))
    assert filed.region == firm.region
    assert firm.name in newcomer.open(f"/my/requests/{filed.id}")
    assert scenario.approve(filed).state == APPROVED
    account = scenario.session.get_one(Account, newcomer.account.id)
    employer = current_employer(account.person)
    assert employer is not None
    assert employer.id == firm.id
    assert firm.name in newcomer.open("/my/profile")

    again = newcomer.row(file_unit(newcomer, scenario.firm(0).id))
    scenario.approve(again)
    rows = scenario.session.scalars(
        select(Employment).where(Employment.person_id == account.person_id).order_by(Employment.id)
    ).all()
    assert [row.enterprise_id for row in rows] == [firm.id, scenario.firm(0).id]
    assert [row.ended_on for row in rows] == [clock.today(), None]


def test_a_unit_that_changed_meanwhile_stops_the_approval(newcomer: Holder) -> None:
    scenario = newcomer.scenario
    filed = newcomer.row(file_unit(newcomer, scenario.firm(1).id))
    person = scenario.session.get_one(Account, newcomer.account.id).person
    change_employer(scenario.session, person, scenario.firm(0).id, clock.today())
    scenario.session.commit()
    with scenario.refused():
        scenario.decide(filed, "approve")
    assert scenario.session.get_one(ChangeRequest, filed.id).state != APPROVED


def test_a_holder_moves_by_the_certificate_alone(clients: AppClients) -> None:
    holder = Holder(clients, clients.scenario.holder)
    assert "换单位请在“我的证书”办理变更" in holder.open("/my/profile")
    assert "变更后工作单位" not in holder.open("/my/start/profile_change")
    filed = clients.scenario.filed("profile_change", **{UNIT: str(clients.scenario.firm(1).id)})
    assert all(item.path != UNIT for item in filed.items)


def test_pages_promise_no_message_to_a_phone(clients: AppClients) -> None:
    browser = register(clients)
    said = browser.page
    said += browser.get("/register").text
    said += browser.get("/activate").text
    for wrong in ("接收审核结果", "找回密码", "短信通知", "发短信给"):
        assert wrong not in said
    assert "考核管理部门用它联系您" in said
    assert "系统不发短信" in said


def test_a_newcomer_learns_that_exams_are_not_open(newcomer: Holder) -> None:
    assert "考试报名和证书申领暂未在本系统开放" in newcomer.open("/my/")
    assert "考试服务暂未在本系统开放" in newcomer.open("/my/exams")
