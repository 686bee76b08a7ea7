"""Accounts in the panel: created, changed, disabled, reset, without setting a password for somebody else."""

import re

import pytest

from anguan.models import Account
from tests.support.client import Browser, activate
from tests.support.panel_client import Office

CODE = re.compile(r'class="once">([^<]+)<')


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite only: nothing here depends on the database."""
    return str(request.param)


@pytest.fixture
def admin(office: Office) -> Browser:
    browser = office.enter("administrator")
    browser.get("/panel/accounts/")
    return browser


def test_a_new_clerk_gets_a_code_that_is_shown_once(office: Office, admin: Browser) -> None:
    answer = admin.post("/panel/accounts/new/", role="reviewer", login="xin ren", name="新审核", region="")
    assert answer.status_code == 200
    code = CODE.search(answer.text)[1]
    made = office.account("XINREN")
    assert made.role == "reviewer"
    assert code not in admin.get(f"/panel/accounts/details/?id={made.id}").text
    browser = office.clients.browser()
    browser.get("/forgot")
    assert browser.post("/forgot", login="xinren", code=code).status_code == 302
    assert activate(browser, "新审核").status_code == 302
    assert browser.get("/panel/queue/").status_code == 200


@pytest.mark.parametrize("login", ["person", "enterprise"])
def test_a_reset_stands_on_the_page_of_the_account(office: Office, admin: Browser, login: str) -> None:
    scenario = office.scenario
    account = scenario.holder if login == "person" else scenario.account(scenario.firm(0).uscc)
    admin.post(f"/panel/accounts/{account.id}/reset")
    page = admin.get(f"/panel/accounts/details/?id={account.id}").text
    assert "重置登录：" in page[page.index("最近的操作") :]


def test_errors_of_a_new_account(office: Office, admin: Browser) -> None:
    post = admin.post
    assert "请填写姓名" in post("/panel/accounts/new/", role="auditor", login="A1", name="").text
    assert "已经有人使用" in post("/panel/accounts/new/", role="auditor", login="reviewer1", name="甲").text
    assert (
        "个人账号要对应登记的人员"
        in post("/panel/accounts/new/", role="applicant", login="590101198001010013", name="").text
    )
    assert post("/panel/accounts/new/", role="emperor", login="A1", name="甲").status_code == 400
    assert (
        post("/panel/accounts/new/", role="reviewer", login="A1", name="甲", region="000000").status_code
        == 400
    )


def test_no_form_of_the_panel_takes_a_password(office: Office, admin: Browser) -> None:
    account = office.account("REVIEWER1")
    for path in (
        "/panel/accounts/new/",
        f"/panel/accounts/edit/?id={account.id}",
        f"/panel/accounts/details/?id={account.id}",
    ):
        assert 'type="password"' not in admin.get(path).text
    before = account.password_hash
    admin.post(
        f"/panel/accounts/edit/?id={account.id}", role="reviewer", region="", password_hash="x", password="y"
    )
    assert office.account("REVIEWER1").password_hash == before


def test_a_reset_ends_the_old_password_and_every_session(office: Office, admin: Browser) -> None:
    clerk = office.enter("reviewer")
    number = office.account("REVIEWER1").id
    answer = admin.post(f"/panel/accounts/{number}/reset")
    assert CODE.search(answer.text)
    assert clerk.get("/panel/").status_code == 302
    assert office.account("REVIEWER1").password_hash is None
    assert office.events("reset_started")


def test_disable_and_enable(office: Office, admin: Browser) -> None:
    clerk = office.enter("reviewer")
    number = office.account("REVIEWER1").id
    admin.post(f"/panel/accounts/{number}/disable")
    assert clerk.get("/panel/").status_code == 302
    assert "已停用" in admin.get("/panel/accounts/?flt_state=shut").text
    admin.post(f"/panel/accounts/{number}/enable")
    assert office.account("REVIEWER1").disabled_at is None
    assert office.events("account_disabled")
    assert office.events("account_enabled")


def test_role_and_region_of_staff(office: Office, admin: Browser) -> None:
    number = office.account("REVIEWER2").id
    answer = admin.post(f"/panel/accounts/edit/?id={number}", role="senior_reviewer", region="")
    assert answer.status_code == 302
    assert office.account("REVIEWER2").role == "senior_reviewer"
    assert office.events("role_changed")


def test_administrators_do_not_change_their_own_account(office: Office, admin: Browser) -> None:
    own = office.account("ADMIN").id
    page = admin.get(f"/panel/accounts/details/?id={own}").text
    assert "请另一位管理员办理" in page
    admin.post(f"/panel/accounts/{own}/disable")
    admin.post(f"/panel/accounts/edit/?id={own}", role="auditor", region="")
    admin.post(f"/panel/accounts/{own}/reset")
    found = office.account("ADMIN")
    assert (found.role, found.disabled_at) == ("administrator", None)
    assert found.password_hash


def test_logins_of_people_are_masked_and_found_by_their_number(office: Office, admin: Browser) -> None:
    login = office.scenario.holder.login
    assert login not in admin.get("/panel/accounts/").text
    answer = admin.post("/panel/accounts/find", search=login)
    assert login not in answer.location
    page = admin.get(answer.location).text
    assert office.scenario.holder.name in page
    assert office.scenario.stranger.name not in page
    assert login not in admin.get(f"/panel/accounts/details/?id={office.scenario.holder.id}").text


def test_auditors_read_accounts_and_the_log_only(office: Office) -> None:
    browser = office.enter("auditor")
    number = office.clients.all(Account, login="REVIEWER1")[0].id
    page = browser.get(f"/panel/accounts/details/?id={number}").text
    assert "重置登录" not in page
    for act in ("reset", "disable", "enable", "end", "factor"):
        assert browser.post(f"/panel/accounts/{number}/{act}").status_code == 403
    assert browser.get("/panel/events/").status_code == 200
    assert browser.get("/panel/accounts/new/").status_code == 403


def test_the_log_is_filtered_and_never_shows_a_number(office: Office) -> None:
    scenario = office.scenario
    filed = scenario.filed("certificate_change")
    scenario.decide(filed, "approve")
    browser = office.enter("auditor")
    assert filed.number in browser.get(f"/panel/events/?search={filed.number}").text
    assert "登录" in browser.get("/panel/events/").text
    page = browser.get("/panel/events/?flt_verb=decide").text
    assert "作出决定" in page
    number = filed.person.document_number
    for event in office.events("take_effect") + office.events("submit"):
        page = browser.get(f"/panel/events/details/?id={event.id}").text
        assert number not in page
        assert "日志只增不改" in page
    answer = browser.post("/panel/events/find", search=number)
    assert number not in answer.location
