"""The demo accounts as a list, for a table on the screen and for machines."""

from anguan.demo.cast import CLERKS, FIRMS, HOLDERS, PASSWORD

Entry = dict[str, str]


def list_accounts() -> list[Entry]:
    """Every demo account: role, name, login, secret, and what it shows."""
    people = [
        _entry("applicant", who.name, who.number, who.number[-6:] if who.first_login else PASSWORD, who.shows)
        for who in HOLDERS
    ]
    firms = [
        _entry(
            "enterprise", firm.name, firm.uscc, firm.uscc[-6:] if firm.first_login else PASSWORD, firm.shows
        )
        for firm in FIRMS
        if firm.shows
    ]
    office = [_entry(who.role, who.name, who.login, PASSWORD, who.shows) for who in CLERKS]
    return [*people, *firms, *office]


def login_of(key: str) -> str:
    """The login of a holder or firm of the cast, by its key."""
    for who in HOLDERS:
        if who.key == key:
            return who.number
    return next(firm.uscc for firm in FIRMS if firm.key == key)


def _entry(role: str, name: str, login: str, secret: str, shows: str) -> Entry:
    return {"role": role, "name": name, "login": login, "secret": secret, "shows": shows}
