"""Tests of the checks that the browser tests use: each finds the fault that is put before it."""

import pytest

from tests.browser.conftest import Meet
from tests.browser.support.axe import find_faults, find_violations

FAULTS = {
    "image-alt": "document.querySelector('main').append(new Image(40, 40))",
    "color-contrast": "document.querySelector('main p').style.cssText = 'color:#bbb;background:#fff'",
    "label": "document.querySelector('main').append(document.createElement('input'))",
    "target-size": """for (const place of [300, 310]) {
        const made = Object.assign(document.createElement('a'), {href: '/1', textContent: '看'});
        made.style.cssText = `position:absolute;top:3000px;left:${place}px;font-size:9px`;
        document.querySelector('main').append(made);
    }""",
    "too wide": "document.querySelector('main').style.width = '2000px'",
    "headings": "document.querySelector('main').append(document.querySelector('h1').cloneNode(true))",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(meet: Meet, fault: str) -> None:
    """A good page, then the same page with one fault."""
    visitor = meet()
    visitor.open("/login")
    assert not find_faults(visitor.page) + find_violations(visitor.page)
    visitor.page.evaluate(FAULTS[fault])
    found = find_faults(visitor.page) + find_violations(visitor.page)
    assert any(fault in one for one in found), found


def test_a_number_that_a_script_breaks_over_lines_is_reported(meet: Meet) -> None:
    """Written after the page opened, and met when the person goes on."""
    visitor = meet()
    visitor.open("/login")
    for words in ("13:05", "440×572", "2026-12-09 17:30", "9MJNX-E7HSE-KBJGP"):
        narrow = "style: 'width:1em;overflow-wrap:anywhere'"
        visitor.page.evaluate(f"""() => {{
            const made = Object.assign(document.createElement('p'), {{textContent: '{words}', {narrow}}});
            document.querySelector('main').replaceChildren(made);
        }}""")
        visitor.judge_lines()
        assert any(f"broken over lines ['{words}']" in one for one in visitor.complaints), words
        visitor.complaints.clear()


def test_misbehaving_pages_are_reported(meet: Meet) -> None:
    """An inline script, a word to another host, a script that breaks."""
    visitor = meet()
    visitor.open("/login")
    for misdeed, word in (
        ("document.head.append(Object.assign(document.createElement('script'), {text: '1'}))", "inline"),
        ("new Image().src = 'http://127.0.0.2:9/x.png'", "127.0.0.2"),
        ("setTimeout(() => { throw new Error('broken on purpose') }, 0)", "broken on purpose"),
    ):
        visitor.page.evaluate(f"() => {{ {misdeed} }}")
        visitor.page.wait_for_timeout(100)
        assert any(word in complaint for complaint in visitor.complaints), visitor.complaints
        visitor.complaints.clear()
