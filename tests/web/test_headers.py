"""Security and cache headers of errors and files; tests.web.test_every_route asks every route for them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request

from anguan.web.access import require_roles
from anguan.web.headers import csp_nonce, may_be_framed
from tests.support.client import AppClients, add_views, close_app, open_app
from tests.support.databases import copy_of, drop_database
from tests.support.factories import Scenario
from tests.support.office_data import build
from tests.web.test_access import enter

STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob: data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
FOR_GOOD = "public, max-age=31536000, immutable"
STATIC = re.compile(r'(?:href|src)="(/static/[^"#]+)')
SAME = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite only: nothing here depends on the database."""
    return str(request.param)


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    opened = AppClients(scenario, tmp_path)
    yield opened
    opened.close()


def policy_of(header: str) -> dict[str, str]:
    rules = (rule.strip().partition(" ") for rule in header.split(";"))
    return {name: value for name, _, value in rules}


def bare(rules: dict[str, str]) -> dict[str, str]:
    """The content security policy without nonces and same-origin framing."""
    kept = {
        name: " ".join(word for word in value.split() if not word.startswith("'nonce-"))
        for name, value in rules.items()
    }
    if kept.get("frame-ancestors") == "'self'":
        kept["frame-ancestors"] = "'none'"
    return kept


def test_a_page_names_the_content_of_its_files_and_the_browser_keeps_them(clients: AppClients) -> None:
    browser = clients.browser()
    named = STATIC.findall(browser.get("/login").text)
    assert len(named) > 10
    for address in named:
        answer = browser.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOR_GOOD), address


def test_a_file_under_any_other_address_is_asked_for_again(clients: AppClients) -> None:
    browser = clients.browser()
    for mark in ("", "?v=", "?v=0123456789ab"):
        assert browser.get(f"/static/css/tokens.css{mark}").headers["Cache-Control"] == "no-cache"
    for path in ("css/none.css", "../app.py"):
        assert browser.get(f"/static/{path}?v=0123456789ab").status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nowhere", 404), ("/logout", 405), ("/static/nothing.css", 404), ("/static/css/tokens.css", 200)],
)
def test_errors_and_files_send_the_strict_policy(clients: AppClients, path: str, status: int) -> None:
    answer = clients.browser().get(path)
    assert answer.status_code == status
    assert policy_of(answer.headers["Content-Security-Policy"]) == STRICT
    assert {name: answer.headers[name] for name in SAME} == SAME
    assert "Strict-Transport-Security" not in answer.headers


def test_a_failure_is_a_page_with_a_number_that_leads_to_the_log(
    clients: AppClients, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        raise RuntimeError("internal detail")

    add_views(clients.app, ("fail", require_roles("public")(fail)))
    answer = enter(clients, "applicant").get("/probe/fail")
    assert answer.status_code == 500
    assert "internal detail" not in answer.text
    assert "系统出了点问题" in answer.text
    number = next(record for record in caplog.records if record.name == "anguan.errors").args[0]
    assert str(number) in answer.text
    assert policy_of(answer.headers["Content-Security-Policy"]) == STRICT


def test_a_request_that_is_too_large_is_a_page(clients: AppClients) -> None:
    browser = clients.browser()
    browser.get("/login")
    answer = browser.post("/login", login="x" * 600_000)
    assert answer.status_code == 413
    assert "文件太大" in answer.text


def test_a_missing_database_is_a_page(tmp_path: Path) -> None:
    app = open_app(f"sqlite:///{tmp_path}/empty.db", tmp_path)
    answer = app.test_client().get("/login")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "系统暂时无法办理" in answer.text
    close_app(app)


def test_nonces_and_framing_are_opt_in(clients: AppClients) -> None:
    def inline() -> str:
        may_be_framed()
        return csp_nonce() + csp_nonce()

    add_views(clients.app, ("inline", require_roles("public")(inline)))
    browser = clients.browser()
    first, second = browser.get("/probe/inline"), browser.get("/probe/inline")
    nonce = first.text[: len(first.text) // 2]
    rules = policy_of(first.headers["Content-Security-Policy"])
    assert rules["script-src"] == f"'self' 'nonce-{nonce}'"
    assert rules["frame-ancestors"] == "'self'"
    assert first.text != second.text


def test_behind_a_proxy_the_visitors_own_address_counts(tmp_path: Path) -> None:
    url = copy_of("sqlite", build)
    for hops, seen in (("0", "10.0.0.1"), ("1", "203.0.113.9")):
        app = open_app(url, tmp_path, proxy_hops=hops)
        assert remote(app) == seen
        close_app(app)
    drop_database(url)


def remote(app: Flask) -> str:
    """Client address that the application sees behind one proxy."""
    with app.test_client() as client:
        client.get(
            "/login",
            headers={"X-Forwarded-For": "1.1.1.1, 203.0.113.9"},
            environ_base={"REMOTE_ADDR": "10.0.0.1"},
        )
        return str(request.remote_addr)
