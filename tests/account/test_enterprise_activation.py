"""Activation of enterprises by code, licence or public facts; the pages say what the policies allow."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from anguan.auth.number_claims import LICENCE_PREFIX
from anguan.core.field_types import Uscc
from anguan.models import Account, Event, NumberClaim
from tests.account.test_number_claims import ask, decide, reviewer
from tests.support.client import OTHER, SECRET, AppClients, Browser, activate
from tests.support.factories import Scenario
from tests.support.office_data import picture
from tests.support.portal_client import open_portal

PUBLIC = ("/login", "/forgot", "/register", "/register/sent", "/register/claim", "/register/licence")
CODE = re.compile(r'class="once">([0-9A-Z-]+)<')


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    with open_portal(scenario, tmp_path) as opened:
        yield opened


def firm_account(clients: AppClients) -> Account:
    """The account of an enterprise that nobody has activated, opened under the rule of the manual."""
    account = clients.scenario.account(clients.scenario.firm(0).uscc)
    with clients.rows() as session:
        row = session.get_one(Account, account.id)
        row.password_hash, row.initial = None, "last6"
    return account


def show_licence(browser: Browser, uscc: str, **more: object) -> TestResponse:
    """Send the form of a licence."""
    browser.get("/register/licence")
    sides = {name: (io.BytesIO(picture(300, 200, "teal")), "照片.jpg") for name in ("front", "back")}
    form = {"document_number": uscc, "name": "经办人", "phone": "13800000088"}
    return browser.post("/register/licence", **{**form, **sides, **more})


def file_licence(clients: AppClients, browser: Browser, uscc: str) -> tuple[str, str]:
    """File a licence under the policy that takes it; returns number and query code."""
    clients.policy("enterprise_activation", "licence")
    page = show_licence(browser, uscc).text
    number, code = re.search(LICENCE_PREFIX + r"\d{4}-\d{6}", page), CODE.search(page)
    assert number
    assert code
    return number[0], code[1]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("way", ["code", "licence", "last6"])
@pytest.mark.parametrize("persons", ["last6", "random"])
def test_the_pages_tell_the_truth_under_every_policy(clients: AppClients, persons: str, way: str) -> None:
    firm, holder = firm_account(clients), clients.scenario.holder
    last6 = clients.set_initial_last6(holder)
    clients.policy("initial_secret", persons)
    clients.policy("enterprise_activation", way)
    opens_firm = clients.browser().log_in(firm.login, firm.login[-6:]).status_code == 302
    opens_person = clients.browser().log_in(holder.login, last6).status_code == 302
    takes_licences = "<form" in clients.browser().get("/register/licence").text.split("<main")[1]
    assert (opens_firm, opens_person, takes_licences) == (
        way == "last6",
        persons == "last6",
        way == "licence",
    )
    pages = {path: clients.browser().get(path).text for path in (*PUBLIC, "/")}
    clients.policy("self_registration", "off")
    pages["closed"] = clients.browser().get("/register").text
    for path, page in pages.items():
        said = page.replace("不能含账号中连续 6 位", "")
        assert "信用代码后 6 位" not in said or opens_firm, path
        assert "证件号后 6 位" not in said or opens_person, path
        assert 'href="/register/licence"' not in said or takes_licences, path
    for path in ("/login", "/forgot"):
        assert ("信用代码后 6 位" in pages[path]) == opens_firm
        assert ("证件号后 6 位" in pages[path]) == opens_person
        assert ('href="/register/licence"' in pages[path]) == takes_licences


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("by", ["last6", "code"])
@pytest.mark.parametrize("who", ["holder", "firm"])
def test_the_activation_page_names_what_was_typed(clients: AppClients, who: str, by: str) -> None:
    clients.policy("enterprise_activation", "last6")
    account = firm_account(clients) if who == "firm" else clients.scenario.holder
    secret = clients.set_initial_last6(account) if by == "last6" else clients.reset(account)
    browser = clients.browser()
    browser.log_in(account.login, secret)
    help_text = browser.get("/activate").text.split('class="help"')[1]
    assert ("初始密码" in help_text) == (by == "last6")
    assert ("一次性口令" in help_text) == (by == "code")
    assert ("营业执照" in help_text) == (who == "firm")


def test_from_the_licence_to_the_password(clients: AppClients) -> None:
    firm, clerk = firm_account(clients), clients.browser("203.0.113.77")
    slip = file_licence(clients, clerk, firm.login)
    assert "正在核对" in ask(clerk, *slip).text
    staff = reviewer(clients)
    claim = clients.all(NumberClaim)[0]
    page = staff.get(f"/panel/number-claims/details/?id={claim.id}").text
    assert clients.scenario.firm(0).legal_representative in page
    assert "企业账号：等待激活，" in page
    assert "13800000088" not in page
    assert "已核实" in decide(staff, claim)
    for side in ("front", "back"):
        assert staff.get(f"/panel/number-claims/{claim.id}/scan/{side}").status_code == 200
    assert len(clients.all(Event, verb="read_claim")) == 2
    code = CODE.search(ask(clerk, *slip).text)
    assert code
    clerk.get("/forgot")
    assert clerk.post("/forgot", login=firm.login, code=code[1]).location == "/activate"
    assert activate(clerk, clients.scenario.firm(0).legal_representative).status_code == 302
    assert clerk.is_logged_in()
    assert "已经激活" in ask(clients.browser(), *slip).text
    filed = clients.all(Event, verb="licence_filed")[0]
    assert filed.enterprise_id == clients.scenario.firm(0).id


def test_closed_licences_are_refused_and_unknown_firms_look_the_same(clients: AppClients) -> None:
    browser, unknown = clients.browser("203.0.113.77"), Uscc().sample(999)
    assert "现在不能上传营业执照" in show_licence(browser, clients.scenario.firm(0).uscc).text
    assert not clients.all(NumberClaim)
    clients.policy("enterprise_activation", "licence")
    pages = []
    for uscc in (clients.scenario.firm(0).uscc, unknown):
        answer = show_licence(browser, uscc)
        pages.append(
            re.sub(r'csrf_token" value="[^"]*"|QY\d+-\d+|[0-9A-Z]{5}(-[0-9A-Z]{5})+', "", answer.text)
        )
    assert pages[0] == pages[1]
    wrong = show_licence(browser, "91590100MA0000000K", name="", front=(io.BytesIO(b""), ""))
    assert wrong.status_code == 400
    assert "照片没有保存" in wrong.text
    empty = show_licence(browser, "", front=(io.BytesIO(b""), ""), back=(io.BytesIO(b""), ""))
    assert "照片没有保存" not in empty.text
    assert all(f'href="#{name}"' in wrong.text for name in ("document_number", "name", "front"))
    answer = decide(reviewer(clients), clients.all(NumberClaim, document_number=unknown)[0])
    assert "还没有登记这家企业" in answer
    assert {row.state for row in clients.all(NumberClaim)} == {"open"}


def test_a_licence_takes_no_active_account(clients: AppClients) -> None:
    account = clients.scenario.account(clients.scenario.firm(0).uscc)
    login = clients.give_password(account)
    file_licence(clients, clients.browser("203.0.113.77"), login)
    assert "已经激活" in decide(reviewer(clients), clients.all(NumberClaim)[0])
    assert clients.all(NumberClaim)[0].state == "open"
    assert clients.browser().log_in(login, SECRET).status_code == 302


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_claim_to_an_active_account_leads_to_its_reset(clients: AppClients) -> None:
    account = clients.scenario.account(clients.scenario.firm(0).uscc)
    file_licence(clients, clients.browser("203.0.113.77"), clients.give_password(account))
    claim, staff = clients.all(NumberClaim)[0], reviewer(clients)
    link, at = f'href="/panel/accounts/details/?id={account.id}"', f"/panel/number-claims/{claim.id}"
    refused = decide(staff, claim, "refuse", "账号已经激活，请到窗口重置")
    assert "由系统管理员重置登录" in refused
    assert link not in refused
    for login, words in (("AUDITOR", "看这个账号"), ("ADMIN", "去重置登录")):
        browser = clients.browser("198.51.100.21")
        browser.log_in(clients.give_password(clients.scenario.account(login)), SECRET)
        page = browser.get(f"/panel/number-claims/details/?id={claim.id}").text
        assert f"{link}>{words}<" in page
        scans = browser.get(f"{at}/scan/front").status_code, f'src="{at}/scan/front"' in page
        assert scans == ((403, False) if login == "ADMIN" else (200, True))
        if login == "ADMIN":
            assert browser.post(f"{at}/reveal", purpose="verify").status_code == 403
            assert browser.post(f"{at}/decide", verdict="accept", opinion="好").status_code == 403
            assert "一次性口令" in browser.post(f"/panel/accounts/{account.id}/reset").text


def test_an_old_query_code_gets_no_code_after_a_reset(clients: AppClients) -> None:
    """Of firms and of persons: the clerk may have left the firm when the office resets its account."""
    firm, clerk = firm_account(clients), clients.browser("203.0.113.77")
    slip = file_licence(clients, clerk, firm.login)
    decide(reviewer(clients), clients.all(NumberClaim)[0])
    clients.give_password(firm)
    code = clients.reset(firm)
    assert not CODE.search(ask(clerk, *slip).text)
    owner = clients.browser()
    owner.log_in(firm.login, code)
    assert activate(owner, clients.scenario.firm(0).legal_representative, OTHER).status_code == 302


def test_a_firm_gets_its_code_as_a_letter(clients: AppClients) -> None:
    firm = clients.scenario.account(clients.scenario.firm(0).uscc)
    admin = clients.browser()
    admin.log_in(clients.give_password(clients.scenario.account("ADMIN")), SECRET)
    admin.get(f"/panel/accounts/details/?id={firm.id}")
    letter = admin.post(f"/panel/accounts/{firm.id}/reset").text.split('class="letter"')[1]
    code = CODE.search(letter)
    assert code
    for words in ("一次性口令通知单", firm.name, firm.login, "/forgot", "法定代表人姓名", "只能用一次"):
        assert words in letter
    browser = clients.browser()
    browser.get("/forgot")
    assert browser.post("/forgot", login=firm.login, code=code[1]).location == "/activate"


def test_the_setting_warns_of_public_facts(clients: AppClients) -> None:
    admin = clients.browser()
    admin.log_in(clients.give_password(clients.scenario.account("ADMIN")), SECRET)
    page = admin.get("/panel/policies/edit/?id=enterprise_activation").text
    assert "都能公开查到" in page
    assert "系统默认：一次性口令。" in page
