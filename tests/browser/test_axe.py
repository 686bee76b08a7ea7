"""Every kind of page, for every role, on desktop and phone, as it opens and with errors: no violation."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.support.crawl import is_page
from tests.browser.support.documents import Papers
from tests.browser.support.imports import bring_in
from tests.browser.support.server import DemoSite, WebServer
from tests.browser.support.tour import STARTS, Tour
from tests.browser.support.tour_rounds import (
    batch,
    come_first,
    configure,
    decide,
    file,
    frame,
    go_astray,
    mend,
)

WITH_FAULTS = {
    "account.login",
    "account.activate",
    "account.forgot",
    "account.password",
    "account.reauth",
    "account.second_factor",
    "portal.edit",
    "portal.review",
    "panel_request.review",
    "panel_request.choose",
    "panel_account.create_view",
    "panel_training.create_view",
    "panel_reason.create_view",
    "panel_dictionary.create_view",
    "panel_export.page",
    "panel_filing.edit",
    "panel_filing.check",
    "panel_audit_sample.draw",
    "panel_audit.look",
}


@pytest.fixture(scope="module")
def tour(chrome: Browser, web_server: WebServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    """One site for the whole tour, which only looks at pages."""
    site = DemoSite(web_server, tmp_path_factory.mktemp("tour"))
    made = Tour(chrome, site)
    yield made
    made.visitor.context.close()
    site.close()


@pytest.fixture(scope="module")
def toured(tour: Tour, papers: Papers, tmp_path_factory: pytest.TempPathFactory) -> Tour:
    """The completed tour."""
    for who in STARTS:
        tour.go(who)
    go_astray(tour)
    configure(tour)
    file(tour, papers)
    frame(tour, papers)
    decide(tour)
    mend(tour, papers)
    batch(tour)
    bring_in(tour, tmp_path_factory.mktemp("imports"))
    come_first(tour)
    return tour


@pytest.mark.parametrize(
    "who", [*STARTS, "astray", "configuring", "filing", "framing", "deciding", "importing", "first"]
)
def test_every_kind_of_page(toured: Tour, who: str) -> None:
    """No violation of WCAG A or AA, one heading, one main, a title of its own, nothing too wide."""
    assert not toured.faults[who], "\n".join(toured.faults[who])


def test_no_page_is_left_out(toured: Tour) -> None:
    """The tour met every page of the site, and every form with errors in it."""
    pages = {rule.endpoint for rule in toured.site.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    left_out = {page for page in pages if is_page(page)} - toured.known
    assert not left_out
    never_broken = WITH_FAULTS - toured.broken
    assert not never_broken
