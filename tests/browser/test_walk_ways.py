"""One renewal in each way: without scripts, by keyboard alone, on a phone; and the display settings."""

import re

import pytest

from anguan.demo.listing import login_of
from tests.browser.conftest import Meet
from tests.browser.support.axe import find_violations
from tests.browser.support.documents import Documents
from tests.browser.support.filing import RENEWAL_PAPERS, attach_all, begin_renewal, number_on, submit_request
from tests.browser.support.keyboard import Keys
from tests.browser.support.person import NARROW

BARS = """() => Array.from(document.querySelectorAll('.bar, .tabbar, .strip, .masthead'))
  .filter((bar) => ['fixed', 'sticky'].includes(getComputedStyle(bar).position))
  .reduce((sum, bar) => sum + bar.offsetHeight, 0)"""
"""Height in pixels of the bars that cover the page while it scrolls."""


def test_without_scripts(meet: Meet, documents: Documents) -> None:
    """Everything works when no script runs."""
    holder = meet(login_of("renewing"), scripts=False)
    begin_renewal(holder)
    holder.attach("承诺书", documents.nonsense)
    holder.attach("延续申请表", documents.scan)
    holder.press("延续申请")
    holder.sees("处没填好")
    attach_all(holder, documents)
    number = submit_request(holder, "延续申请")
    holder.menu("我的证书")
    holder.press("撤销申请")
    holder.sees("已撤销", number)


def test_by_keyboard_alone(meet: Meet, documents: Documents) -> None:
    """Tab, Enter, space and letters, from the login page to the receipt."""
    holder = meet()
    holder.open("/login")
    keys = Keys(holder)
    keys.type_into("账号", login_of("renewing"))
    keys.type_into("密码", "Shili-2026-Demo")
    keys.press("登录")
    keys.press("我的证书")
    keys.press("延续")
    for title in RENEWAL_PAPERS:
        keys.choose_file(f"选择文件或拍照：{title}", documents.scan)
        holder.wait_until_sent(title)
    keys.press("延续申请")
    keys.tick("我已看过以上内容")
    keys.press("提交延续申请")
    assert holder.heading() == "已提交，待审核"


def test_on_a_phone(meet: Meet, documents: Documents) -> None:
    """360 pixels wide, by the navigation bar at the bottom; no page is wider than the screen."""
    holder = meet(login_of("renewing"), size=NARROW)
    bar = holder.page.get_by_role("navigation", name="底部菜单")
    holder.fits()
    holder.follow("证书", bar)
    holder.fits()
    holder.press("延续")
    holder.fits()
    assert holder.page.evaluate(BARS) < 110
    attach_all(holder, documents)
    submit_request(holder, "延续申请")
    holder.fits()
    bar.get_by_text("我的", exact=True).click()
    holder.follow("办理进度", bar)
    holder.fits()
    number_on(holder)


@pytest.mark.parametrize("size", [(1280, 900), NARROW])
def test_large_text_and_high_contrast(meet: Meet, size: tuple[int, int]) -> None:
    """The settings work on every page, persist, and nothing grows wider than the screen."""
    holder = meet(login_of("renewing"), size=size)
    for words, pixels in (("大字", "20px"), ("特大字", "30px")):
        holder.press(words)
        for path in ("/my/", "/my/certificates", "/my/profile", "/"):
            holder.open(path)
            assert holder.page.evaluate("getComputedStyle(document.documentElement).fontSize") == pixels
            holder.fits()
    holder.press("高对比")
    for path in ("/my/", "/my/certificates", "/my/profile", "/password", "/", "/guide/certificate_change"):
        holder.open(path)
        ground = holder.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert re.sub(r"\s", "", ground) == "rgb(0,0,0)"
        assert not find_violations(holder.page)
    holder.press("标准字")
    holder.press("标准对比")
    assert holder.page.evaluate("getComputedStyle(document.documentElement).fontSize") == "16px"


def test_high_contrast_in_the_panel(meet: Meet) -> None:
    """The same settings in the panel."""
    clerk = meet("SHENHE1")
    clerk.press("大字")
    clerk.press("高对比")
    for go in (lambda: clerk.menu("待审队列"), lambda: clerk.follow("YX2026-000003")):
        go()
        clerk.fits()
        assert not find_violations(clerk.page)
