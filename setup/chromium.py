"""Locates the Chromium of the browser tests."""

import os
import shutil

from setup.say import stop

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
"""The headless shell first: it draws the same pages without the windows and toolbars of a desktop."""
PLACES = ("/Applications/Chromium.app/Contents/MacOS/Chromium",)


def find_chromium() -> str | None:
    """Path of a Chromium, or None; ANGUAN_CHROMIUM names one in another place."""
    named = os.environ.get("ANGUAN_CHROMIUM", "")
    for name in (named,) if named else (*NAMES, *PLACES):
        if path := shutil.which(name):
            return path
    return None


def require_chromium() -> str:
    """Path of a Chromium; exits without one, since browser tests are never skipped."""
    return find_chromium() or stop(
        "找不到 Chromium，浏览器测试无法进行：请安装（Debian：apt-get install -y chromium-headless-shell，"
        "没有这个软件包的系统安装 chromium），"
        "或用环境变量 ANGUAN_CHROMIUM 指明它的位置。"
    )
