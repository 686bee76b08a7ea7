"""Formats a User-Agent header for the list of sessions."""

_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ 浏览器"),
    ("Firefox", "Firefox"),
    ("HeadlessChrome", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "安卓手机"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows 电脑"),
    ("Mac OS", "Mac 电脑"),
    ("Linux", "Linux 电脑"),
)


def format_user_agent(words: str) -> str:
    """Chrome（Windows 电脑）; 未知浏览器 for an unknown header."""
    browser = next((name for mark, name in _BROWSERS if mark in words), "未知浏览器")
    system = next((name for mark, name in _SYSTEMS if mark in words), "")
    return f"{browser}（{system}）" if system else browser
