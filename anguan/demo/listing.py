"""Listing of the demo accounts, as data and as a table."""

import unicodedata

from anguan.auth.identity import ROLE_TITLES
from anguan.demo.fixtures import ENTERPRISES, FIRST_CODE, HOLDERS, PASSWORD, STAFF_MEMBERS

DemoAccount = dict[str, str]
COLUMNS = {"role": "角色", "name": "姓名", "login": "登录名", "secret": "密码", "shows": "能看到什么"}
WIDEST = 24


def list_accounts() -> list[DemoAccount]:
    """Every demo account: role, name, login, password, and what it shows."""
    people = [
        _entry("applicant", who.name, who.number, who.number[-6:] if who.first_login else PASSWORD, who.shows)
        for who in HOLDERS
    ]
    firms = [
        _entry("enterprise", firm.name, firm.uscc, FIRST_CODE if firm.first_login else PASSWORD, firm.shows)
        for firm in ENTERPRISES
        if firm.shows
    ]
    office = [_entry(who.role, who.name, who.login, PASSWORD, who.shows) for who in STAFF_MEMBERS]
    return [*people, *firms, *office]


def show_accounts() -> str:
    """The list as a table for a terminal."""
    rows = [COLUMNS, *({**entry, "role": ROLE_TITLES[entry["role"]]} for entry in list_accounts())]
    widths = {name: min(WIDEST, max(measure(row[name]) for row in rows)) for name in COLUMNS}
    return "\n".join("  ".join(pad(row[name], widths[name]) for name in COLUMNS).rstrip() for row in rows)


def pad(text: str, width: int) -> str:
    """The text padded with blanks to a display width in columns; never cut."""
    return text + " " * max(0, width - measure(text))


def measure(text: str) -> int:
    """Display width of a text in terminal columns: two for each Chinese character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def login_of(key: str) -> str:
    """Login name of a demo holder or enterprise, by its key."""
    for who in HOLDERS:
        if who.key == key:
            return who.number
    return next(firm.uscc for firm in ENTERPRISES if firm.key == key)


def _entry(role: str, name: str, login: str, secret: str, shows: str) -> DemoAccount:
    return {"role": role, "name": name, "login": login, "secret": secret, "shows": shows}
