"""Tokens of forms, safe targets of `next`, and refused host names."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from anguan.core import clock
from tests.support.client import SECRET, AppClients, address_of
from tests.support.factories import Scenario


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite only: nothing here depends on the database."""
    return str(request.param)


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    opened = AppClients(scenario, tmp_path)
    yield opened
    opened.close()


def test_no_form_passes_without_a_token(clients: AppClients) -> None:
    """As anybody, before a login; tests.web.test_every_route sends wrong tokens in every role."""
    posts = [rule for rule in clients.app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(posts) >= 9
    browser = clients.browser()
    for rule in posts:
        assert browser.post(address_of(rule), token="").status_code == 400, rule


def test_a_token_dies_with_its_session(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)

    browser = clients.browser()
    browser.log_in(login)
    browser.get("/sessions")
    token, form = browser.token, browser.client.get_cookie("form")
    assert form is not None
    other = clients.browser()
    other.log_in(clients.give_password(clients.scenario.stranger))
    other.client.set_cookie("form", form.value)
    assert other.post("/extend", token=token).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Origin": "https://elsewhere.example"}, 400),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 204),
        ({"Sec-Fetch-Site": "none"}, 204),
        ({"Origin": "null"}, 204),
        ({}, 204),
    ],
)
def test_the_browser_says_where_a_form_comes_from(
    clients: AppClients, headers: dict[str, str], status: int
) -> None:
    login = clients.give_password(clients.scenario.holder)

    browser = clients.browser()
    browser.log_in(login)
    browser.get("/sessions")
    data = {"csrf_token": browser.token}
    assert browser.client.post("/extend", data=data, headers=headers).status_code == status


def test_a_form_after_the_session_timed_out_says_so(clients: AppClients) -> None:
    start = clock.now()
    with clock.frozen_at(start):
        browser = clients.browser()
        browser.log_in(clients.give_password(clients.scenario.holder))
        browser.get("/password")
    with clock.frozen_at(start + timedelta(hours=2)):
        answer = browser.post("/password", current=SECRET, password="x", again="x")
    assert answer.status_code == 400
    assert "登录已经超时" in answer.text
    assert 'href="/login"' in answer.text


WANDERINGS = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "http://evil.example",
    "https:evil.example",
    "HTTPS://evil.example/my/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%09/evil.example\t",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "/\n/evil.example",
    "/\r\nSet-Cookie: x=1",
    "/my/\x7f",
    "evil.example",
    "my/",
    "./my/",
    "../my/",
    "?next=//evil.example",
    "#//evil.example",
    "@evil.example",
    "/@evil.example",
    "//localhost/my/",
    "http://localhost/my/",
    "/login",
    "/logout",
    "/nowhere",
    "/my/../../evil",
    "/my/" + "a" * 3000,
    "\u2215\u2215evil.example",
    "\uff0f\uff0fevil.example",
    "/\u2028/evil.example",
    ";//evil.example",
    "%2f%2fevil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "",
)


def test_next_leads_only_to_pages_of_ours(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    assert len(WANDERINGS) >= 40

    for wish in WANDERINGS:
        assert clients.browser().log_in(login, next=wish).location == "/my/", wish


def test_next_leads_back_to_what_was_wanted(clients: AppClients) -> None:
    login = clients.give_password(clients.scenario.holder)
    browser = clients.browser()
    wanted = browser.get("/sessions?from=mail").location
    assert wanted == "/login?next=/sessions?from%3Dmail"
    assert 'name="next" value="/sessions?from=mail"' in browser.get(wanted).text
    assert browser.post("/login", login=login, password=SECRET, next="/sessions?from=mail").location == (
        "/sessions?from=mail"
    )
    assert clients.browser().log_in(login, next="/panel/").location == "/my/"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "x\\y"])
def test_a_foreign_host_name_is_refused(clients: AppClients, host: str) -> None:
    for path in ("/login", "/nowhere", "/static/css/tokens.css"):
        answer = clients.app.test_client().get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.text
