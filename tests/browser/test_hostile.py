"""Hostile strings in every row, in a real browser: one page of each template, no dialog, no violation."""

from collections.abc import Iterator
from itertools import cycle

import pytest
from playwright.sync_api import Browser, Dialog
from sqlalchemy import select

from anguan.models import ChangeItem
from tests.browser.support.crawl import Crawl
from tests.browser.support.person import Person
from tests.browser.support.server import DemoSite, WebServer
from tests.browser.support.tour import STARTS
from tests.web.test_hostile import KEPT, POISONED

VISITORS = ("anonymous", "renewing", "returned", "administrator", "senior")


@pytest.fixture(scope="module")
def hostile_site(web_server: WebServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """The demo site with another hostile string in every column that users fill."""
    site = DemoSite(web_server, tmp_path_factory.mktemp("poisoned"))
    words = cycle(KEPT)
    with site.change() as session:
        for table, columns in POISONED.items():
            for row in session.scalars(select(table)):
                if isinstance(row, ChangeItem) and row.path.endswith(".photo"):
                    continue
                for column in columns:
                    setattr(row, column, next(words))
    yield site
    site.close()


def test_no_page_of_any_template_runs_a_hostile_string(hostile_site: DemoSite, chrome: Browser) -> None:
    known: set[str] = set()
    faults: list[str] = []
    for who in VISITORS:
        login, starts = STARTS[who]
        person = Person(chrome, hostile_site.address)
        ran: list[str] = []
        person.page.on("dialog", lambda dialog, ran=ran: _note(dialog, ran))
        if login:
            person.open(person.log_in_directly(login))
        for endpoint in Crawl(hostile_site.app, person, known).walk(starts):
            strange = person.page.locator(
                "x-hostile, [onerror], [onload], [onclick], [onfocus], iframe[srcdoc]"
            )
            if strange.count():
                faults.append(f"{who}: {endpoint} has foreign elements")
        faults += [f"{who}: {words}" for words in (*ran, *person.complaints)]
        person.context.close()
    assert faults == []
    assert len(known) > 40


def test_an_unescaped_string_is_noticed(hostile_site: DemoSite, chrome: Browser) -> None:
    """A page that let a string through is noticed: the content security policy blocks it and reports."""
    person = Person(chrome, hostile_site.address)
    person.open("/login")
    planted = '<img src="/static/icons/tick.svg" onload="alert(1)">'
    person.page.evaluate("words => document.body.insertAdjacentHTML('beforeend', words)", planted)
    person.page.wait_for_timeout(300)
    assert any("Content Security Policy" in words for words in person.complaints)
    person.context.close()


def _note(dialog: Dialog, ran: list[str]) -> None:
    ran.append(f"dialog: {dialog.message}")
    dialog.dismiss()
