"""Login, logout and sessions: which session cookies are valid, and until when."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from anguan.auth import accounts
from anguan.core import clock
from anguan.extensions import db
from anguan.models import Account, Event, LoginSession
from anguan.web.access import require_roles
from tests.support.client import OFFICE, OTHER, SECRET, AppClients, add_views
from tests.support.factories import Scenario


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    opened = AppClients(scenario, tmp_path)
    yield opened
    opened.close()


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "blanks round it": lambda login: f" {login}\t",
    "blanks in it": lambda login: f"{login[:6]} {login[6:14]}\u3000{login[14:]}",
    "full width": lambda login: "".join(chr(ord(char) + 0xFEE0) for char in login),
    "lower case": str.lower,
}


@pytest.mark.parametrize("how", SPELLINGS)
def test_the_login_is_normalised(clients: AppClients, how: str) -> None:
    login = clients.give_password(clients.scenario.holder)
    assert clients.browser().log_in(SPELLINGS[how](login)).status_code == 302


def test_chosen_passwords_are_taken_as_typed(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    assert clients.browser().log_in(login, SECRET.lower()).status_code == 401
    assert clients.browser().log_in(login, f"{SECRET} ").status_code == 401


def test_each_role_is_sent_to_its_home_page(clients: AppClients) -> None:
    for account in (clients.scenario.holder, clients.scenario.reviewer, clients.scenario.account("ADMIN")):
        browser = clients.browser()
        answer = browser.log_in(clients.give_password(account))
        home = "/my/" if account.role == "applicant" else "/panel"
        assert answer.location.startswith(home)


def test_wrong_unknown_and_disabled_read_the_same(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    shut = clients.give_password(clients.scenario.stranger)
    with clients.rows() as session:
        accounts.disable(session, OFFICE, session.get_one(Account, clients.scenario.stranger.id))
    pages = []
    for name, secret in ((login, "wrong"), ("590101200001019999", "wrong"), (shut, SECRET), (shut, "wrong")):
        browser = clients.browser()
        answer = browser.log_in(name, secret)
        pages.append((answer.status_code, answer.text.replace(browser.token, "").replace(name, "")))
    assert pages[0][0] == 401
    assert len(set(pages)) == 1


def test_the_session_before_the_login_is_invalid(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    browser = clients.browser()
    browser.get("/login")
    early = browser.token
    browser.client.set_cookie("sid", "planted-by-somebody-else")
    browser.post("/login", login=login, password=SECRET)
    assert browser.sid != "planted-by-somebody-else"
    assert browser.post("/extend", token=early).status_code == 400
    browser.get("/sessions")
    assert browser.post("/extend").status_code == 204


def test_logging_in_again_ends_the_session_it_replaces(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)

    browser = clients.browser()
    browser.log_in(login)
    copied = browser.sid
    browser.get("/forgot")
    browser.log_in(login)
    assert browser.is_logged_in()
    assert not clients.browser().use_session(copied).is_logged_in()


def test_logout_kills_a_copied_cookie(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)

    browser = clients.browser()
    browser.log_in(login)
    copied = browser.sid
    assert clients.browser().use_session(copied).is_logged_in()
    browser.get("/sessions")
    answer = browser.post("/logout")
    assert "cache" in answer.headers["Clear-Site-Data"]
    assert not clients.browser().use_session(copied).is_logged_in()


def test_logout_is_no_link(clients: AppClients) -> None:
    browser = clients.browser()
    browser.log_in(clients.give_password(clients.scenario.holder))
    assert browser.get("/logout").status_code == 405
    assert browser.is_logged_in()


def test_a_new_password_ends_the_other_devices_and_keeps_this_one(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    here, there = clients.browser(), clients.browser()
    here.log_in(login), there.log_in(login)
    copied = here.sid
    here.get("/password")
    answer = here.post("/password", current=SECRET, password=OTHER, again=OTHER)
    assert answer.status_code == 302
    assert here.is_logged_in()
    assert not there.is_logged_in()
    assert not clients.browser().use_session(copied).is_logged_in()
    assert clients.browser().log_in(login).status_code == 401
    assert clients.browser().log_in(login, OTHER).status_code == 302


def test_a_disabled_account_is_out_at_the_next_request(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)

    with clients.rows() as session:
        accounts.enable(session, OFFICE, session.get_one(Account, clients.scenario.holder.id))
    browser = clients.browser()
    browser.log_in(login)
    with clients.rows() as session:  # as another worker, or SQL by hand, would do it
        session.get_one(Account, clients.scenario.holder.id).disabled_at = clock.now()
    assert not browser.is_logged_in()


def test_a_new_role_or_region_asks_for_a_new_login(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.reviewer)
    for act in (
        lambda session, account: accounts.set_role(session, OFFICE, account, "senior_reviewer"),
        lambda session, account: accounts.set_region(session, OFFICE, account, "590200"),
        lambda session, account: accounts.end_all_sessions(session, OFFICE, account),
    ):
        browser = clients.browser()
        browser.log_in(login)
        with clients.rows() as session:
            act(session, session.get_one(Account, clients.scenario.reviewer.id))
        assert not browser.is_logged_in()


def test_quiet_sessions_end_staff_first(clients: AppClients) -> None:
    holder, staff = (
        clients.give_password(clients.scenario.holder),
        clients.give_password(clients.scenario.reviewer),
    )
    start = clock.now()

    with clock.frozen_at(start):
        here, office = clients.browser(), clients.browser()
        here.log_in(holder), office.log_in(staff)
    with clock.frozen_at(start + timedelta(minutes=16)):
        assert here.is_logged_in()
        assert not office.is_logged_in()
    with clock.frozen_at(start + timedelta(minutes=47)):
        assert not here.is_logged_in()


def test_no_session_lives_longer_than_half_a_day(clients: AppClients) -> None:
    start = clock.now()
    with clock.frozen_at(start):
        browser = clients.browser()
        browser.log_in(clients.give_password(clients.scenario.holder))
    for minutes in range(20, 12 * 60, 20):
        with clock.frozen_at(start + timedelta(minutes=minutes)):
            assert browser.is_logged_in(), minutes
    with clock.frozen_at(start + timedelta(hours=12)):
        assert not browser.is_logged_in()


def test_updating_the_session_commits_nothing_of_the_view(clients: AppClients) -> None:
    def forget_to_save() -> str:
        db.session.get_one(Account, clients.scenario.holder.id).name = "LEAKED"
        db.session.flush()
        return "done"

    add_views(clients.app, ("careless", require_roles("everyone")(forget_to_save)))
    start = clock.now()
    with clock.frozen_at(start):
        browser = clients.browser()
        browser.log_in(clients.give_password(clients.scenario.holder))
    for minutes in (5, 10):
        with clock.frozen_at(start + timedelta(minutes=minutes)):
            # SQLite: a read transaction cannot be upgraded after another write, so 503 and nothing is saved
            assert browser.get("/probe/careless").status_code in (200, 503)
    assert clients.read(clients.scenario.holder).name != "LEAKED"
    assert clients.all(LoginSession, ended_at=None)[0].seen_at == start + timedelta(minutes=10)


def test_the_list_of_devices_ends_one_of_them(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    here, there, third = clients.browser(), clients.browser("198.51.100.7"), clients.browser()
    for browser in (here, there, third):
        browser.log_in(login)
    page = here.get("/sessions").text
    assert "198.51.100.0/24" in page
    row = clients.all(LoginSession, network="198.51.100.0/24")[0]
    assert here.post("/sessions", end=str(row.id)).status_code == 302
    assert (here.is_logged_in(), there.is_logged_in(), third.is_logged_in()) == (True, False, True)
    here.get("/sessions")
    here.post("/sessions", end="others")
    assert (here.is_logged_in(), third.is_logged_in()) == (True, False)


def test_nobody_ends_a_strangers_session(clients: AppClients) -> None:
    other = clients.browser()
    other.log_in(clients.give_password(clients.scenario.stranger))
    here = clients.browser()
    here.log_in(clients.give_password(clients.scenario.holder))
    row = clients.all(LoginSession, account_id=clients.scenario.stranger.id)[0]
    here.get("/sessions")
    assert here.post("/sessions", end=str(row.id)).status_code == 404
    assert here.post("/sessions", end="9" * 30).status_code == 404
    assert other.is_logged_in()


def test_logins_are_logged_for_the_auditor(clients: AppClients) -> None:
    browser = clients.browser()
    browser.log_in(clients.give_password(clients.scenario.holder))
    events = clients.all(Event, verb="login")
    assert [(event.actor_id, event.visible_to) for event in events] == [(clients.scenario.holder.id, "audit")]


def test_the_cookie_is_opaque_and_kept_as_a_hash(clients: AppClients) -> None:
    browser = clients.browser()
    browser.get("/login")
    answer = browser.post("/login", login=clients.give_password(clients.scenario.holder), password=SECRET)
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("sid="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert len(browser.sid) >= 43
    row = clients.all(LoginSession)[0]
    assert browser.sid not in (row.token_hash, row.browser, row.network)
