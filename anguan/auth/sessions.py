"""Login sessions as rows: the browser holds a random token, the row its hash; ending the row logs out."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session, lazyload

from anguan.auth import devices
from anguan.auth.encryption import hash_token, make_token
from anguan.auth.identity import FULL, Identity
from anguan.core import clock
from anguan.domain.memo import begin_with
from anguan.domain.policies import Policies, load_policies
from anguan.infra.transaction import transaction
from anguan.models import STAFF, Account, LoginSession, SettingsStamp

ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
_FIND = (
    select(LoginSession, Account, select(SettingsStamp.value).scalar_subquery())
    .join(Account, Account.id == LoginSession.account_id)
    .where(LoginSession.token_hash == bindparam("token_hash"))
    .options(lazyload(Account.person), lazyload(Account.enterprise))
)
"""Session, account and stamp of the settings: what every request asks for."""


@dataclass(frozen=True)
class ClientAddress:
    """Origin of a request: its network (IPv4 /24, IPv6 /48), address (/32, /64) and User-Agent header.

    `devices` are hashes of the tokens in its cookie (`auth.devices`).
    """

    network: str
    browser: str
    address: str = ""
    devices: tuple[str, ...] = ()


def start(
    session: Session,
    account: Account,
    stage: str,
    place: ClientAddress,
    replaces: int | None,
    pending_secret: str | None = None,
) -> str:
    """Start a session and return its token; ends the session it replaces (`replaces`, a row id)."""
    if replaces is not None:
        end(session, replaces)
    now, token = clock.now(), make_token()
    session.add(
        LoginSession(
            account_id=account.id,
            token_hash=hash_token(token),
            stage=stage,
            network=place.network[:100],
            browser=place.browser[:500],
            started_at=now,
            seen_at=now,
            proved_at=now,
            pending_secret=pending_secret,
            until=now + ABSOLUTE,
        )
    )
    if stage == FULL:
        devices.remember(session, account, token, place.devices, place.network)
    session.flush()
    return token


def find(session: Session, token: str) -> tuple[LoginSession, Account] | None:
    """The active session of this token with its account; None when ended, timed out or unknown."""
    found = session.execute(_FIND, {"token_hash": hash_token(token)}).first()
    if found is None:
        return None
    row, account, stamp = found
    begin_with(session, stamp)
    limits = load_policies(session)
    now = clock.now()
    ended = row.ended_at is not None
    disabled = account.disabled_at is not None
    idle = now - row.seen_at >= timedelta(minutes=idle_minutes(account.role, limits))
    if ended or disabled or idle or now >= row.until:
        return None
    return row, account


def account_of_timed_out(session: Session, token: str) -> int:
    """The account of a session that only time has ended; 0 for any other."""
    return (
        session.scalar(
            select(LoginSession.account_id)
            .join(Account, Account.id == LoginSession.account_id)
            .where(
                LoginSession.token_hash == hash_token(token),
                LoginSession.ended_at.is_(None),
                LoginSession.stage == FULL,
                Account.disabled_at.is_(None),
            )
        )
        or 0
    )


def idle_minutes(role: str, limits: Policies) -> int:
    """Idle timeout of a role's session, in minutes."""
    return limits.staff_idle_minutes if role in STAFF else limits.idle_minutes


def identify(row: LoginSession, account: Account) -> Identity:
    """The identity of a session; before the last stage it holds the account's id only."""
    if row.stage != FULL:
        return Identity(id=account.id, stage=row.stage, session_id=row.id)
    return Identity(
        id=account.id,
        name=account.name,
        role=account.role,
        region=account.region,
        person_id=account.person_id,
        enterprise_id=account.enterprise_id,
        stage=row.stage,
        session_id=row.id,
        proved_at=row.proved_at,
    )


def note_seen(session: Session, row_id: int) -> None:
    """Record the use of the session, in a transaction of its own that waits for nobody. Raises Busy."""
    now = clock.now()
    with transaction(session, own=True, wait_ms=0) as own:
        own.execute(
            update(LoginSession)
            .where(LoginSession.id == row_id, LoginSession.seen_at < now)
            .values(seen_at=now)
        )


def end(session: Session, row_id: int) -> None:
    """End one session."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == row_id, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now(), pending_secret=None)
    )


def end_sessions(session: Session, account: Account, but: int | None = None) -> int:
    """End all sessions of an account except `but`; returns how many were active."""
    living = [row.id for row in living_sessions(session, account) if row.id != but]
    for row_id in living:
        end(session, row_id)
    return len(living)


def living_sessions(session: Session, account: Account, idle: int | None = None) -> list[LoginSession]:
    """The account's open sessions, latest use first; with `idle` (minutes) without the timed-out ones."""
    awake = [] if idle is None else [LoginSession.seen_at > clock.now() - timedelta(minutes=idle)]
    return list(
        session.scalars(
            select(LoginSession)
            .where(
                LoginSession.account_id == account.id,
                LoginSession.ended_at.is_(None),
                LoginSession.until > clock.now(),
                *awake,
            )
            .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
        )
    )
