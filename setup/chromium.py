"""Finds the browser in which the tests walk through the pages."""

import os
import shutil

from setup.say import stop

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PLACES = ("/Applications/Chromium.app/Contents/MacOS/Chromium",)


def find_chromium() -> str | None:
    """The path of a Chromium, or nothing; ANGUAN_CHROMIUM names one that stands elsewhere."""
    named = os.environ.get("ANGUAN_CHROMIUM", "")
    for name in (named,) if named else (*NAMES, *PLACES):
        if path := shutil.which(name):
            return path
    return None


def require_chromium() -> str:
    """The path of a Chromium; without one the tests cannot keep their word, so they do not start."""
    return find_chromium() or stop(
        "找不到 Chromium，浏览器测试无法进行：请安装（Debian/Ubuntu：apt-get install -y chromium），"
        "或用环境变量 ANGUAN_CHROMIUM 指明它的位置。"
    )
