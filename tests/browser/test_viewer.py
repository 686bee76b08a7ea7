"""The document viewer in a browser: zoom, rotation, side by side, keys, read marks; also without scripts."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from anguan.core.lifecycle import SUBMITTED
from anguan.models import Attachment, ChangeItem, ChangeRequest, StoredFile
from tests.browser.conftest import Meet
from tests.browser.support.axe import SOURCE, find_faults, find_violations
from tests.browser.support.person import NARROW, Person
from tests.browser.support.server import DemoSite
from tests.browser.test_review_page import columns
from tests.support.sample_files.corpus_pdfs import locked_paper

PLACE = "one => { const r = one.getBoundingClientRect(); return [r.left, r.top, r.width, r.height] }"
WAITING = (
    select(ChangeRequest.id)
    .join(Attachment, Attachment.request_id == ChangeRequest.id)
    .where(ChangeRequest.state == SUBMITTED, ChangeRequest.matter == "certificate_change")
    .group_by(ChangeRequest.id)
    .order_by(func.count().desc(), ChangeRequest.id)
)
OPEN = "one => one.complete && one.naturalWidth > 0"

LONG_ENOUGH = 1700


def open_documents(reviewer: Person, request: int) -> Page:
    """The page of a request, its first page image rendered."""
    reviewer.open(f"/panel/requests/{request}")
    return reviewer.page


def picture(page: Page, pane: int = 0) -> Locator:
    """The rendered image in a pane."""
    shown = page.locator(".viewer__pane").nth(pane).locator("img")
    shown.wait_for()
    page.wait_for_function(OPEN, arg=shown.element_handle())
    return shown


def place(shown: Locator) -> list[float]:
    """Left, top, width and height of an image on the screen, in pixels."""
    return [float(side) for side in shown.evaluate(PLACE)]


def current(page: Page) -> str:
    """The words of the selected tab."""
    return page.locator(".viewer__tabs [aria-current]").inner_text().strip()


def first_request(site: DemoSite) -> int:
    """A waiting request with several documents."""
    with site.rows() as session:
        return session.scalars(WAITING).first() or 0


def test_a_picture_is_scaled_moved_and_turned(meet: Meet, site: DemoSite) -> None:
    reviewer = meet("SHENHE1")
    page = open_documents(reviewer, first_request(site))
    shown = picture(page)
    left, top, width, height = place(shown)
    spot = (left + width * 0.25, top + height * 0.25)
    page.mouse.move(*spot)
    page.mouse.wheel(0, -400)
    page.wait_for_function(
        "([one, was]) => one.getBoundingClientRect().width > was * 1.2", arg=[shown.element_handle(), width]
    )
    big = place(shown)
    assert abs((spot[0] - big[0]) / big[2] - 0.25) < 0.01
    assert abs((spot[1] - big[1]) / big[3] - 0.25) < 0.01
    page.mouse.down()
    page.mouse.move(spot[0] + 40, spot[1] + 25)
    page.mouse.up()
    moved = place(shown)
    assert (round(moved[0] - big[0]), round(moved[1] - big[1])) == (40, 25)
    page.keyboard.press("0")
    assert place(shown)[2:] == [width, height]
    page.keyboard.press("+")
    assert place(shown)[2] > width
    page.keyboard.press("-")
    page.keyboard.press("0")
    page.keyboard.press("r")
    turned = place(shown)
    assert (turned[2] > turned[3]) != (width > height)
    page.reload()
    assert place(picture(page))[2:] == turned[2:]
    page.get_by_label("亮度").fill("150")
    assert "1.5" in picture(page).evaluate("one => getComputedStyle(one).filter")


def test_keys_go_from_document_to_document_and_mark_it(meet: Meet, site: DemoSite) -> None:
    reviewer = meet("SHENHE1")
    page = open_documents(reviewer, first_request(site))
    picture(page)
    first = current(page)
    page.keyboard.press("]")
    second = current(page)
    assert second != first
    picture(page)
    page.keyboard.press("[")
    assert current(page) == first
    box = page.get_by_label("这份已看")
    page.keyboard.press("v")
    expect(box).to_be_checked()
    expect(page.locator("[data-tab][aria-busy]")).to_have_count(0)
    page.reload()
    expect(box).to_be_checked()
    with page.expect_response("**/seen"):
        box.uncheck()
    page.wait_for_timeout(LONG_ENOUGH)
    expect(box).not_to_be_checked()

    page.keyboard.press("]")
    expect(box).to_be_checked(timeout=4 * LONG_ENOUGH)  # what was long enough in view is read

    check_shortcuts_off_in_fields(page)


def check_shortcuts_off_in_fields(page: Page) -> None:
    """In a field, in a dialog, during input composition, and when shortcuts are switched off."""
    first = current(page)
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<textarea id=probe></textarea>')"
    )
    page.locator("#probe").press("]")
    page.locator("#probe").evaluate("one => one.blur()")
    press = (
        "options => document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...options }))"
    )
    for options in (
        {"isComposing": True},
        {"ctrlKey": True},
        {"metaKey": True},
        {"altKey": True},
        {"keyCode": 229},
    ):
        page.evaluate(press, {"key": "]", **options})
    page.evaluate("document.body.dataset.keys = 'off'")
    page.keyboard.press("]")
    page.evaluate("document.body.dataset.keys = ''")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<dialog id=ask>?</dialog>')")
    page.evaluate("document.getElementById('ask').showModal()")
    page.keyboard.press("]")
    assert current(page) == first
    page.evaluate("document.getElementById('ask').remove()")
    page.keyboard.press("]")
    assert current(page) != first


def test_two_documents_side_by_side(meet: Meet, site: DemoSite) -> None:
    reviewer = meet("SHENHE1")
    reviewer.context.add_init_script(path=SOURCE)
    page = open_documents(reviewer, first_request(site))
    picture(page)
    assert find_faults(page) + find_violations(page) == []
    reviewer.tap("并排")
    left, right = place(picture(page, 0)), place(picture(page, 1))
    assert find_faults(page) + find_violations(page) == []
    assert left[0] + left[2] <= right[0] + 1
    beside = page.get_by_label("右边并排看")
    other = beside.locator("option").last
    beside.select_option(label=other.inner_text())
    assert picture(page, 1).get_attribute("alt") == other.inner_text()
    page.locator(".viewer__pane").nth(1).click()
    width = place(picture(page, 1))[2]
    reviewer.tap("放大")
    assert place(picture(page, 1))[2] > width
    assert place(picture(page, 0))[2:] == left[2:]
    reviewer.tap("并排")
    assert page.locator(".viewer__pane").count() == 1
    check_that_a_row_shows_its_document(page)


def check_that_a_row_shows_its_document(page: Page) -> None:
    """Going to a row, or following a check result, shows the document that proves it."""
    last = page.locator("[data-document]").last
    code, title = last.get_attribute("data-code"), last.get_attribute("data-title")
    row = page.locator(".facts tbody tr").first
    row.evaluate("(one, code) => { one.dataset.proof = code; one.tabIndex = 0 }", code)
    row.focus()
    assert current(page) == title
    assert row.locator("th").inner_text() in page.locator(".viewer__facts").inner_text()
    link = page.locator("a[href^='#document-']:not([data-tab])").first
    link.evaluate("one => { const fold = one.closest('details'); if (fold) fold.open = true }")
    link.click()
    wanted = (link.get_attribute("href") or "").removeprefix("#document-")
    assert page.locator(".viewer__tabs [aria-current]").get_attribute("data-tab") == wanted


def test_a_page_that_cannot_be_rendered_says_so_in_its_place(meet: Meet, site: DemoSite) -> None:
    request = first_request(site)
    with site.change() as session:
        first = session.scalars(select(Attachment).where(Attachment.request_id == request)).first()
        assert first is not None
        first.file.sha256 = site.tools.storage.keep(locked_paper("secret", "x"))
        first.file.mime = "application/pdf"
        id = first.id
    reviewer = meet("SHENHE1")
    open_documents(reviewer, request)
    reviewer.page.locator(f"[data-tab='{id}']").click()
    reviewer.reads(re.compile("设有密码，打不开"))
    assert reviewer.complaints
    reviewer.complaints = [line for line in reviewer.complaints if f": 422 for {site.address}" not in line]


def test_without_scripts_all_pages_lie_below_each_other(meet: Meet, site: DemoSite) -> None:
    reviewer = meet("SHENHE1", scripts=False)
    page = open_documents(reviewer, first_request(site))
    assert page.locator(".viewer__document").count() == page.locator("[data-tab]").count()
    assert page.locator(".viewer__image img").first.is_visible()
    assert not page.locator(".viewer__tools").is_visible()
    with page.expect_navigation(wait_until="load"):
        page.locator("[data-mark] button").first.click()
    assert page.locator("[data-tab].is-seen").count() == 1


def test_a_narrow_screen_scales_by_touch_only(meet: Meet, site: DemoSite) -> None:
    reviewer = meet("SHENHE1", size=NARROW)
    page = open_documents(reviewer, first_request(site))
    image = page.locator(".viewer__image img").first
    image.scroll_into_view_if_needed()
    page.wait_for_function(OPEN, arg=image.element_handle())
    assert not page.locator(".viewer__stage").is_visible()
    assert place(image)[2] <= NARROW[0]
    reviewer.fits()


def send_again(site: DemoSite, id: int) -> tuple[str, str]:
    """Write a second round in which the second document is another file; titles of old and new page."""
    with site.change() as session:
        request = session.get_one(ChangeRequest, id)
        for item in list(request.items):
            session.add(ChangeItem(**columns(item, round=2)))
        documents = sorted(request.attachments, key=lambda row: row.id)
        taken = {row.file_id for row in documents}
        other = session.scalars(
            select(StoredFile.id).where(StoredFile.id.not_in(taken), StoredFile.mime == "image/jpeg")
        ).first()
        for place, row in enumerate(documents):
            changed = {"round": 2} | ({"file_id": other} if place == 1 else {})
            session.add(Attachment(**columns(row, **changed)))
        request.round, request.version = 2, request.version + 1
        session.flush()
        old = documents[1].id
        new = session.scalars(
            select(Attachment.id).where(Attachment.request_id == id, Attachment.file_id == other)
        ).one()
    return f"/panel/documents/{id}/{old}/1", f"/panel/documents/{id}/{new}/1"


def test_the_viewer_opens_with_what_is_new_and_the_old_beside(meet: Meet, site: DemoSite) -> None:
    id = first_request(site)
    old, new = send_again(site, id)
    reviewer = meet("SHENHE1")
    page = open_documents(reviewer, id)
    expect(page.locator(".delta h2")).to_contain_text("（第 1 次提交）相比")
    tab = page.locator(".viewer__tabs [aria-current]")
    expect(tab).to_contain_text("新交")
    shown = [picture(page, pane).get_attribute("src") or "" for pane in (0, 1)]
    assert [urlsplit(address).path.removesuffix("/large") for address in shown] == [new, old]
