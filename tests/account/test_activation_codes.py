"""Activation codes open only the activation page, and expire."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from anguan.auth import accounts
from anguan.auth.guess_limits import NAME
from anguan.auth.throttle import take_attempt
from anguan.core import clock
from anguan.core.clock import midnight
from anguan.models import Account, Event
from anguan.web.access import access_table
from tests.support.client import (
    OFFICE,
    OTHER,
    SECRET,
    AppClients,
    Browser,
    activate,
    address_of,
)
from tests.support.factories import Scenario


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    opened = AppClients(scenario, tmp_path)
    yield opened
    opened.close()


def try_login(clients: AppClients, account: Account, secret: str, address: str = "192.0.2.1") -> Browser:
    browser = clients.browser(address)
    browser.log_in(account.login, secret)
    return browser


def test_last_six_open_the_activation_page_only(clients: AppClients) -> None:
    holder = clients.scenario.holder
    last6 = clients.set_initial_last6(holder)

    browser = try_login(clients, holder, last6)
    for rule in clients.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or "public" in access_table(clients.app).get(rule.endpoint, ()):
            continue
        path = address_of(rule)
        answer = browser.get(path)
        seen = answer.text
        assert rule.endpoint == "account.activate" or answer.status_code in (302, 403), path
        typed = f'id="username" value="{holder.login}"'  # what the visitor typed, for password managers
        assert holder.login not in seen.replace(typed, ""), path
        assert holder.name not in seen, path


def test_the_layout_of_public_pages_shows_nothing_of_the_account(clients: AppClients) -> None:
    browser = try_login(clients, clients.scenario.holder, clients.set_initial_last6(clients.scenario.holder))
    for path in ("/", "/login", "/forgot", "/activate", "/nowhere"):
        assert clients.scenario.holder.name not in browser.get(path).text


def test_from_the_first_password_to_the_portal(clients: AppClients) -> None:
    holder = clients.scenario.holder
    last6 = clients.set_initial_last6(holder)
    browser = clients.browser()
    assert browser.log_in(holder.login, last6).location == "/activate"
    early = browser.sid
    assert activate(browser, holder.name, phone="138 0000 0009").location == "/my/"
    assert browser.is_logged_in()
    account = clients.read(holder)
    assert (account.initial, account.phone) == ("none", "13800000009")
    assert not clients.browser().use_session(early).is_logged_in()
    assert try_login(clients, holder, last6, "198.51.100.1").sid == ""
    assert try_login(clients, holder, SECRET).is_logged_in()
    assert [event.verb for event in clients.all(Event)] == ["login", "activated", "login"]


def test_an_old_activation_page_in_another_browser_is_invalid(clients: AppClients) -> None:
    holder = clients.scenario.holder
    last6 = clients.set_initial_last6(holder)
    thief, owner = try_login(clients, holder, last6), try_login(clients, holder, last6)
    thief.get("/activate")
    activate(owner, holder.name)
    activate(thief, holder.name, OTHER)
    assert not thief.is_logged_in()
    assert try_login(clients, holder, SECRET).is_logged_in()


def test_a_firm_confirms_its_legal_representative(clients: AppClients) -> None:
    firm = clients.scenario.firm(0)
    account = clients.scenario.account(firm.uscc)
    clients.policy("enterprise_activation", "last6")
    browser = try_login(clients, account, clients.set_initial_last6(account))
    assert activate(browser, firm.name).status_code == 400
    assert activate(browser, firm.legal_representative).status_code == 302
    assert browser.is_logged_in()


@pytest.mark.parametrize(("kept", "typed"), [("阿依那·格桑木", "阿依那．格桑木"), ("㛃示例", " 㛃 示例 ")])
def test_names_are_compared_as_people_write_them(clients: AppClients, kept: str, typed: str) -> None:
    holder = clients.scenario.holder
    last6 = clients.set_initial_last6(holder)
    with clients.rows() as session:
        person = session.get_one(Account, holder.id).person
        assert person is not None
        person.name = kept
    assert activate(try_login(clients, holder, last6), typed).status_code == 302


def test_all_errors_are_shown_at_once_and_count_no_attempt(clients: AppClients) -> None:
    holder = clients.scenario.holder
    browser = try_login(clients, holder, clients.set_initial_last6(holder))
    before = clients.attempt_counts("name")
    browser.get("/activate")
    answer = browser.post("/activate", name="", phone="12", password="short", again="other")
    assert answer.status_code == 400
    assert all(f'href="#{name}"' in answer.text for name in ("name", "phone", "password", "again"))
    assert "错误：设置您自己的密码" in answer.text
    assert clients.attempt_counts("name") == before


def test_wrong_codes_typed_by_others_keep_nobody_out(clients: AppClients) -> None:
    """The last six are no secret, and a code is too long to guess."""
    holder = clients.scenario.holder
    last6 = clients.set_initial_last6(holder)
    for number in range(30):
        assert try_login(clients, holder, "wrong", f"198.51.{number}.1").sid == ""
    assert try_login(clients, holder, last6).sid != ""
    code = clients.reset(holder)
    for number in range(30):
        assert try_login(clients, holder, "wrong", f"198.51.{number}.1").sid == ""
    assert try_login(clients, holder, code).sid != ""


def test_wrong_names_have_to_wait_and_lose_nothing(clients: AppClients) -> None:
    holder = clients.scenario.holder
    last6 = clients.set_initial_last6(holder)
    start = clock.now()
    with clock.frozen_at(start):
        for number, guess in enumerate(("甲", "乙")):
            browser = try_login(clients, holder, last6, f"198.51.{number}.1")
            assert activate(browser, guess).status_code == 400
        owner = try_login(clients, holder, last6)
        answer = activate(owner, holder.name)
        assert answer.status_code == 429
        assert "请 1 分钟后再试" in answer.text
        assert 'value="13800000009"' in answer.text
    with clock.frozen_at(start + timedelta(minutes=1)):
        assert activate(owner, holder.name).status_code == 302


def test_behind_a_code_others_cannot_use_up_the_name(clients: AppClients) -> None:
    holder = clients.scenario.holder
    last6 = clients.set_initial_last6(holder)
    for number in range(4):
        activate(try_login(clients, holder, last6, f"198.51.{number}.1"), "甲")
    assert activate(try_login(clients, holder, last6), holder.name).status_code == 429
    owner = try_login(clients, holder, clients.reset(holder))
    assert activate(owner, "错字").status_code == 400
    assert activate(owner, "又错").status_code == 400
    assert activate(owner, holder.name).status_code == 302


def test_a_registered_name_is_guessed_twenty_times_a_day(clients: AppClients) -> None:
    bucket = ((NAME.strangers, "somebody"),)
    start, allowed = clock.now(), 0
    for minute in range(24 * 60):
        with clock.frozen_at(start + timedelta(minutes=minute)):
            allowed += take_attempt(clients.scenario.session, bucket).allowed
    assert 15 <= allowed <= 20


def test_it_expires_fourteen_days_after_the_first_use(clients: AppClients) -> None:
    holder = clients.scenario.holder
    last6 = clients.set_initial_last6(holder)
    start = clock.now()

    with clock.frozen_at(start + timedelta(days=100)):
        assert try_login(clients, holder, last6).sid != ""
    with clock.frozen_at(start + timedelta(days=113)):
        late = try_login(clients, holder, last6)
        assert late.sid != ""
    with clock.frozen_at(start + timedelta(days=114)):
        assert try_login(clients, holder, last6).sid == ""


def test_an_open_activation_page_expires_with_the_code(clients: AppClients) -> None:
    holder = clients.scenario.holder
    last6 = clients.set_initial_last6(holder)
    start = clock.now()
    with clock.frozen_at(start):
        try_login(clients, holder, last6)
    with clock.frozen_at(start + timedelta(days=14, minutes=-1)):
        browser = try_login(clients, holder, last6)
        browser.get("/activate")
    with clock.frozen_at(start + timedelta(days=14, minutes=1)):
        answer = browser.post(
            "/activate", name=holder.name, phone="13800000009", password=SECRET, again=SECRET
        )
        assert answer.location == "/login"
    assert clients.read(holder).password_hash is None


def test_the_authority_sets_a_last_day_for_imported_people(clients: AppClients) -> None:
    holder = clients.scenario.holder
    last6 = clients.set_initial_last6(holder)
    last_day = clock.today() + timedelta(days=3)
    clients.policy("initial_until", last_day.isoformat())
    with clock.frozen_at(midnight(last_day + timedelta(days=1)) - timedelta(seconds=1)):
        assert try_login(clients, holder, last6).sid != ""
    with clock.frozen_at(midnight(last_day + timedelta(days=1))):
        assert try_login(clients, holder, last6).sid == ""


def test_under_random_codes_the_last_six_open_nothing(clients: AppClients) -> None:
    holder = clients.scenario.holder
    last6 = clients.set_initial_last6(holder)
    clients.policy("initial_secret", "random")
    assert try_login(clients, holder, last6).sid == ""
    assert try_login(clients, holder, clients.reset(holder)).sid != ""


@pytest.mark.parametrize("way", ["/forgot", "/login"])
def test_a_reset_replaces_the_password_and_ends_every_session(clients: AppClients, way: str) -> None:
    holder = clients.scenario.holder
    clients.give_password(holder)
    attacker = try_login(clients, holder, SECRET)
    code = clients.reset(holder)
    assert not attacker.is_logged_in()
    assert try_login(clients, holder, SECRET).sid == ""
    owner = clients.browser()
    owner.get(way)
    field = "code" if way == "/forgot" else "password"
    answer = owner.post(way, login=holder.login, **{field: code.lower().replace("-", " ")})
    assert answer.location == "/activate"
    assert activate(owner, holder.name, SECRET).status_code == 400
    assert activate(owner, holder.name, OTHER).status_code == 302
    assert try_login(clients, holder, OTHER).is_logged_in()
    assert try_login(clients, holder, code, "198.51.100.1").sid == ""


def test_a_code_is_stored_as_a_hash_and_valid_for_fourteen_days(clients: AppClients) -> None:
    holder = clients.scenario.holder
    code = clients.reset(holder)
    kept = clients.read(holder).initial_hash or ""
    assert kept.startswith("$argon2id$")
    assert code not in kept
    with clock.frozen_at(clock.now() + timedelta(days=14)):
        assert try_login(clients, holder, code).sid == ""


def test_the_forgotten_password_page_says_where_to_get_a_code(clients: AppClients) -> None:
    page = clients.browser().get("/forgot").text
    for words in ("0871-0000000", "0871-0000001", "身份证", "一次性口令", "14 天内有效"):
        assert words in page


def test_staff_start_with_a_code_never_with_the_last_six(clients: AppClients) -> None:
    with clients.rows() as session:
        _, code = accounts.create_account(session, OFFICE, "reviewer 9", "新人", "reviewer", initial="last6")
    account = clients.scenario.account("REVIEWER9")
    assert try_login(clients, account, "IEWER9").sid == ""
    browser = try_login(clients, account, code, "198.51.100.1")
    assert activate(browser, "新人").location.startswith("/panel")
