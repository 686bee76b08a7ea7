"""Checks a page for accessibility: WCAG 2.x A and AA by axe, and the rules that this application adds."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

SOURCE = Path(__file__).resolve().parents[2] / "vendor" / "axe.min.js"
WHOLE = "() => document.documentElement.scrollHeight"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async (tags) => {
  const found = await axe.run(document, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], iframes: false, preload: false,
  });
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  for (const one of found.violations.filter((fault) => fault.id === 'target-size')) {
    const small = [];
    for (const node of one.nodes) {
      document.querySelector(node.target[0]).scrollIntoView({block: 'center', behavior: 'instant'});
      await frame();
      const again = await axe.run(node.target[0], {runOnly: {type: 'rule', values: ['target-size']}});
      if (again.violations.length) small.push(node);
    }
    one.nodes = small;
  }
  return found.violations.filter((one) => one.nodes.length).map((one) => [one.id, one.nodes.length,
    one.nodes.slice(0, 3).map((node) => node.target.join(' ') + ' « ' + node.html.slice(0, 160))]);
}"""
FACTS = """() => ({
  lang: document.documentElement.lang,
  mains: document.querySelectorAll('main').length,
  heads: [...document.querySelectorAll('h1')].filter((one) => one.checkVisibility()).length,
  over: document.documentElement.scrollWidth - window.innerWidth,
  ids: [...document.querySelectorAll('[id]')].map((one) => one.id)
    .filter((id, at, all) => all.indexOf(id) !== at),
})"""
BROKEN = r"""() => {
  const large = document.documentElement.matches('[data-size=large], [data-size=xlarge]');
  if (large && innerWidth <= 640) return []; // a number may be longer than the line: narrow.css lets it wrap
  const whole = new RegExp([
    '[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2})?',
    '(?:[0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日(?:（含）前)?',
    '[A-Z]{2}[0-9]{4}-[0-9]{6}', '[一-龥]?水安[ABC](?:（[0-9]{4}）)?[0-9]+',
    '0[0-9]{2,3}-[0-9]{7,8}', '[0-9X*]{11,}', '[0-9]{1,2}:[0-9]{2}', '[0-9]+×[0-9]+', '[0-9.]+%',
    '[0-9A-Z]{5}(?:-[0-9A-Z]{5})+',
  ].join('|'), 'g');
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const broken = [];
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (!text.parentElement.checkVisibility() || text.parentElement.closest('.sr')) continue;
    for (const found of text.data.matchAll(whole)) {
      const range = document.createRange();
      range.setStart(text, found.index);
      range.setEnd(text, found.index + found[0].length);
      const lines = new Set([...range.getClientRects()].map((one) => Math.round(one.top)));
      if (lines.size > 1) broken.push(found[0]);
    }
  }
  for (const one of document.querySelectorAll('.num, time')) {
    const inline = one.checkVisibility() && getComputedStyle(one).display === 'inline';
    if (inline && one.getClientRects().length > 1) broken.push(one.textContent.trim());
  }
  return [...new Set(broken)];
}"""
"""Times, dates and numbers that stand on more than one line."""
DEAD_LINKS = """() => [...document.querySelectorAll('.errors a')].filter((link) => {
  const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  return !target;
}).map((link) => link.textContent + ' → ' + link.hash)"""


@cache
def _source() -> str:
    return SOURCE.read_text(encoding="utf-8")


def find_violations(page: Page) -> list[str]:
    """What axe reports about the page, one line each; no rule is skipped.

    Sizes of targets are judged only inside the window, so the window is as tall as the page. A target that is
    half covered by a fixed bar is judged again after scrolling to it.
    """
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(_source())
    with in_a_window_for_all_of_it(page):
        found = page.evaluate(RUN, TAGS)
    return [f"{rule} ×{count}: {'; '.join(nodes)}" for rule, count, nodes in found]


@contextmanager
def in_a_window_for_all_of_it(page: Page) -> Iterator[None]:
    """The window shows the whole page, so that fixed bars cover nothing by chance."""
    usual = page.viewport_size
    assert usual
    page.set_viewport_size({"width": usual["width"], "height": max(usual["height"], page.evaluate(WHOLE))})
    try:
        yield
    finally:
        page.set_viewport_size(usual)


def find_faults(page: Page) -> list[str]:
    """Where the page breaks a rule of this application, one line each."""
    facts = page.evaluate(FACTS)
    faults = []
    if facts["lang"] != "zh-CN":
        faults.append(f"lang is {facts['lang']}")
    if facts["mains"] != 1:
        faults.append(f"{facts['mains']} main")
    if facts["heads"] != 1:
        faults.append(f"{facts['heads']} headings of level 1")
    if facts["over"] > 0:
        faults.append(f"{facts['over']} pixels too wide")
    if facts["ids"]:
        faults.append(f"ids twice: {facts['ids']}")
    if broken := find_broken_lines(page):
        faults.append(f"broken over lines: {broken}")
    return faults


def find_broken_lines(page: Page) -> list[str]:
    """Times, dates and numbers on the page that stand on more than one line."""
    return list(page.evaluate(BROKEN))


def find_dead_links(page: Page) -> list[str]:
    """Links of the error summary whose target does not exist."""
    return list(page.evaluate(DEAD_LINKS))
