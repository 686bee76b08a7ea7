"""First secrets: the last six of the number, or a one-time code. They open the activation page only."""

import hmac
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from anguan.auth.encryption import fingerprint, make_code
from anguan.auth.hashing import hash_secret, verify_secret
from anguan.auth.throttle import QUARTER, RateLimit, clear_attempts
from anguan.core import clock
from anguan.core.field_types.name import tidy_name
from anguan.core.field_types.text_cleaning import normalise_code
from anguan.domain.policies import RANDOM, Policies
from anguan.models import Account

LAST = 6
NAME = RateLimit("name", 5, QUARTER)
"""Tries on one login from anywhere; a familiar network does not count where the own password is asked."""
DAY = RateLimit("initial_day", 20, timedelta(days=1))
"""Wrong tries in a day after which a first secret is closed until the office issues a new one."""


def is_active(account: Account, limits: Policies) -> bool:
    """True while a first secret of this account may still be tried."""
    if account.initial not in ("last6", "code"):
        return False
    if account.initial == "last6" and limits.initial_secret == RANDOM:
        return False
    end = _end(account, limits)
    return end is None or clock.now() < end


def verify_code(account: Account, typed: str) -> bool:
    """True when what was typed is the first secret. Always the work of one slow hash."""
    wanted = normalise_code(typed)
    hashed = verify_secret(account.initial_hash, wanted)
    if account.initial != "last6":
        return hashed
    return hmac.compare_digest(wanted.encode(), account.login[-LAST:].encode())


def note_first_use(account: Account, limits: Policies) -> None:
    """The secret was right for the first time: from now on its days are counted."""
    if account.initial_until is None:
        account.initial_until = clock.now() + timedelta(days=limits.initial_days)


def issue_code(session: Session, account: Account, limits: Policies) -> str:
    """A new one-time code, returned once and kept as a hash; wrong tries are counted anew."""
    code = make_code()
    account.initial = "code"
    account.initial_hash = hash_secret(normalise_code(code))
    account.initial_until = clock.now() + timedelta(days=limits.initial_days)
    for limit in (NAME, DAY):
        clear_attempts(session, limit, fingerprint("login", account.login))
    return code


def close(account: Account) -> None:
    """Too many wrong tries: only the office opens this account again."""
    account.initial, account.initial_hash, account.initial_until = "closed", None, None


def confirms_number(account: Account, typed: str) -> bool:
    """The second proof: the registered name, of an enterprise the name of its legal representative."""
    known = account.enterprise.legal_representative if account.enterprise else account.name
    if account.person is not None:
        known = account.person.name
    given, kept = tidy_name(typed), tidy_name(known)
    return bool(kept) and hmac.compare_digest(given.casefold().encode(), kept.casefold().encode())


def _end(account: Account, limits: Policies) -> datetime | None:
    """From when the secret is dead: its own days, and for imported people the authority's date."""
    ends = [account.initial_until] if account.initial_until else []
    if account.initial == "last6" and limits.initial_until is not None:
        ends.append(clock.midnight(limits.initial_until + timedelta(days=1)))
    return min(ends) if ends else None
