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
