"""The panel for tests: an application on the test data, with a browser for each staff role."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anguan.models import Account, ChangeRequest, Event
from tests.support.client import ROLE_LOGINS, AppClients, Browser
from tests.support.factories import Scenario


class Office:
    """The application on the test data, seen by its staff."""

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        self.scenario = scenario
        self.clients = AppClients(scenario, folder)
        self.clients.app.extensions["anguan_storage"] = scenario.storage

    def enter(self, role: str) -> Browser:
        """A logged-in browser of the account with this role or login."""
        account = self.scenario.account(ROLE_LOGINS.get(role, role))
        self.clients.give_password(account)
        browser = self.clients.browser()
        browser.enter(account)
        return browser

    def events(self, verb: str) -> list[Event]:
        """The events with this verb, read again."""
        return self.clients.all(Event, verb=verb)

    def read(self, request: ChangeRequest | int) -> ChangeRequest:
        """A request, read again."""
        self.scenario.session.rollback()
        number = request if isinstance(request, int) else request.id
        return self.scenario.session.get_one(ChangeRequest, number, populate_existing=True)

    def account(self, login: str) -> Account:
        """An account, read again."""
        self.scenario.session.rollback()
        return self.scenario.account(login)


@contextmanager
def open_office(scenario: Scenario, folder: Path) -> Iterator[Office]:
    """An `Office` that is closed at the end of the block."""
    office = Office(scenario, folder)
    yield office
    office.clients.close()


def form_of(browser: Browser) -> dict[str, str]:
    """Hidden fields of the open review page: version and digest of the request that it shows."""
    page = browser.page
    seen = {}
    for name in ("seen_version", "seen_digest"):
        begin = page.index(f'name="{name}" value="') + len(f'name="{name}" value="')
        seen[name] = page[begin : page.index('"', begin)]
    return seen


def export(browser: Browser, listed: str, kind: str = "csv", **form: object) -> bytes:
    """Export a list as a file, with every column that its page offers unless `column` names some."""
    browser.get(f"/panel/export/{listed}")
    columns = re.findall(r'name="column" value="([^"]+)"', browser.page)
    data = {"csrf_token": browser.token, "column": columns, "kind": kind, **form}
    answer = browser.client.post(f"/panel/export/{listed}", data=data)
    assert answer.status_code == 200, answer.text
    return answer.data


def read_csv(data: bytes) -> str:
    """The text of a CSV file that begins with the byte order mark which Excel needs for UTF-8."""
    assert data.startswith(b"\xef\xbb\xbf")
    return data.decode("utf-8-sig")
