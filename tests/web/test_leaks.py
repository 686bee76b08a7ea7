"""No full document number in any list, address, title, log or file name; and every full view is an event."""

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
from tests.web.test_every_route import House, is_static, rules

STAFF = ("reviewer", "reviewer elsewhere", "senior_reviewer", "exam_officer", "administrator", "auditor")
STARTS = {"owner": "/my/", "own enterprise": "/my/", "anonymous": "/", **dict.fromkeys(STAFF, "/panel/")}
MOST = 150
_HREF = re.compile(r'(?:href|src|action)="([^"]*)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.S)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    opened = House(tmp_path_factory.mktemp("leaks"))
    yield opened
    opened.close()


def numbers_of(house: House) -> set[str]:
    """Every document number that the house knows."""
    session = house.scenario.session
    session.rollback()
    columns = (Person.document_number, Certificate.document_number, NumberClaim.document_number)
    found = {number for column in columns for number in session.scalars(select(column)) if number}
    return found | set(session.scalars(select(Account.login).where(Account.person_id.is_not(None))))


class Walk:
    """One actor's way through the house by the links on its pages: each kind of address once."""

    def __init__(self, house: House, actor: str) -> None:
        self.house, self.actor, self.browser = house, actor, house.browsers[actor]
        self.numbers = numbers_of(house)
        self.places = house.app.url_map.bind("localhost")
        self.leaks: list[str] = []
        self.opened = 0

    def go(self, *starts: str) -> None:
        """Walk until no new kind of address is met."""
        ways, met = list(starts), set()
        while ways and self.opened < MOST:
            way = ways.pop(0)
            kind = self._kind(way)
            if not kind or kind in met:
                continue
            met.add(kind)
            answer = self.browser.get(way)
            self.opened += 1
            page = answer.text if answer.mimetype == "text/html" else ""
            self.judge(way, answer, page)
            ways += [unescape(found) for found in _HREF.findall(page)]
            ways += [answer.location] if answer.location else []

    def judge(self, way: str, answer: TestResponse, page: str) -> None:
        """What stands where others read it: address, headers with the name of a file, title, links, page."""
        places = {"address": way, "headers": str(answer.headers), "title": " ".join(_TITLE.findall(page))}
        places["links"] = " ".join(_HREF.findall(page))
        if self.actor != "owner":
            places["page"] = page
        for place, words in places.items():
            if self.holds_number(words):
                self.leaks.append(f"{self.actor}: {place} of {way}")

    def holds_number(self, words: str) -> bool:
        """True when a whole number stands in these words."""
        return any(number in words for number in self.numbers)

    def _kind(self, way: str) -> tuple[str, ...]:
        parts = urlsplit(way)
        if parts.netloc not in ("", "localhost") or not parts.path.startswith("/"):
            return ()
        try:
            endpoint, _ = self.places.match(parts.path, method="GET")
        except HTTPException:
            return ()
        if is_static(endpoint) or endpoint.endswith("logout"):
            return ()
        return (endpoint, *sorted({name for name, _ in parse_qsl(parts.query)}))


def find_leaks(house: House, caplog: pytest.LogCaptureFixture, *actors: str) -> list[str]:
    """These walk; what leaked on the pages and in the log."""
    caplog.set_level(logging.DEBUG)
    caplog.clear()
    leaks: list[str] = []
    for actor in actors:
        walk = Walk(house, actor)
        walk.go(STARTS[actor])
        assert walk.opened > (3 if actor in ("own enterprise", "exam_officer") else 5), (actor, walk.opened)
        leaks += walk.leaks
    return leaks + find_logged(numbers_of(house), caplog)


def find_logged(numbers: set[str], caplog: pytest.LogCaptureFixture) -> list[str]:
    """Records of the log in which a number stands, with everything that a handler would print of them."""
    show = logging.Formatter("%(name)s %(message)s")
    return [
        f"log: {record.name}"
        for record in caplog.records
        if not record.name.startswith("sqlalchemy.engine")
        and any(number in show.format(record) for number in numbers)
    ]


def test_no_number_on_the_ways_of_anybody(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Every list, page, link, title, header and log record, seen by each role."""

    assert find_leaks(house, caplog, *(set(STARTS) - {"reviewer"})) == []

    assert find_leaks(house, caplog, "reviewer") == []


def test_looking_for_a_number_keeps_it_out_of_the_address(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Known or not, the number that was typed goes no further than the form."""
    caplog.set_level(logging.DEBUG)
    known, unknown = house.scenario.holder.login, "590101199505070117"
    numbers = {known, unknown, *numbers_of(house)}
    asked = 0
    for rule in rules(house, "POST"):
        if not rule.endpoint.endswith(".find"):
            continue
        browser = house.browsers["administrator" if "account" in rule.endpoint else "auditor"]
        browser.get("/panel/")
        for number in (known, unknown, f" {known[:6]} {known[6:]} "):
            answer = browser.post(house.address(rule), search=number)
            if answer.status_code == 403:
                break
            asked += 1
            assert not any(one in str(answer.headers) for one in numbers), rule.rule
            page = browser.get(answer.location)
            assert not any(one in page.text for one in numbers), rule.rule
    assert asked > 10
    assert find_logged(numbers, caplog) == []


def test_a_fault_of_the_database_tells_the_log_no_number(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """What went wrong is logged, the values that it went wrong with are not."""
    number = house.scenario.holder.login

    def fail() -> str:
        return str(db.session.execute(text("SELECT nothing FROM person WHERE name = :n"), {"n": number}))

    fail.allowed_roles = frozenset({"public"})  # type: ignore[attr-defined]
    add_views(house.app, ("fail", fail))

    def promise() -> None:
        caplog.clear()
        answer = Browser(house.app).get("/probe/fail")
        assert answer.status_code >= 500
        assert number not in answer.text
        assert "nothing" in caplog.text
        assert number not in caplog.text

    promise()
    with house.app.app_context():
        db.engine.hide_parameters = False
        with pytest.raises(AssertionError):
            promise()
        db.engine.hide_parameters = True


def test_every_full_view_is_an_event_each_time(house: House) -> None:
    """The number in full is shown for a purpose, and each time is written down with it."""
    browser = house.browsers["reviewer"]
    shown = 0
    for rule in rules(house, "POST"):
        if not rule.endpoint.startswith("panel") or not rule.endpoint.endswith(".reveal"):
            continue
        address = house.address(rule)
        browser.get("/panel/")
        if browser.post(address, purpose="nothing").status_code == 404:
            continue
        for _ in range(2):
            before = len(house.clients.all(Event, verb="reveal"))
            answer = browser.post(address, purpose="compare")
            events = house.clients.all(Event, verb="reveal")
            assert answer.status_code == 200, address
            assert len(events) == before + 1, address
            assert "证件影像核对" in events[-1].sentence
        shown += 1
    assert shown >= 3
