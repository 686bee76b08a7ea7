"""Full document numbers appear in no list, URL, title, log or file name; each reveal is an event."""

import logging
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import select, text
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from anguan.extensions import db
from anguan.models import Account, Certificate, Event, NumberClaim, Person
from tests.support.client import Browser, add_views
from tests.web.test_every_route import Site, is_static, rules

STAFF = ("reviewer", "reviewer elsewhere", "senior_reviewer", "exam_officer", "administrator", "auditor")
STARTS = {"owner": "/my/", "own enterprise": "/my/", "anonymous": "/", **dict.fromkeys(STAFF, "/panel/")}
MOST = 150
_HREF = re.compile(r'(?:href|src|action)="([^"]*)"')
_USERNAME = re.compile(r'<input[^>]*autocomplete="username"[^>]*>')
"""Never shown: by it a password manager, which knows the login, finds the password of this account."""
_TITLE = re.compile(r"<title>(.*?)</title>", re.S)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    opened = Site(tmp_path_factory.mktemp("leaks"))
    yield opened
    opened.close()


def numbers_of(site: Site) -> set[str]:
    """Every document number in the database."""
    session = site.scenario.session
    session.rollback()
    columns = (Person.document_number, Certificate.document_number, NumberClaim.document_number)
    found = {number for column in columns for number in session.scalars(select(column)) if number}
    return found | set(session.scalars(select(Account.login).where(Account.person_id.is_not(None))))


class Crawler:
    """Crawler of one actor: follows the links of the pages, each endpoint and set of query keys once."""

    def __init__(self, site: Site, actor: str) -> None:
        self.site, self.actor, self.browser = site, actor, site.browsers[actor]
        self.numbers = numbers_of(site)
        self.places = site.app.url_map.bind("localhost")
        self.leaks: list[str] = []
        self.opened = 0

    def go(self, *starts: str) -> None:
        """Open pages from `starts` on until there is no new kind of URL or `MOST` were opened."""
        queue, met = list(starts), set()
        while queue and self.opened < MOST:
            url = queue.pop(0)
            kind = self._kind(url)
            if not kind or kind in met:
                continue
            met.add(kind)
            answer = self.browser.get(url)
            self.opened += 1
            page = answer.text if answer.mimetype == "text/html" else ""
            self.inspect(url, answer, page)
            queue += [unescape(found) for found in _HREF.findall(page)]
            queue += [answer.location] if answer.location else []

    def inspect(self, url: str, answer: TestResponse, page: str) -> None:
        """Look for numbers in the URL, headers (file names), title and links, and in the page."""
        places = {"address": url, "headers": str(answer.headers), "title": " ".join(_TITLE.findall(page))}
        places["links"] = " ".join(_HREF.findall(page))
        places["page"] = _USERNAME.sub("", page)
        for place, words in places.items():
            if self.holds_number(words):
                self.leaks.append(f"{self.actor}: {place} of {url}")

    def holds_number(self, words: str) -> bool:
        """True when the text holds a full number."""
        return any(number in words for number in self.numbers)

    def _kind(self, url: str) -> tuple[str, ...]:
        parts = urlsplit(url)
        if parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
            return ()
        try:
            endpoint, _ = self.places.match(parts.path, method="GET")
        except HTTPException:
            return ()
        if is_static(endpoint) or endpoint.endswith("logout"):
            return ()
        return (endpoint, *sorted({name for name, _ in parse_qsl(parts.query)}))


def find_leaks(site: Site, caplog: pytest.LogCaptureFixture, *actors: str) -> list[str]:
    """Crawl as these actors; returns what leaked on the pages and in the log."""
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    leaks: list[str] = []
    for actor in actors:
        crawler = Crawler(site, actor)
        crawler.go(STARTS[actor])
        assert crawler.opened > (3 if actor in ("own enterprise", "exam_officer") else 5), (
            actor,
            crawler.opened,
        )
        leaks += crawler.leaks
    return leaks + find_logged(numbers_of(site), caplog)


def find_logged(numbers: set[str], caplog: pytest.LogCaptureFixture) -> list[str]:
    """Log records that hold a number, formatted as a handler would print them."""
    show = logging.Formatter("%(name)s %(message)s")
    return [
        f"log: {record.name}"
        for record in caplog.records
        if not record.name.startswith("sqlalchemy.engine")
        and any(number in show.format(record) for number in numbers)
    ]


def test_no_page_shows_a_number(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Every list, page, link, title, header and log record, seen by each role."""

    assert find_leaks(site, caplog, *(set(STARTS) - {"reviewer"})) == []

    assert find_leaks(site, caplog, "reviewer") == []


def test_a_search_for_a_number_keeps_it_out_of_the_url(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The number that was typed, known or not, appears in no redirect and no log."""
    caplog.set_level(logging.DEBUG)
    known, unknown = site.scenario.holder.login, "590101199505070117"
    numbers = {known, unknown, *numbers_of(site)}
    asked = 0
    for rule in rules(site, "POST"):
        if not rule.endpoint.endswith(".find"):
            continue
        browser = site.browsers["administrator" if "account" in rule.endpoint else "auditor"]
        browser.get("/panel/")
        for number in (known, unknown, f" {known[:6]} {known[6:]} "):
            answer = browser.post(site.address(rule), search=number)
            if answer.status_code == 403:
                break
            asked += 1
            assert not any(one in str(answer.headers) for one in numbers), rule.rule
            page = browser.get(answer.location)
            assert not any(one in page.text for one in numbers), rule.rule
    assert asked > 10
    assert find_logged(numbers, caplog) == []


def test_a_database_error_logs_no_number(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The error is logged without the values of its statement."""
    number = site.scenario.holder.login

    def fail() -> str:
        return str(db.session.execute(text("SELECT nothing FROM person WHERE name = :n"), {"n": number}))

    fail.allowed_roles = frozenset({"public"})  # type: ignore[attr-defined]
    add_views(site.app, ("fail", fail))

    def promise() -> None:
        caplog.clear()
        answer = Browser(site.app).get("/probe/fail")
        assert answer.status_code >= 500
        assert number not in answer.text
        assert "nothing" in caplog.text
        assert number not in caplog.text

    promise()
    with site.app.app_context():
        db.engine.hide_parameters = False
        with pytest.raises(AssertionError):
            promise()
        db.engine.hide_parameters = True


def test_every_reveal_is_an_event(site: Site) -> None:
    """A reveal needs a purpose, and each one is logged with it."""
    browser = site.browsers["reviewer"]
    shown = 0
    for rule in rules(site, "POST"):
        if not rule.endpoint.startswith("panel") or not rule.endpoint.endswith(".reveal"):
            continue
        address = site.address(rule)
        browser.get("/panel/")
        if browser.post(address, purpose="nothing").status_code == 404:
            continue
        for _ in range(2):
            before = len(site.clients.all(Event, verb="reveal"))
            answer = browser.post(address, purpose="compare")
            events = site.clients.all(Event, verb="reveal")
            assert answer.status_code == 200, address
            assert len(events) == before + 1, address
            assert "证件影像核对" in events[-1].sentence
        shown += 1
    assert shown >= 3
