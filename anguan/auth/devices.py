"""Remembered devices: browsers that completed a login, which attacks from elsewhere cannot lock out.

The cookie holds one random token per account; a row its hash. A device is not a proof of identity: the
password is asked for all the same.
"""

from datetime import timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from anguan.auth.encryption import fingerprint, hash_token
from anguan.core import clock
from anguan.models import Account, RememberedDevice

LASTS = timedelta(days=180)
MOST = 8
"""Tokens in one cookie, of as many accounts on a shared computer."""
MOST_OF_ACCOUNT = 10
"""Devices of one account; with it the networks that are known to the account are bounded."""


def device_token(session_token: str) -> str:
    """The token for a browser that was logged in with this session token."""
    return fingerprint("device", session_token)


def remember(
    session: Session, account: Account, session_token: str, known: tuple[str, ...], network: str
) -> None:
    """Remember the browser of a complete login; one that is known (hashes of its tokens) keeps its token."""
    now = clock.now()
    mine = RememberedDevice.account_id == account.id
    renewed = session.execute(
        update(RememberedDevice)
        .where(mine, RememberedDevice.token_hash.in_(known), RememberedDevice.until > now)
        .values(until=now + LASTS)
        .returning(RememberedDevice.id)
    ).first()
    if renewed is None:
        newest = select(RememberedDevice.id).where(mine).order_by(RememberedDevice.until.desc())
        kept = session.scalars(newest.limit(MOST_OF_ACCOUNT - 1)).all()
        session.execute(delete(RememberedDevice).where(mine, RememberedDevice.id.not_in(kept)))
        token_hash = hash_token(device_token(session_token))
        session.add(
            RememberedDevice(
                account_id=account.id,
                token_hash=token_hash,
                network=network,
                created_at=now,
                until=now + LASTS,
            )
        )


def is_new(session: Session, session_token: str) -> bool:
    """True when the login with this session token made the browser remembered: it needs the token."""
    row = RememberedDevice.token_hash == hash_token(device_token(session_token))
    return bool(session.scalar(select(exists().where(row))))


def forget_devices(session: Session, account: Account) -> None:
    """Forget every device of the account, as after a reset of its password."""
    session.execute(delete(RememberedDevice).where(RememberedDevice.account_id == account.id))
