"""Second factor of staff: TOTP codes (RFC 6238), each valid once, and recovery codes for a lost phone."""

import hmac
from typing import Any

import pyotp
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from anguan.auth.encryption import decrypt, encrypt, fingerprint, make_code
from anguan.core import clock
from anguan.core.field_types.text_cleaning import normalise_code
from anguan.models import Account, LoginSession, RecoveryCode

STEP_SECONDS = 30
DRIFT = 1
RECOVERY_CODES = 8
ISSUER = "安管人员考核管理系统"


def start_enrolment() -> str:
    """A new secret, encrypted for the session row; it becomes the account's once a code proves possession."""
    return encrypt("totp", pyotp.random_base32())


def pending_secret(row: LoginSession) -> str:
    """The secret waiting for confirmation; '' when there is none."""
    return (decrypt("totp", row.pending_secret) or "") if row.pending_secret else ""


def otpauth_uri(secret: str, name: str) -> str:
    """The otpauth URI for the QR code that an authenticator app scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def enrol(session: Session, account: Account, row: LoginSession, typed: str) -> list[str]:
    """Confirm the pending secret and return the recovery codes, once; empty when the code is wrong."""
    secret = pending_secret(row)
    step = _matching_step(secret, typed)
    if not secret or step is None:
        return []
    account.totp_secret, account.totp_step = encrypt("totp", secret), step
    row.pending_secret = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [make_code() for _ in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(account_id=account.id, code_hash=_hash(code)) for code in codes)
    return codes


def check(session: Session, account: Account, typed: str) -> bool:
    """True for the current code or an unused recovery code; either is used up by it."""
    secret = decrypt("totp", account.totp_secret) if account.totp_secret else None
    step = _matching_step(secret or "", typed)
    if step is not None:
        unused = update(Account).where(Account.id == account.id, Account.totp_step < step)
        used = session.execute(unused.values(totp_step=step))
        return _hit_one(used)
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == _hash(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )
    return _hit_one(used)


def clear(session: Session, account: Account) -> None:
    """Remove the second factor (lost phone); the next login enrols a new one."""
    account.totp_secret, account.totp_step = None, 0
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def _matching_step(secret: str, typed: str) -> int | None:
    """The 30-second time step of the code, with little clock drift allowed; None when none matches."""
    code = normalise_code(typed)
    if not secret or len(code) != 6:
        return None
    now = int(clock.now().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    fitting = [
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
    ]
    return fitting[-1] if fitting else None


def _hash(code: str) -> str:
    return fingerprint("recovery", normalise_code(code))


def _hit_one(result: Any) -> bool:
    return bool(result.rowcount == 1)
