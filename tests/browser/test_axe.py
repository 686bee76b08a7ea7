"""Every kind of page, for every role, on desktop and phone, as it opens and with errors: no violation."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.support.crawl import is_page
from tests.browser.support.documents import Documents
from tests.browser.support.imports import upload_import
from tests.browser.support.server import DemoSite, WebServer
from tests.browser.support.tour import STARTS, Tour
from tests.browser.support.tour_rounds import (
    batch,
    configure,
    decide,
    file,
    file_correction,
    use_photo_tool,
    visit_codes_and_mistakes,
    visit_first_login,
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
    "panel_audit.details",
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
def finished_tour(tour: Tour, documents: Documents, tmp_path_factory: pytest.TempPathFactory) -> Tour:
    """The completed tour."""
    for who in STARTS:
        tour.go(who)
    visit_codes_and_mistakes(tour)
    configure(tour)
    file(tour, documents)
    use_photo_tool(tour, documents)
    decide(tour)
    file_correction(tour, documents)
    batch(tour)
    upload_import(tour, tmp_path_factory.mktemp("imports"))
    visit_first_login(tour)
    return tour


@pytest.mark.parametrize(
    "who", [*STARTS, "astray", "configuring", "filing", "framing", "deciding", "importing", "first"]
)
def test_every_kind_of_page(finished_tour: Tour, who: str) -> None:
    """No violation of WCAG A or AA, one heading, one main, a title of its own, nothing too wide."""
    assert not finished_tour.faults[who], "\n".join(finished_tour.faults[who])


def test_no_page_is_left_out(finished_tour: Tour) -> None:
    """The tour met every page of the site, and every form with errors in it."""
    pages = {
        rule.endpoint for rule in finished_tour.site.app.url_map.iter_rules() if "GET" in (rule.methods or ())
    }
    left_out = {page for page in pages if is_page(page)} - finished_tour.known
    assert not left_out
    never_broken = WITH_FAULTS - finished_tour.broken
    assert not never_broken
