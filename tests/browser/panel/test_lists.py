"""The lists of the panel in Chromium: rows of one line, cards on a phone, never wider than the screen."""

import pytest

from tests.browser.conftest import Meet
from tests.browser.support.person import Person

LISTS = {
    "SHENHE1": (
        "queue",
        "done",
        "people",
        "certificates",
        "enterprises",
        "certificate-jobs",
        "number-claims",
    ),
    "ADMIN": ("accounts", "events", "training", "insurance", "constructors", "audits", "audit-samples"),
}
ONE_LINE = 2.3
"""Height of a row in rem, with the border below it."""
ROWS = """() => {
  const root = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const rows = [...document.querySelectorAll('.table--rows tbody tr')];
  const heights = rows.map((row) => row.getBoundingClientRect().height / root);
  return { first: rows[0]?.getBoundingClientRect().top, tallest: Math.max(0, ...heights) };
}"""
BAR = "() => document.querySelector('.pick-bar').getBoundingClientRect().top"


def show(person: Person, path: str, width: int, size: str = "normal") -> float:
    """Open a list at this width and text size; gives the height of its tallest row, in rem."""
    person.context.add_cookies([{"name": "display", "value": f"size={size}", "url": person.address}])
    person.page.set_viewport_size({"width": width, "height": 900})
    person.open(f"/panel/{path}/")
    person.fits()
    return float(person.page.evaluate(ROWS)["tallest"])


@pytest.mark.parametrize("who", LISTS)
def test_a_row_is_one_line_and_nothing_is_wider_than_the_screen(meet: Meet, who: str) -> None:
    person = meet(who)
    for path in LISTS[who]:
        assert show(person, path, 1024) <= ONE_LINE, path
        show(person, path, 1024, "large")


def test_eighteen_requests_are_seen_at_once(meet: Meet) -> None:
    reviewer = meet("SHENHE1")
    tallest = show(reviewer, "queue", 1280) * 16
    first = reviewer.page.evaluate(ROWS)["first"]
    assert first + 18 * tallest <= reviewer.page.evaluate(BAR)
    assert show(reviewer, "queue", 1280, "large") <= ONE_LINE
    show(reviewer, "queue", 1280, "xlarge")
