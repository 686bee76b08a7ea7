"""Activation codes (last six digits of the number, or a one-time code) open the activation page only."""

import hmac
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from anguan.auth.encryption import fingerprint, make_code
from anguan.auth.guess_limits import NAME
from anguan.auth.hashing import hash_secret, verify_secret
from anguan.auth.throttle import clear_attempts
from anguan.core import clock
from anguan.core.field_types.name import tidy_name
from anguan.core.field_types.text_cleaning import normalise_code
from anguan.domain.policies import RANDOM, Policies
from anguan.models import Account

LAST = 6


def is_active(account: Account, limits: Policies) -> bool:
    """True while an activation code of this account may still be tried."""
    if account.initial not in ("last6", "code"):
        return False
    if account.initial == "last6" and limits.initial_secret == RANDOM:
        return False
    end = _end(account, limits)
    return end is None or clock.now() < end


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


def _end(account: Account, limits: Policies) -> datetime | None:
    """End of validity: the code's own period and, for imported persons, the date set by policy."""
    ends = [account.initial_until] if account.initial_until else []
    if account.initial == "last6" and limits.initial_until is not None:
        ends.append(clock.midnight(limits.initial_until + timedelta(days=1)))
    return min(ends) if ends else None
