"""Every password input tells password managers whose password it is, and whether it is a new one."""

from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from anguan.auth.passwords import STAFF_TERM
from anguan.core import clock
from anguan.models import Account
from tests.support.client import AppClients, Browser, address_of
from tests.support.factories import Scenario

TYPED = ("account.login", "account.register")
"""Pages on which the visitor types the username."""
HABITS = ("current-password", "new-password")


class Forms(HTMLParser):
    """The autocomplete attribute and value of the inputs of each form, in the order of the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[list[tuple[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append([])
        elif tag == "input" and (self.forms or given.get("type") == "password"):
            habit = given.get("autocomplete", "")
            assert given.get("type") != "password" or habit in HABITS, given
            self.forms[-1].append((habit, given.get("value", "")))


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    opened = AppClients(scenario, tmp_path)
    yield opened
    opened.close()


def visitors(clients: AppClients) -> dict[str, Browser]:
    """A browser at each stage of a login, by the login that it used; '' for a visitor without one."""
    scenario = clients.scenario
    fresh, late = scenario.stranger, scenario.account("SENIOR")
    secrets = {fresh.login: clients.set_initial_last6(fresh)}
    for account in (scenario.holder, scenario.account("ADMIN"), late):
        clients.give_password(account)
    with clients.rows() as session:
        session.get_one(Account, late.id).password_at = clock.now() - STAFF_TERM - timedelta(days=1)
    browsers = {"": clients.browser()}
    for number, account in enumerate((fresh, late, scenario.holder, scenario.account("ADMIN"))):
        browsers[account.login] = browser = clients.browser(f"203.0.{number}.1")
        answer = browser.log_in(account.login, *filter(None, [secrets.get(account.login)]))
        assert answer.status_code == 302
    return browsers


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_each_password_stands_behind_its_username(clients: AppClients) -> None:
    found = set()
    for login, browser in visitors(clients).items():
        for rule in clients.app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint.endswith("static"):
                continue
            answer = browser.get(address_of(rule))
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            for form in Forms(answer.text).forms:
                habits = [habit for habit, _ in form]
                if not set(habits) & set(HABITS):
                    continue
                found.add(rule.endpoint)
                secrets = [habit for habit in habits if habit in HABITS]
                assert habits.count("username") == 1, rule.endpoint
                assert habits.index("username") < habits.index(secrets[0]), rule.endpoint
                assert secrets == sorted(secrets), f"{rule.endpoint}: the current password comes first"
                kept = form[habits.index("username")][1]
                assert kept == ("" if rule.endpoint in TYPED else login), rule.endpoint
    assert found == {f"account.{name}" for name in ("login", "activate", "password", "reauth", "register")}
