"""Crawls the site as one person: opens every kind of page once, by the links on the pages."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException

from tests.browser.support.person import NARROW, WIDE, Person

LINKS = "() => [...document.querySelectorAll('a[href]')].map((one) => one.href)"
FILES = (
    "static",
    "file",
    "scan",
    "large_scan",
    "photo",
    "certificate_photo",
    "photo_picture",
    "photo_result",
    "waiting_photo",
    "pdf",
    "template",
    "export",
    "calendar",
    "find_enterprises",
)
"""Endings of the names of endpoints that do not answer with an HTML page."""

PERSONAL = ("portal.home", "portal.certificates", "portal.request", "portal.edit", "panel.index")
"""Pages that look different for everybody, so that each person's own is opened."""


def is_page(endpoint: str) -> bool:
    """Whether the endpoint answers with a page."""
    name = endpoint.rpartition(".")[2]
    return name not in FILES and not name.endswith("_pdf")


class Crawl:
    """The crawl of one person. `known` holds the kinds of pages already seen, by anybody."""

    def __init__(self, app: Flask, person: Person, known: set[str]) -> None:
        self.places = app.url_map.bind(urlsplit(person.address).netloc)
        self.person, self.page, self.known = person, person.page, known
        self.mine: set[str] = set()

    def walk(self, starts: Iterable[str]) -> Iterator[str]:
        """Open one page of each kind that can be reached; yields its endpoint while it is open."""
        ways = list(starts)
        while ways:
            way = ways.pop(0)
            if self._is_old(self.name(way)):
                continue
            self.person.open(way)
            endpoint = self.name(self.page.url)
            led_elsewhere = endpoint != self.name(way)
            self.mine.add(self.name(way))
            if led_elsewhere and self._is_old(endpoint):
                continue
            self.mine.add(endpoint)
            ways += self.page.evaluate(LINKS)
            yield endpoint
        self.known |= self.mine

    def _is_old(self, endpoint: str) -> bool:
        if endpoint in self.mine or not is_page(endpoint):
            return True
        return endpoint in self.known and endpoint not in PERSONAL

    def name(self, address: str) -> str:
        """The endpoint behind an address; that of static files for foreign and unknown ones."""
        try:
            endpoint, _ = self.places.match(urlsplit(address).path, method="GET")
        except HTTPException:
            return "static"
        return str(endpoint)


def at_widths(page: Page, windows: Iterable[tuple[int, int]] = (WIDE, NARROW)) -> Iterator[int]:
    """The open page in windows of these sizes, by default of a desktop and of a phone."""
    for width, height in windows:
        page.set_viewport_size({"width": width, "height": height})
        yield width
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
