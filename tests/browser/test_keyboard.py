"""Every kind of page by keyboard alone: Tab reaches each control, and the focus is visible there."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Meet
from tests.browser.support.keyboard import SEEN

PAGES = {
    "": ("/register", "/register/claim", "/register/answer"),
    "590101199003070125": ("/my/profile", "/my/profile/photo"),
    "SHENHE1": ("/panel/", "/panel/queue/", "/panel/statistics/", "/panel/export/person", "/panel/filing/"),
    "FUHE": ("/panel/audits/", "/panel/audit-samples/", "/panel/number-claims/"),
    "ADMIN": ("/panel/imports/", "/panel/calendar/", "/panel/steps/", "/panel/recusals/"),
}
USABLE = """() => {
  const wanted = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  const usable = [...document.querySelectorAll(wanted)].filter((one) => one.checkVisibility({
    visibilityProperty: true }) && !one.matches(':disabled') && one.tabIndex >= 0 && !one.closest('[inert]'));
  const groups = new Set();
  window.left = new Set(usable.filter((one) => {
    if (one.type !== 'radio') return true;
    const known = groups.has(one.name);  // one of a group of radios has the focus for all
    groups.add(one.name);
    return !known;
  }));
  return window.left.size;
}"""
STEP = """() => {
  const at = document.activeElement;
  for (const one of [...window.left]) {
    if (one === at || (one.type === 'radio' && at.type === 'radio' && one.name === at.name)) {
      window.left.delete(one);
    }
  }
  return at === document.body;
}"""
LEFT = "() => [...window.left].map((one) => one.outerHTML.slice(0, 120))"


@pytest.mark.parametrize("who", PAGES)
def test_tab_reaches_everything_and_is_seen(meet: Meet, who: str) -> None:
    person = meet(who)
    for path in PAGES[who]:
        person.open(path)
        assert _walk(person.page) == ([], []), path


def _walk(page: Page) -> tuple[list[str], list[str]]:
    """What Tab did not reach, and where it stood unseen."""
    many = page.evaluate(USABLE)
    assert many > 5
    unseen = []
    for _ in range(many + 20):
        page.keyboard.press("Tab")
        if page.evaluate(STEP):
            continue
        if not page.evaluate(SEEN):
            unseen.append(page.evaluate("() => document.activeElement.outerHTML.slice(0, 120)"))
        if not page.evaluate("() => window.left.size"):
            break
    return page.evaluate(LEFT), unseen


def test_slash_leads_to_the_search_box_but_not_while_typing(meet: Meet) -> None:
    person = meet("SHENHE1")
    for path in ("/panel/", "/panel/queue/", "/panel/people/"):
        person.open(path)
        person.page.keyboard.press("/")
        assert person.page.evaluate("() => document.activeElement.id") == "search-all", path
        person.page.keyboard.press("/")
        assert person.page.input_value("#search-all") == "/", path
    person.page.fill("#search-all", "示例")
    person.page.keyboard.press("Enter")
    person.page.wait_for_url("**/panel/search/?q=*")
    assert person.page.locator("h1").inner_text() == "查找"
