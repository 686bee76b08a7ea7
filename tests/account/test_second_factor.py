"""Second factor of staff: set-up, codes valid once, recovery codes, reset by the office."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from anguan.auth import accounts
from anguan.core import clock
from anguan.models import Account, LoginSession, RecoveryCode
from tests.support.client import OFFICE, SECRET, AppClients, Browser
from tests.support.factories import Scenario


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    opened = AppClients(scenario, tmp_path, second_factor="on")
    yield opened
    opened.close()


def shown_secret(browser: Browser) -> str:
    page = browser.get("/second-factor").text
    found = re.search(r"密钥　<strong>([A-Z2-7 ]+)<", page)
    assert found is not None
    return found[1].replace(" ", "")


def enrol(clients: AppClients, account: Account) -> list[str]:
    """Set up the second factor; returns the recovery codes."""
    browser = clients.browser()
    assert browser.log_in(clients.give_password(account)).location == "/second-factor"
    totp = pyotp.TOTP(shown_secret(browser))
    answer = browser.post("/second-factor", code=totp.at(int(clock.now().timestamp())))
    assert answer.status_code == 200
    assert browser.is_logged_in()
    return re.findall(r"<li class=\"num\">([0-9A-Z-]{11})</li>", answer.text)


def test_set_up_and_login_with_it(clients: AppClients) -> None:
    reviewer = clients.scenario.reviewer
    start = clock.now()
    with clock.frozen_at(start):
        codes = enrol(clients, reviewer)
        assert len(set(codes)) == 8
    with clock.frozen_at(start + timedelta(minutes=1)):
        browser = clients.browser()
        assert browser.log_in(reviewer.login).location == "/second-factor"
        assert "密钥" not in browser.page
        assert browser.get("/panel/").location == "/second-factor"
        assert browser.get("/sessions").location == "/second-factor"
        early = browser.sid
        browser.get("/second-factor")
        assert browser.post("/second-factor", code=clients.code_of(reviewer)).status_code == 302
        assert browser.is_logged_in()
        assert not clients.browser().use_session(early).is_logged_in()


def test_a_used_code_is_worth_nothing(clients: AppClients) -> None:
    reviewer = clients.scenario.reviewer
    start = clock.now()
    with clock.frozen_at(start):
        enrol(clients, reviewer)
    minutes = iter(range(1, 100))

    with clock.frozen_at(start + timedelta(minutes=next(minutes))):
        code = clients.code_of(reviewer)
        for expected in (302, 401):
            browser = clients.browser()
            browser.log_in(reviewer.login)
            assert browser.post("/second-factor", code=code).status_code == expected


def test_a_clock_half_a_minute_off_is_forgiven_more_is_not(clients: AppClients) -> None:
    reviewer = clients.scenario.reviewer
    start = clock.now()
    with clock.frozen_at(start):
        enrol(clients, reviewer)
    with clock.frozen_at(start + timedelta(minutes=5)):
        browser = clients.browser()
        browser.log_in(reviewer.login)
        assert browser.post("/second-factor", code=clients.code_of(reviewer, ahead=2)).status_code == 401
        assert browser.post("/second-factor", code=clients.code_of(reviewer, ahead=-2)).status_code == 401
        assert browser.post("/second-factor", code=clients.code_of(reviewer, ahead=1)).status_code == 302


def test_a_recovery_code_opens_once(clients: AppClients) -> None:
    reviewer = clients.scenario.reviewer
    code = enrol(clients, reviewer)[3]
    for expected in (302, 401):
        browser = clients.browser()
        browser.log_in(reviewer.login)
        assert browser.post("/second-factor", code=code.lower().replace("-", "")).status_code == expected
    assert all(code not in row.code_hash for row in clients.all(RecoveryCode))


def test_guessing_the_code_stops_after_five(clients: AppClients) -> None:
    reviewer = clients.scenario.reviewer
    start = clock.now()
    with clock.frozen_at(start):
        enrol(clients, reviewer)

    with clock.frozen_at(start + timedelta(hours=1)):
        browser = clients.browser()
        browser.log_in(reviewer.login)
        for _ in range(5):
            assert browser.post("/second-factor", code="000000").status_code == 401
        assert browser.post("/second-factor", code=clients.code_of(reviewer)).status_code == 429


def test_an_unconfirmed_secret_is_not_stored(clients: AppClients) -> None:
    reviewer = clients.scenario.reviewer
    browser = clients.browser()
    browser.log_in(clients.give_password(reviewer))
    first = shown_secret(browser)
    assert browser.post("/second-factor", code="000000").status_code == 401
    assert clients.read(reviewer).totp_secret is None
    assert shown_secret(browser) == first


def test_secrets_are_encrypted_at_rest(clients: AppClients) -> None:
    reviewer = clients.scenario.reviewer
    browser = clients.browser()
    browser.log_in(clients.give_password(reviewer))
    secret = shown_secret(browser)
    assert all(secret not in (row.pending_secret or "") for row in clients.all(LoginSession))
    browser.post("/second-factor", code=pyotp.TOTP(secret).at(int(clock.now().timestamp())))
    assert secret not in (clients.read(reviewer).totp_secret or "")
    assert all(row.pending_secret is None for row in clients.all(LoginSession))


def test_the_office_can_clear_a_lost_one(clients: AppClients) -> None:
    reviewer = clients.scenario.reviewer
    enrol(clients, reviewer)
    with clients.rows() as session:
        accounts.clear_second_factor(session, OFFICE, session.get_one(Account, reviewer.id))
    browser = clients.browser()
    browser.log_in(reviewer.login)
    assert shown_secret(browser)


def test_holders_are_not_asked(clients: AppClients) -> None:
    assert clients.browser().log_in(clients.give_password(clients.scenario.holder)).location == "/my/"


def test_after_ninety_days_staff_change_the_password_first(clients: AppClients) -> None:
    reviewer, holder = clients.scenario.reviewer, clients.scenario.holder
    start = clock.now()
    with clock.frozen_at(start):
        enrol(clients, reviewer)
        clients.give_password(holder)
    with clock.frozen_at(start + timedelta(days=90)):
        browser = clients.browser()
        browser.log_in(reviewer.login)
        assert browser.post("/second-factor", code=clients.code_of(reviewer)).location == "/password"
        assert browser.get("/panel/").location == "/password"
        assert "90 天" in browser.get("/password").text
        same = browser.post("/password", current=SECRET, password=SECRET, again=SECRET)
        assert same.status_code == 400
        new = "Xin4Mi?Ma-2"
        assert browser.post("/password", current=SECRET, password=new, again=new).location == "/panel/"
        assert browser.is_logged_in()
        assert clients.browser().log_in(holder.login).location == "/my/"


def test_under_the_other_profile_nobody_has_to(clients: AppClients) -> None:
    reviewer = clients.scenario.reviewer
    start = clock.now()
    with clock.frozen_at(start):
        enrol(clients, reviewer)
        clients.policy("password_profile", "asvs")
    with clock.frozen_at(start + timedelta(days=900)):
        browser = clients.browser()
        browser.log_in(reviewer.login)
        assert browser.post("/second-factor", code=clients.code_of(reviewer)).location.startswith("/panel")
