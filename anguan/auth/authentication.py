"""Authentication: checks account name and secret, and starts a session or refuses.

Against timing attacks and account enumeration each attempt costs the same work (count it, one look-up, one
slow hash), and every refusal has the same message.
"""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.auth import activation_codes, passwords, sessions, totp
from anguan.auth.accounts import lock_account
from anguan.auth.encryption import fingerprint
from anguan.auth.guess_limits import (
    FACTOR,
    NAME,
    PASSWORD,
    KnownPlace,
    find_place,
    guess_buckets,
    login_buckets,
    take_login_attempt,
)
from anguan.auth.hashing import hash_secret, is_outdated, verify_secret
from anguan.auth.identity import FULL
from anguan.auth.sessions import ClientAddress
from anguan.auth.throttle import Attempt, Buckets, return_attempt, take_attempt
from anguan.core.field_types.login import normalise_login
from anguan.domain.policies import Policies, load_policies
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import STAFF, Account

LONGEST_SECRET = 1000


@dataclass(frozen=True)
class LoginResult:
    """Result of an attempt: the token for the cookie and the stage of the session, or a refusal."""

    token: str = ""
    stage: str = ""
    taken: Attempt | None = None

    @property
    def is_in(self) -> bool:
        """True when the attempt succeeded."""
        return bool(self.token)

    @property
    def wait(self) -> str:
        """How long to wait when throttled, in words; '' when the name or the secret was wrong."""
        return self.taken.wait if self.taken and not self.taken.allowed else ""


def authenticate(
    session: Session,
    typed_login: str,
    secret: str,
    place: ClientAddress,
    replaces: int | None,
    staff_second: bool,
) -> LoginResult:
    """Check a login attempt; `staff_second` demands a second factor of staff.

    `replaces` is the id of the login session that a success ends.
    """
    login, secret = normalise_login(typed_login)[:100], secret[:LONGEST_SECRET]
    hashed = fingerprint("login", login)
    known = find_place(session, login, place)
    session.rollback()
    buckets = login_buckets(hashed, place, known)
    taken = take_login_attempt(session, buckets, hashed, place)
    if taken.refused not in ("", PASSWORD.strangers.name):
        return LoginResult(taken=taken)
    account = session.scalar(select(Account).where(Account.login == login))
    right = _verify(account, secret, load_policies(session))
    if account is None:
        return LoginResult(taken=taken)
    # Unknown places wait for passwords only: a one-time code is too long to guess, last6 is no secret.
    first = account.password_hash is None
    if not right or account.disabled_at is not None or not (taken.allowed or first):
        return LoginResult(taken=taken)
    return_attempt(session, taken, wholly=() if first else (PASSWORD.place.name,))
    return _let_in(session, account.id, account.password_hash, secret, place, replaces, staff_second)


def confirm_login_name(
    session: Session, account: Account, typed: str, place: ClientAddress
) -> Attempt | None:
    """Check the registered name on the activation page; None when it is right. Wrong names are throttled.

    Behind a one-time code the name is not the secret, so that only the own place counts.
    """
    hashed = fingerprint("login", account.login)
    known = KnownPlace(network=account.initial == "code")
    buckets = guess_buckets(NAME, hashed, place, known)
    right = activation_codes.confirms_number(account, typed)
    taken = take_attempt(session, buckets)
    if right and taken.allowed:
        return_attempt(session, taken)
        return None
    return taken


def reauthenticate(session: Session, account: Account, secret: str, place: ClientAddress) -> LoginResult:
    """Check the account's own password again, throttled like a login; on success only `stage` is set."""
    known = replace(find_place(session, account.login, place), network=True)
    kept, hashed = account.password_hash, fingerprint("login", account.login)
    buckets = guess_buckets(PASSWORD, hashed, place, known)
    taken = take_attempt(session, buckets)
    right = verify_secret(kept, secret[:LONGEST_SECRET])
    if not taken.allowed or not right:
        return LoginResult(taken=taken)
    return_attempt(session, taken, wholly=(PASSWORD.place.name,))
    return LoginResult(stage=FULL, taken=taken)


def factor_buckets(session: Session, account: Account, place: ClientAddress) -> Buckets:
    """The buckets of a code of the second factor; whoever guesses codes knows the password already."""
    known = find_place(session, account.login, place)
    return guess_buckets(FACTOR, fingerprint("login", account.login), place, known)


def start_login(
    session: Session, account: Account, stage: str, place: ClientAddress, replaces: int | None
) -> str:
    """Start a session at this stage; for staff without a second factor it holds a secret to enrol."""
    enrols = stage == "second_factor" and account.totp_secret is None
    return sessions.start(
        session, account, stage, place, replaces, totp.start_enrolment() if enrols else None
    )


def next_stage(account: Account, limits: Policies, staff_second: bool) -> str:
    """The stage of a session after a correct password."""
    if account.role in STAFF and staff_second:
        return "second_factor"
    return after_second_factor(account, limits)


def after_second_factor(account: Account, limits: Policies) -> str:
    """The stage of a session after a correct second factor."""
    return "rotation" if passwords.is_due(account, passwords.PROFILES[limits.password_profile]) else FULL


def _verify(account: Account | None, secret: str, limits: Policies) -> bool:
    """Always costs one slow hash."""
    if account is None or account.password_hash is not None:
        return verify_secret(account.password_hash if account else None, secret)
    return activation_codes.verify_code(account, secret) and activation_codes.is_active(account, limits)


def _let_in(
    session: Session,
    account_id: int,
    verified: str | None,
    secret: str,
    place: ClientAddress,
    replaces: int | None,
    staff_second: bool,
) -> LoginResult:
    with transaction(session):
        account = lock_account(session, account_id)
        if account.disabled_at is not None or account.password_hash != verified:
            return LoginResult()  # disabled or changed in the last instant
        limits = load_policies(session)
        if account.password_hash is None:
            activation_codes.note_first_use(account, limits)
            stage = "activation"
        else:
            stage = next_stage(account, limits, staff_second)
            if is_outdated(account.password_hash):
                account.password_hash = hash_secret(secret)
        token = start_login(session, account, stage, place, replaces)
        words = "以初始密码或一次性口令登录，进入激活页" if stage == "activation" else "登录"
        record_event(session, "login", words, actor_of(account), after=place.network, visible_to="audit")
    return LoginResult(token, stage)
