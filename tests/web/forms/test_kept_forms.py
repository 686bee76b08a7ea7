"""Text sent after the login has ended is kept for the account that typed it, and for nobody else."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from anguan.auth.kept_forms import KEEP
from anguan.core import clock
from anguan.models import KeptForm, LoginSession, Reason
from anguan.web.kept_forms import FILLED_BY, KEEP_ONLY
from tests.support.client import SECRET, AppClients, Browser
from tests.support.factories import Scenario
from tests.support.portal_client import open_portal
from tests.web.forms.form_values import FormReader, form_values

URL = "/my/start/profile_change"
WORDS = "一级建造师兼总工"


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    with open_portal(scenario, tmp_path) as opened:
        yield opened


def log_in(clients: AppClients, name: str) -> Browser:
    """A browser logged in as this person or office account."""
    scenario = clients.scenario
    account = getattr(scenario, name) if name in ("holder", "stranger") else scenario.account(name)
    browser = clients.browser()
    browser.log_in(clients.give_password(account), SECRET)
    assert browser.is_logged_in()
    return browser


def open_form(browser: Browser, url: str = URL) -> dict[str, str]:
    """The form as a browser would send it."""
    assert browser.get(url).status_code == 200
    return form_values(browser.page, FILLED_BY, "csrf_token")


def form_of(page: str, *names: str) -> dict[str, str]:
    """The form of a page that has all these inputs, with its token."""
    return next(form for form in FormReader(page).forms if set(names) <= set(form))


def time_out(clients: AppClients) -> None:
    """Let all sessions be idle for too long."""
    with clients.rows() as session:
        for row in session.scalars(select(LoginSession)):
            row.seen_at = clock.now() - timedelta(hours=5)


def again(browser: Browser, login: str, **form: str) -> str:
    """Log in on the login page that is open; gives the address it leads to."""
    return browser.post("/login", login=login, password=SECRET, **form).location


def test_the_login_page_says_why_and_leads_back(clients: AppClients) -> None:
    browser = log_in(clients, "holder")
    browser.get("/my/certificates?kind=B")
    time_out(clients)
    answer = browser.get("/my/certificates?kind=B")
    page = browser.get(answer.location).text
    assert "登录已超时，请重新登录。登录后回到刚才那一页" in page
    target = form_of(browser.page, "login", "next")["next"]
    assert again(browser, clients.scenario.holder.login, next=target) == "/my/certificates?kind=B"
    other = clients.browser("192.0.2.5")
    page = other.get(other.get("/my/certificates").location).text
    assert "登录已超时" not in page
    assert "请先登录，登录后打开您要看的那一页" in page


def test_a_form_sent_too_late_is_offered_after_the_login(clients: AppClients) -> None:
    browser = log_in(clients, "holder")
    form = open_form(browser)
    time_out(clients)
    browser.get("/my/")
    answer = browser.post(URL, **{**form, "save": "1", "person.position": WORDS})
    assert answer.status_code == 302
    assert "登录已超时" in browser.get(answer.location).text
    kept = clients.all(KeptForm)
    assert len(kept) == 1
    assert WORDS not in kept[0].sealed
    target = again(browser, clients.scenario.holder.login)
    assert target == "/unsent"
    assert WORDS in browser.get(target).text
    sent = form_of(browser.page, "kept_form", "person.position")
    assert sent["person.position"].strip() == WORDS
    action = re.search(r'action="([^"]*profile_change[^"]*)"', browser.page)
    assert action
    done = browser.post(
        action[1], **{name: value.lstrip("\n") for name, value in sent.items() if name != "csrf_token"}
    )
    assert done.status_code == 302
    assert WORDS in browser.get(done.location).text
    assert clients.all(KeptForm) == []
    assert browser.get("/unsent").location.endswith("/my/")


def test_nobody_else_reads_it(clients: AppClients) -> None:
    browser = log_in(clients, "holder")
    form = open_form(browser)
    time_out(clients)
    browser.post(URL, **{**form, "person.position": WORDS})
    browser.get("/login")
    assert again(browser, clients.give_password(clients.scenario.stranger)) != "/unsent"
    assert browser.get("/unsent").status_code == 302
    stranger_token = browser.token
    answer = browser.post(URL, **{**form, "person.position": "冒名"}, token="old")
    assert answer.status_code == 400
    assert [row.account_id for row in clients.all(KeptForm)] == [clients.scenario.holder.id]
    assert browser.get("/unsent").status_code == 302
    assert stranger_token


def test_a_form_with_a_stale_token_is_offered_at_once(clients: AppClients) -> None:
    browser = log_in(clients, "holder")
    form = open_form(browser)
    answer = browser.post(URL, **{**form, "person.position": WORDS}, token="old")
    assert answer.status_code == 400
    assert "您填的内容保留着" in answer.text
    assert WORDS in browser.get("/unsent").text
    browser.post("/unsent/drop")
    assert clients.all(KeptForm) == []


def test_passwords_are_never_kept_and_a_logout_ends_it(clients: AppClients) -> None:
    browser = log_in(clients, "holder")
    form = open_form(browser, "/password")
    time_out(clients)
    browser.post("/password", **{**form, "password": "Geheim-2026-xyz"})
    assert clients.all(KeptForm) == []
    browser = log_in(clients, "holder")
    form = open_form(browser)
    sid = browser.sid
    browser.post("/logout")
    late = clients.browser().use_session(sid)
    late.get("/login")
    assert late.post(URL, **{**form, "person.position": WORDS}).status_code in (302, 400)
    assert clients.all(KeptForm) == []


def test_a_page_that_goes_to_the_login_keeps_its_text_and_does_nothing(clients: AppClients) -> None:
    browser = log_in(clients, "ADMIN")
    with clients.rows() as session:
        session.add(Reason(code="one", sentence="甲"))
    (reason,) = clients.all(Reason)
    url = f"/panel/reasons/edit/?id={reason.id}"
    form = open_form(browser, url)
    for timed_out in (False, True):
        if timed_out:
            time_out(clients)
        data = {**form, "sentence": WORDS, "csrf_token": browser.token}
        answer = browser.client.post(url, data=data, headers={KEEP_ONLY: "1"})
        assert answer.status_code == 204
        assert [row.sentence for row in clients.all(Reason)] == ["甲"]
        assert len(clients.all(KeptForm)) == 1
    browser.get("/login")
    assert again(browser, "ADMIN") == "/unsent"
    assert WORDS in browser.get("/unsent").text


def test_it_is_kept_for_a_day(clients: AppClients) -> None:
    browser = log_in(clients, "holder")
    form = open_form(browser)
    browser.post(URL, **{**form, "person.position": WORDS}, token="old")
    with clients.rows() as session:
        session.scalars(select(KeptForm)).one().kept_at = clock.now() - KEEP
    assert browser.get("/unsent").status_code == 302
