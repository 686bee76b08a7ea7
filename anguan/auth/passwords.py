"""Password profiles (composition rules, history, age) and the change of a password."""

import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from anguan.auth.devices import forget_devices
from anguan.auth.hashing import verify_secret
from anguan.core import clock
from anguan.core.field_types.login import normalise_login
from anguan.models import STAFF, Account, UsedPassword

LONGEST = 128
KEPT = 5
PART = 6
STAFF_TERM = timedelta(days=90)

_KINDS = tuple(re.compile(kind) for kind in ("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]"))
_COMMON_WORDS = """
password passw0rd p@ssw0rd admin administrator welcome woaini woaini1314 iloveyou qwerty qwertyuiop
qazwsx qazwsxedc asdfgh asdfghjkl zxcvbn zxcvbnm abcdef abcabc letmein monkey dragon master sunshine
princess anguan anquan shuili yunnan kunming mima wodemima aqkh shigong jianzhu gongcheng
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_RUNS = ("0123456789012345", "9876543210987654", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


@dataclass(frozen=True)
class PasswordProfile:
    """One set of password rules; a policy selects the profile."""

    shortest: int
    kinds: int
    rotates: bool

    def rules(self, again: str = "again") -> list[tuple[str, str]]:
        """The rules for a page to tick while typing; `again` is the id of the second field."""
        listed = [(f"length:{self.shortest}", f"不少于 {self.shortest} 个字符")]
        if self.kinds:
            listed.append((f"kinds:{self.kinds}", "大写、小写、数字、符号有三种"))
        return [*listed, (f"same:{again}", "两次输入一致")]


PROFILES = {
    "dengbao3": PasswordProfile(shortest=10, kinds=3, rotates=True),
    "asvs": PasswordProfile(shortest=12, kinds=0, rotates=False),
}


def find_password_error(password: str, login: str, profile: PasswordProfile) -> str:
    """The message of the first rule that a new password breaks; '' when it is acceptable."""
    if len(password) < profile.shortest:
        return f"密码不少于 {profile.shortest} 个字符，现在只有 {len(password)} 个。"
    if len(password) > LONGEST:
        return f"密码不超过 {LONGEST} 个字符。"
    if sum(kind.search(password) is not None for kind in _KINDS) < profile.kinds:
        return "密码里大写字母、小写字母、数字、符号至少要有三种。"
    if shares_part(password, login):
        return f"密码里不能有账号，也不能有账号中连续 {PART} 位以上的部分。"
    if is_common(password):
        return "这个密码太常见，容易被猜到，请换一个。"
    return ""


def shares_part(password: str, login: str) -> bool:
    """True when the password contains six consecutive characters of the login."""
    typed, name = normalise_login(password), normalise_login(login)
    return any(name[at : at + PART] in typed for at in range(max(1, len(name) - PART + 1)))


def is_common(password: str) -> bool:
    """True for common passwords: known words with digits around them, sequences, few distinct characters."""
    plain = password.lower()
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    runs = any(run[at : at + 8] in plain for run in _RUNS for at in range(len(run) - 7))
    return plain in _COMMON or bare in _COMMON or runs or len(set(plain)) < 5


def was_used(session: Session, account: Account, password: str) -> bool:
    """True when the password is one of the account's last five."""
    hashes = session.scalars(
        select(UsedPassword.password_hash)
        .where(UsedPassword.account_id == account.id)
        .order_by(UsedPassword.id.desc())
        .limit(KEPT)
    ).all()
    return any(verify_secret(kept, password) for kept in hashes)


def set_password(session: Session, account: Account, hashed: str) -> None:
    """Store the new password's hash, made before the transaction.

    An activation code becomes invalid, and places that were known by the old password are unknown again.
    """
    now = clock.now()
    account.password_hash = hashed
    account.password_at = now
    account.initial, account.initial_hash, account.initial_until = "none", None, None
    session.add(UsedPassword(account_id=account.id, password_hash=hashed, used_at=now))
    forget_devices(session, account)
    session.flush()
    kept = (
        select(UsedPassword.id)
        .where(UsedPassword.account_id == account.id)
        .order_by(UsedPassword.id.desc())
        .limit(KEPT)
    )
    older = session.scalars(kept).all()
    session.execute(
        delete(UsedPassword).where(UsedPassword.account_id == account.id, UsedPassword.id.not_in(older))
    )


def is_due(account: Account, profile: PasswordProfile) -> bool:
    """True when a staff member's password is older than its profile allows."""
    if not profile.rotates or account.role not in STAFF or account.password_at is None:
        return False
    return clock.now() - account.password_at >= STAFF_TERM
