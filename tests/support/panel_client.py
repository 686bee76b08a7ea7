"""The panel for tests: the small office of `tests.world`, with a browser for each of the staff."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anguan.models import Account, ChangeRequest, Event
from tests.support.client import ROLE_LOGINS, SECRET, Browser, Door
from tests.support.factories import World


class Office:
    """The house seen from the panel."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.door = Door(world, folder)
        self.door.app.extensions["anguan_storage"] = world.storage

    def enter(self, role: str) -> Browser:
        """A browser of somebody with this role, already in."""
        login = ROLE_LOGINS.get(role, role)
        account = self.world.account(login)
        self.door.give_password(account)
        browser = self.door.browser()
        browser.log_in(login, SECRET)
        return browser

    def events(self, verb: str) -> list[Event]:
        """The events of this verb as they stand now."""
        return self.door.all(Event, verb=verb)

    def read(self, request: ChangeRequest | int) -> ChangeRequest:
        """A request as it stands now."""
        self.world.session.rollback()
        number = request if isinstance(request, int) else request.id
        return self.world.session.get_one(ChangeRequest, number, populate_existing=True)

    def account(self, login: str) -> Account:
        """An account as it stands now."""
        self.world.session.rollback()
        return self.world.account(login)


@contextmanager
def open_office(world: World, folder: Path) -> Iterator[Office]:
    """The office while a test runs."""
    office = Office(world, folder)
    yield office
    office.door.close()


def form_of(browser: Browser) -> dict[str, str]:
    """What the page that is open saw of the request: version and digest."""
    page = browser.page
    seen = {}
    for name in ("seen_version", "seen_digest"):
        begin = page.index(f'name="{name}" value="') + len(f'name="{name}" value="')
        seen[name] = page[begin : page.index('"', begin)]
    return seen


def export(browser: Browser, listed: str, kind: str = "csv", **form: object) -> bytes:
    """A list as a file with every column that its page offers, unless `column` names them."""
    browser.get(f"/panel/export/{listed}")
    columns = re.findall(r'name="column" value="([^"]+)"', browser.page)
    data = {"csrf_token": browser.token, "column": columns, "kind": kind, **form}
    answer = browser.client.post(f"/panel/export/{listed}", data=data)
    assert answer.status_code == 200, answer.text
    return answer.data


def read_csv(data: bytes) -> str:
    """The text of a CSV file, which says to Excel that it is UTF-8."""
    assert data.startswith(b"\xef\xbb\xbf")
    return data.decode("utf-8-sig")
