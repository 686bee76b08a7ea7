"""Fixtures: one Chromium and one web server for the run; a new demo site and new browsers for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from setup.chromium import require_chromium
from tests.browser.support.documents import Documents, write_documents
from tests.browser.support.person import Person
from tests.browser.support.server import DemoSite, WebServer

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Meet = Callable[..., Person]


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """The browser; the run fails without one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_chromium(), args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def web_server() -> Iterator[WebServer]:
    """The web server."""
    web_server = WebServer()
    yield web_server
    web_server.close()


@pytest.fixture
def site(web_server: WebServer, tmp_path: Path) -> Iterator[DemoSite]:
    """A demo site of this test's own; decisions take effect at once."""
    site = DemoSite(web_server, tmp_path / "site")
    site.policy("undo_seconds", "0")
    yield site
    site.close()


@pytest.fixture
def meet(chrome: Browser, site: DemoSite) -> Iterator[Meet]:
    """Open browsers: meet(login) gives a logged-in person, meet() a visitor; takes the options of Person."""
    met: list[Person] = []

    def meet(login: str = "", **options: object) -> Person:
        person = Person(chrome, site.address, **options)  # type: ignore[arg-type]
        met.append(person)
        if login:
            person.open(person.log_in_directly(login))
        return person

    yield meet
    for person in met:
        person.close()


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """Files that applicants upload."""
    return write_documents(tmp_path_factory.mktemp("papers"))
