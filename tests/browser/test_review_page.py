"""The review page in a browser: keystrokes per decision, shortcuts off in fields, without scripts."""

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from anguan.core.lifecycle import DECIDED, SUBMITTED
from anguan.models import Attachment, Certificate, ChangeItem, ChangeRequest, Claim, Decision
from tests.browser.conftest import Meet
from tests.browser.support.axe import SOURCE, find_faults, find_violations
from tests.browser.support.crawl import at_widths
from tests.browser.support.person import NARROW, Person
from tests.browser.support.server import DemoSite

COMPOSE = """() => document.dispatchEvent(
  new KeyboardEvent('keydown', {key: 'a', isComposing: true, bubbles: true}))"""
WAITS = select(ChangeRequest).where(
    ChangeRequest.state == SUBMITTED, ChangeRequest.matter == "certificate_change"
)


class KeyCounter:
    """Counts keystrokes."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1


def fill_queue(site: DemoSite, count: int) -> list[str]:
    """Add `count` complete requests like the one that waits; gives all numbers in the queue's order."""
    with site.change() as session:
        model = session.scalars(WAITS.order_by(ChangeRequest.id)).first()
        assert model is not None
        for place in range(count):
            made = ChangeRequest(**columns(model, number=f"BG2026-9{place:05d}"))
            session.add(made)
            session.flush()
            session.add_all(ChangeItem(**columns(one, request_id=made.id)) for one in model.items)
            session.add_all(Attachment(**columns(one, request_id=made.id)) for one in model.attachments)
        return [model.number or "", *(f"BG2026-9{place:05d}" for place in range(count))]


def columns(one: Any, **other: Any) -> dict[str, Any]:
    """The columns of a row without its key."""
    return {
        column.key: getattr(one, column.key) for column in one.__table__.columns if column.key != "id"
    } | other


def open_at(reviewer: Person, site: DemoSite, number: str) -> None:
    """The page of a request, with the next request already fetched."""
    with site.rows() as session:
        id = session.scalars(select(ChangeRequest.id).where(ChangeRequest.number == number)).one()
    with reviewer.page.expect_response(re.compile("peek=1")):
        reviewer.open(f"/panel/requests/{id}")


def see_all(page: Page) -> None:
    """Press V on every document that is not yet marked as read."""
    tabs = page.locator("[data-tab]")
    for _ in range(tabs.count()):
        page.keyboard.press("v")
        page.keyboard.press("]")
    expect(page.locator("[data-tab].is-seen")).to_have_count(tabs.count())


def comes(page: Page, number: str) -> None:
    """This request is on the screen and claimed by this reviewer."""
    page.locator("h1").get_by_text(number).wait_for()
    page.get_by_text("我领取于").wait_for()


def test_keystrokes_of_a_decision(meet: Meet, site: DemoSite) -> None:
    site.policy("undo_seconds", "60")
    first, second, third, *_ = fill_queue(site, 4)
    reviewer = meet("SHENHE1")
    page = reviewer.page
    page.add_init_script(path=SOURCE)
    open_at(reviewer, site, first)
    see_all(page)
    page.evaluate("window.stayed = true")
    approve = KeyCounter(page)
    approve.press("a", "Enter")
    comes(page, second)
    assert approve.count == 2
    assert page.evaluate("window.stayed"), "the next page was loaded, not put in place"
    for action in (page.get_by_role("button", name="放回队列"), page.get_by_role("link", name="转办…")):
        assert action.is_visible()
    page.get_by_text(f"{first} 已通过。").wait_for()

    back = KeyCounter(page)
    back.press("b", "1")
    told = " ".join(page.locator("[data-told=return] dd").all_inner_texts())
    assert told
    assert not find_violations(page) + find_faults(page)
    back.press("Control+Enter")
    comes(page, third)
    assert back.count <= 4
    with site.rows() as session:
        decisions = list(session.scalars(select(Decision).order_by(Decision.id.desc()).limit(2)))
        assert [one.verdict for one in decisions] == ["return", "approve"]
        assert decisions[0].remarks[0].sentence == told
        assert decisions[0].remarks[0].reason

    with page.expect_navigation():
        page.keyboard.press("z")
    comes(page, second)
    reviewer.reads(f"{second} 的决定已撤回，请重新审核。")
    with page.expect_navigation():
        page.keyboard.press("j")
    page.locator("h1").get_by_text(third).wait_for()


def test_a_decision_waits_for_the_marks_before_it(meet: Meet, site: DemoSite) -> None:
    site.policy("undo_seconds", "60")
    first, second, *_ = fill_queue(site, 2)
    page = meet("SHENHE1").page
    sent: list[str] = []
    page.on("request", lambda one: sent.append(urlsplit(one.url).path) if one.method == "POST" else None)
    held: list[Route] = []
    page.route("**/seen", lambda route: held.append(route))
    with site.rows() as session:
        id = session.scalars(select(ChangeRequest.id).where(ChangeRequest.number == first)).one()
    page.goto(f"/panel/requests/{id}")
    see_all(page)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="正在提交").wait_for()
    assert held
    assert not [path for path in sent if path.endswith("/decide")]
    for mark in held:
        mark.continue_()
    comes(page, second)
    page.get_by_text(f"{first} 已通过。").wait_for()


def test_a_conflict_is_returned_to_the_applicant_in_two_steps(meet: Meet, site: DemoSite) -> None:
    first, second, *_ = fill_queue(site, 2)
    with site.change() as session:
        asked = session.scalars(select(ChangeRequest).where(ChangeRequest.number == first)).one()
        session.get_one(Certificate, asked.certificate_id).title = "助理工程师"
        id = asked.id
    reviewer = meet("SHENHE1")
    page = reviewer.page
    page.add_init_script(path=SOURCE)
    reviewer.open(f"/panel/requests/{id}/compare")
    assert not find_violations(page) + find_faults(page)
    reviewer.follow("退回补正…")
    expect(page.locator("[data-told=return] dd")).to_contain_text("登记变为“助理工程师”")
    page.keyboard.press("Control+Enter")
    comes(page, second)
    page.get_by_text(f"{first} 已退回补正。").wait_for()
    assert page.locator("#return[open]").count() == 0


def test_shortcuts_are_off_where_text_is_typed(meet: Meet, site: DemoSite) -> None:
    first, *_ = fill_queue(site, 1)
    reviewer = meet("SHENHE1")
    page = reviewer.page
    page.add_init_script(path=SOURCE)
    open_at(reviewer, site, first)
    sure, back = page.locator("[data-sure]"), page.locator("#return")
    page.evaluate(COMPOSE)
    assert sure.is_hidden()
    page.keyboard.press("n")
    page.locator("#opinion").press_sequentially("ab1hz")
    assert page.locator("#opinion").input_value() == "ab1hz"
    assert sure.is_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    assert not find_violations(page)
    page.keyboard.press("b")
    assert not back.evaluate("one => one.open")
    dialog.get_by_label("用单个按键操作").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    assert sure.is_hidden()
    page.reload()
    page.keyboard.press("a")
    assert sure.is_hidden()
    reviewer.tap("按键")
    dialog.get_by_label("用单个按键操作").check()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    assert sure.is_visible()
    for width in at_widths(page):
        assert not find_violations(page) + find_faults(page), width


def test_a_conflict_looks_as_it_does_on_a_page_of_its_own(meet: Meet, site: DemoSite) -> None:
    first, *_ = fill_queue(site, 1)
    reviewer = meet("SHENHE1")
    page = reviewer.page
    open_at(reviewer, site, first)
    page.keyboard.press("n")
    page.keyboard.press("Control+Enter")
    page.get_by_role("alert").get_by_text("请选择或填写不通过的原因").wait_for()
    with site.change() as session:
        session.scalars(select(ChangeRequest).where(ChangeRequest.number == first)).one().version += 1
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    page.get_by_role("heading", level=1).get_by_text("没有作出决定").wait_for()
    assert page.get_by_role("columnheader", name="当前值").count() == 1


def test_without_scripts_on_a_phone(meet: Meet, site: DemoSite) -> None:
    site.policy("undo_seconds", "60")
    first, second, *_ = fill_queue(site, 1)
    reviewer = meet("SHENHE1", size=NARROW, scripts=False)
    with site.rows() as session:
        id = session.scalars(select(ChangeRequest.id).where(ChangeRequest.number == first)).one()
    reviewer.open(f"/panel/requests/{id}")
    reviewer.press("领取")
    reviewer.reads(re.compile("我领取于"))
    reviewer.press("通过")
    reviewer.reads(re.compile("仍要通过的，请再按一次"))
    reviewer.press("通过")
    assert second in reviewer.heading()
    reviewer.fits()
    reviewer.press("撤回")
    assert first in reviewer.heading()
    with site.rows() as session:
        states = session.scalars(select(ChangeRequest.state).where(ChangeRequest.number == first)).one()
        assert states != DECIDED
        assert session.scalars(select(Claim.request_id)).all()
