"""Every kind of page, for everybody, on a desk and on a phone, as it opens and with faults: no violation."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from anguan.demo.listing import login_of
from tests.browser.crawl import is_page
from tests.browser.filing import begin_renewal, lay_in_all
from tests.browser.house import House, Street
from tests.browser.office import open_request
from tests.browser.papers import Papers
from tests.browser.tour import STARTS, Tour

WITH_FAULTS = {
    "gate.login",
    "gate.activate",
    "gate.forgot",
    "gate.password",
    "gate.reauth",
    "gate.second_factor",
    "portal.edit",
    "portal.review",
    "panel_request.review",
    "panel_account.create_view",
    "panel_training.create_view",
    "panel_reason.create_view",
    "panel_dictionary.create_view",
}


@pytest.fixture(scope="module")
def tour(chrome: Browser, street: Street, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    """One house for the whole tour; it is looked at, not lived in."""
    house = House(street, tmp_path_factory.mktemp("tour"))
    yield Tour(chrome, house)
    house.close()


@pytest.fixture(scope="module")
def toured(tour: Tour, papers: Papers) -> Tour:
    """The tour, done."""
    for who in STARTS:
        tour.go(who)
    _go_astray(tour)
    _file(tour, papers)
    _decide(tour)
    _come_first(tour)
    return tour


@pytest.mark.parametrize("who", [*STARTS, "astray", "filing", "deciding", "first"])
def test_every_kind_of_page(toured: Tour, who: str) -> None:
    """No violation of WCAG A or AA, one heading, one main, a title of its own, nothing too wide."""
    assert not toured.faults[who], "\n".join(toured.faults[who])


def test_no_page_is_left_out(toured: Tour) -> None:
    """The tour met every page of the house, and every form with faults in it."""
    pages = {rule.endpoint for rule in toured.house.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    left_out = {page for page in pages if is_page(page)} - toured.known
    assert not left_out
    never_broken = WITH_FAULTS - toured.broken
    assert not never_broken


def _go_astray(tour: Tour) -> None:
    """Codes on sheets, and mistakes."""
    with tour.person("astray") as visitor:
        tour.look("astray", visitor, *tour.special_addresses())


def _file(tour: Tour, papers: Papers) -> None:
    """The check page as it opens and without the promise; the receipt."""
    with tour.person("filing", login_of("renewing")) as holder:
        begin_renewal(holder)
        lay_in_all(holder, papers)
        holder.press("延续申请")
        tour.look("filing", holder, holder.page.url)
        holder.press("提交延续申请")
        tour.broken.add("portal.review")
        tour.judge("filing", holder, "portal.review with faults")
        waiting = tour.request_of("waiting")
    with tour.person("filing", login_of("waiting")) as holder:
        tour.look("filing", holder, f"/my/requests/{waiting}/receipt", f"/my/requests/{waiting}/edit")


def _decide(tour: Tour) -> None:
    """A decision without a reason; the three columns."""
    waiting = tour.request_of("waiting")
    with tour.person("deciding", "SHENHE1") as reviewer:
        reviewer.menu("待审队列")
        number = (
            reviewer.page.get_by_role("main").get_by_role("link").filter(has_text="YX").first.inner_text()
        )
        open_request(reviewer, number)
        tour.judge("deciding", reviewer, "panel_request.review")
        reviewer.follow("不通过…")
        reviewer.press("不通过")
        reviewer.page.get_by_role("alert").wait_for()
        tour.broken.add("panel_request.review")
        tour.judge("deciding", reviewer, "panel_request.review with faults")
        tour.look("deciding", reviewer, f"/panel/requests/{waiting}/compare")


def _come_first(tour: Tour) -> None:
    """The pages of the door that only somebody new sees."""
    with tour.person("first") as newcomer:
        login = login_of("newcomer")
        newcomer.log_in(login, login[-6:])
        tour.look("first", newcomer, newcomer.page.url)
        newcomer.press("设置密码并进入")
        tour.broken.add("gate.activate")
        tour.judge("first", newcomer, "gate.activate with faults")
    tour.house.reopen(second_factor="on")
    with tour.person("first", "SHENHE2") as clerk:
        tour.look("first", clerk, clerk.page.url)
        clerk.press("启用并进入")
        tour.broken.add("gate.second_factor")
        tour.judge("first", clerk, "gate.second_factor with faults")
