"""Access by role: every route for every role, denied by default."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from anguan.core import clock
from anguan.models import ROLES
from anguan.web.access import access_table, expand, require_fresh_password, require_roles
from tests.support.client import SECRET, AppClients, Browser, add_views, address_of
from tests.support.factories import Scenario

VISITORS = ("nobody", "activation", *ROLES)


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite only: nothing here depends on the database."""
    return str(request.param)


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    opened = AppClients(scenario, tmp_path)
    yield opened
    opened.close()


def enter(clients: AppClients, visitor: str) -> Browser:
    """A browser logged in with this role, or one that is not logged in or not yet activated."""
    browser, scenario = clients.browser(), clients.scenario
    if visitor == "nobody":
        return browser
    if visitor == "activation":
        browser.log_in(scenario.paper_holder.login, clients.set_initial_last6(scenario.paper_holder))
        return browser
    logins = {
        "applicant": scenario.holder.login,
        "enterprise": scenario.firm(0).uscc,
        "reviewer": "REVIEWER1",
        "senior_reviewer": "SENIOR",
        "exam_officer": "EXAM",
        "administrator": "ADMIN",
        "auditor": "AUDITOR",
    }
    browser.log_in(clients.give_password(scenario.account(logins[visitor])))
    return browser


def test_every_route_declares_its_roles(clients: AppClients) -> None:
    unclassed = {rule.endpoint for rule in clients.app.url_map.iter_rules()} - set(access_table(clients.app))
    assert unclassed == set()


def test_a_route_without_roles_opens_for_nobody(clients: AppClients) -> None:
    add_views(clients.app, ("silent", lambda: "secret"))
    assert "probe.silent" not in access_table(clients.app)

    for visitor in ("nobody", "applicant", "administrator"):
        assert enter(clients, visitor).get("/probe/silent").status_code == 403


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_route_for_every_role(clients: AppClients, visitor: str) -> None:
    browser = enter(clients, visitor)
    table = access_table(clients.app)
    cells = [
        (rule.endpoint, address_of(rule))
        for rule in clients.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and "public" not in table[rule.endpoint]
    ]
    assert len(cells) > 5

    for endpoint, path in cells:
        answer = browser.get(path)
        if visitor in table[endpoint]:
            assert answer.status_code != 403, path
            assert not (answer.location or "").startswith("/login"), path
        elif visitor == "nobody":
            assert (answer.location or "").startswith("/login?next="), path
        elif visitor == "activation":
            assert answer.location == "/activate", path
        elif table[endpoint] <= {"activation", "second_factor", "rotation"}:
            assert answer.status_code == 302, path
        else:
            assert answer.status_code == 403, path
            assert "这里不对您的账号开放" in answer.text


def test_access_is_denied_before_the_view_runs(clients: AppClients) -> None:
    ran = []
    view = require_roles("administrator")(lambda: ran.append(1) or "ran")
    add_views(clients.app, ("dangerous", view))
    browser = enter(clients, "applicant")
    browser.get("/sessions")
    assert browser.post("/probe/dangerous").status_code == 403
    assert ran == []
    administrator = enter(clients, "administrator")
    administrator.get("/sessions")
    assert administrator.post("/probe/dangerous").text == "ran"


def test_dangerous_pages_ask_for_the_password_again(
    clients: AppClients, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_views(clients.app, ("bomb", require_roles("administrator")(require_fresh_password(lambda: "boom"))))
    start = clock.now()

    moment = start + timedelta(days=1)
    with clock.frozen_at(moment):
        browser = enter(clients, "administrator")
        assert browser.get("/probe/bomb").text == "boom"
    with clock.frozen_at(moment + timedelta(minutes=11)):
        asked = browser.get("/probe/bomb")
        assert asked.location == "/reauth?next=/probe/bomb"
        browser.get(asked.location)
        assert browser.post("/reauth", password="wrong", next="/probe/bomb").status_code == 401
        assert browser.post("/reauth", password=SECRET, next="/probe/bomb").location == "/probe/bomb"
        assert browser.get("/probe/bomb").text == "boom"
    with clock.frozen_at(moment + timedelta(minutes=20)):
        assert browser.get("/probe/bomb").text == "boom"
    with clock.frozen_at(moment + timedelta(minutes=22)):
        assert browser.get("/probe/bomb").status_code == 302


def test_guessing_on_the_reauthentication_page_is_throttled(clients: AppClients) -> None:
    browser = enter(clients, "administrator")
    browser.get("/reauth")
    for _ in range(5):
        assert browser.post("/reauth", password="wrong").status_code == 401
    assert browser.post("/reauth", password=SECRET).status_code == 429


def test_names_of_role_groups() -> None:
    assert expand("staff") == set(ROLES) - {"applicant", "enterprise"}
    assert expand("everyone") == set(ROLES)
    with pytest.raises(ValueError, match="unknown"):
        expand("emperor")


def test_login_pages_redirect_whoever_is_logged_in(clients: AppClients) -> None:
    browser = enter(clients, "applicant")
    for path in ("/login", "/activate", "/second-factor"):
        assert browser.get(path).location == "/my/"
