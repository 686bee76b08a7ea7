"""Authentication: checks account name and secret, and starts a session or refuses.

Against timing attacks and account enumeration each attempt costs the same work (count it, one look-up, one
slow hash), and every refusal has the same message.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from anguan.auth import activation_codes, passwords, sessions, totp
from anguan.auth.accounts import lock_account
from anguan.auth.encryption import fingerprint
from anguan.auth.hashing import hash_secret, is_outdated, verify_secret
from anguan.auth.identity import FULL
from anguan.auth.sessions import ClientAddress
from anguan.auth.throttle import QUARTER, Attempt, Buckets, RateLimit, return_attempt, take_attempt
from anguan.core import clock
from anguan.core.field_types.login import normalise_login
from anguan.domain.policies import Policies, load_policies
from anguan.infra.events import Actor, actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import STAFF, Account, LoginSession

PAIR = RateLimit("pair", 5, QUARTER)
"""One login from one network."""
NETWORK = RateLimit("network", 100, QUARTER)
"""One network, any login."""
SPRAY = RateLimit("spray", 3000, timedelta(hours=1))
"""Wrong attempts on one login from networks unknown to the account."""
FAMILIAR = timedelta(days=90)
LONGEST_SECRET = 1000

UNKNOWN_ACCOUNT = Actor(None, "登录门")


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
    def wait(self) -> int:
        """Minutes to wait when throttled; 0 when the name or the secret was wrong."""
        return self.taken.minutes if self.taken and self.taken.names - {activation_codes.DAY.name} else 0


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
    buckets = _buckets(hashed, place.network, _is_familiar(session, login, place.network))
    taken = take_attempt(session, buckets)
    session.rollback()
    account = session.scalar(select(Account).where(Account.login == login))
    right = _verify(account, secret, load_policies(session))
    if account is None:
        return LoginResult(taken=taken)
    first = account.password_hash is None
    shut = taken.names if first else taken.names - {activation_codes.DAY.name}
    if not right or shut or account.disabled_at is not None:
        if first and activation_codes.DAY.name in taken.spent | taken.names:
            close_activation(session, account.id)
        return LoginResult(taken=taken)
    return_attempt(session, buckets, wholly=() if first else (PAIR.name, activation_codes.DAY.name))
    return _let_in(session, account.id, account.password_hash, secret, place, replaces, staff_second)


def confirm_login_name(session: Session, account: Account, typed: str) -> Attempt | None:
    """Check the registered name on the activation page; None when it is right. Wrong names are throttled."""
    hashed, first_id = fingerprint("login", account.login), account.id
    buckets: Buckets = [(activation_codes.NAME, hashed), (activation_codes.DAY, hashed)]
    right = activation_codes.confirms_number(account, typed)
    taken = take_attempt(session, buckets)
    if right and taken.allowed:
        return_attempt(session, buckets)
        return None
    if activation_codes.DAY.name in taken.spent | taken.names:
        close_activation(session, first_id)
    return taken


def reauthenticate(session: Session, account: Account, secret: str, place: ClientAddress) -> LoginResult:
    """Check the account's own password again, throttled like a login; on success only `stage` is set."""
    buckets: Buckets = [(PAIR, f"{fingerprint('login', account.login)}:{place.network}")]
    kept = account.password_hash
    taken = take_attempt(session, buckets)
    right = verify_secret(kept, secret[:LONGEST_SECRET])
    if not taken.allowed or not right:
        return LoginResult(taken=taken)
    return_attempt(session, buckets, wholly=(PAIR.name,))
    return LoginResult(stage=FULL, taken=taken)


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


def _buckets(hashed: str, network: str, familiar: bool) -> Buckets:
    pair = f"{hashed}:{network}"
    strangers: Buckets = [] if familiar else [(activation_codes.NAME, hashed), (SPRAY, "all")]
    return [(PAIR, pair), (NETWORK, network), (activation_codes.DAY, hashed), *strangers]


def _is_familiar(session: Session, login: str, network: str) -> bool:
    """True after a recent login from this network; attacks from elsewhere do not lock out the owner."""
    came_in = (
        select(LoginSession.id)
        .join(Account, Account.id == LoginSession.account_id)
        .where(
            Account.login == login,
            LoginSession.network == network,
            LoginSession.stage == FULL,
            LoginSession.started_at > clock.now() - FAMILIAR,
        )
    )
    return bool(session.scalar(select(exists(came_in))))


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
        words = "以初始密码登录，进入激活页" if stage == "activation" else "登录"
        record_event(session, "login", words, actor_of(account), after=place.network, visible_to="audit")
    return LoginResult(token, stage)


def close_activation(session: Session, account_id: int) -> None:
    """Lock the activation code and end every session that it opened."""
    with transaction(session, own=True) as own:
        account = lock_account(own, account_id)
        if account.initial in ("last6", "code"):
            activation_codes.close(account)
            sessions.end_sessions(own, account)
            record_event(
                own,
                "initial_closed",
                "初始密码一天内输错 20 次，已关闭",
                UNKNOWN_ACCOUNT,
                visible_to="office",
            )
