"""Activation codes (last six characters of the login, or a one-time code) open the activation page only."""

import hmac
from datetime import timedelta

from sqlalchemy.orm import Session

from anguan.auth.encryption import fingerprint, make_code
from anguan.auth.guess_limits import NAME
from anguan.auth.hashing import hash_secret, verify_secret
from anguan.auth.throttle import clear_attempts
from anguan.core import clock
from anguan.core.field_types.name import tidy_name
from anguan.core.field_types.text_cleaning import normalise_code
from anguan.domain.policies import LAST6, Policies
from anguan.models import STAFF, Account

LAST = 6


def is_active(account: Account, limits: Policies) -> bool:
    """True while an activation code of this account may still be tried."""
    if account.initial not in ("last6", "code"):
        return False
    if account.initial == "last6" and not opens_by_last6(account.role, limits):
        return False
    return account.initial_until is None or clock.now() < account.initial_until


def opens_by_last6(role: str, limits: Policies) -> bool:
    """True while the policies let people of this role begin with the last six characters of their login."""
    way = limits.enterprise_activation if role == "enterprise" else limits.initial_secret
    last_day = limits.initial_until
    return role not in STAFF and way == LAST6 and (last_day is None or clock.today() <= last_day)


def verify_code(account: Account, typed: str) -> bool:
    """True when the input is the activation code; always costs one slow hash, against timing attacks."""
    wanted = normalise_code(typed)
    hashed = verify_secret(account.initial_hash, wanted)
    if account.initial != "last6":
        return hashed
    return hmac.compare_digest(wanted.encode(), account.login[-LAST:].encode())


def note_first_use(account: Account, limits: Policies) -> None:
    """Start the validity period (days, by policy) at the first correct use."""
    if account.initial_until is None:
        account.initial_until = clock.now() + timedelta(days=limits.initial_days)


def issue_code(session: Session, account: Account, limits: Policies) -> str:
    """Issue a new one-time code and reset its attempts; the code is returned once and kept as a hash."""
    code = make_code()
    account.initial = "code"
    account.initial_hash = hash_secret(normalise_code(code))
    account.initial_until = clock.now() + timedelta(days=limits.initial_days)
    clear_attempts(session, NAME.strangers, fingerprint("login", account.login))
    return code


def confirms_number(account: Account, typed: str) -> bool:
    """True when `typed` is the registered name; for an enterprise that of its legal representative."""
    known = account.enterprise.legal_representative if account.enterprise else account.name
    if account.person is not None:
        known = account.person.name
    given, kept = tidy_name(typed), tidy_name(known)
    return bool(kept) and hmac.compare_digest(given.casefold().encode(), kept.casefold().encode())
