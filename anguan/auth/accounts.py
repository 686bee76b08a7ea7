"""Account administration: create, reset, enable, disable, role and region. Every change records an event.

These functions write into the caller's transaction and never commit.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.auth import activation_codes, passwords, sessions, totp
from anguan.auth.devices import forget_devices
from anguan.auth.hashing import hash_secret
from anguan.auth.identity import ROLE_TITLES
from anguan.auth.words import DENIAL_WORDS, Denial
from anguan.core import clock
from anguan.core.field_types.login import normalise_login
from anguan.domain.policies import load_policies
from anguan.infra.event_verbs import EventVerb
from anguan.infra.events import Actor, actor_of, record_event
from anguan.models import ROLES, STAFF, Account, Enterprise, Person

SETUP = Actor(None, "安装程序")


class NotAllowed(ValueError):
    """The operation is refused: `code` is the reason for programs, `sentence` for people."""

    def __init__(self, code: Denial, **figures: object) -> None:
        self.code = code
        self.sentence = DENIAL_WORDS[code].format(**figures)
        super().__init__(self.sentence)


def lock_account(session: Session, account_id: int) -> Account:
    """Read the account with a row lock that lasts until the transaction ends."""
    return session.get_one(Account, account_id, with_for_update={"of": Account}, populate_existing=True)


def create_account(
    session: Session,
    actor: Actor,
    login: str,
    name: str,
    role: str,
    *,
    region: str | None = None,
    person: Person | None = None,
    enterprise: Enterprise | None = None,
    initial: str | None = None,
    password: str | None = None,
) -> tuple[Account, str]:
    """Create an account; returns it with its one-time code ('' where there is none). Raises NotAllowed.

    The login of holders and enterprises is their number. `initial` is last6 or code; by default staff get a
    code and others what the policies say. `password` is for installation and demo data and skips activation.
    """
    number = person.document_number if person else enterprise.uscc if enterprise else login
    spelt = normalise_login(login or number)
    _check_new(session, spelt, role, person, enterprise)
    account = Account(
        login=spelt,
        name=name or (person.name if person else enterprise.name if enterprise else spelt),
        role=role,
        region=(region or None) if role in STAFF else None,
        person=person,
        enterprise=enterprise,
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    code = ""
    if password is not None:
        passwords.set_password(session, account, hash_secret(password))
    elif (initial or _usual_initial(session, role)) == "last6" and role not in STAFF:
        account.initial = "last6"
    else:
        code = activation_codes.issue_code(session, account, load_policies(session))
    _record(session, "account_created", f"开设账号：{account.name}（{ROLE_TITLES[role]}）", actor, account)
    return account, code


def first_administrator(session: Session, login: str, name: str, password: str) -> Account:
    """Create the first administrator with the given password. Raises NotAllowed."""
    if session.scalar(select(Account.id).where(Account.role == "administrator").limit(1)) is not None:
        raise NotAllowed(Denial.ADMINISTRATOR_EXISTS)
    profile = passwords.PROFILES[load_policies(session).password_profile]
    if fault := passwords.find_password_error(password, normalise_login(login), profile):
        raise NotAllowed(Denial.WEAK_PASSWORD, sentence=fault)
    account, _ = create_account(session, SETUP, login, name, "administrator", password=password)
    return account


def start_reset(session: Session, actor: Actor, account: Account) -> str:
    """End the old secret and all sessions; returns a one-time code of which only a hash is kept.

    Raises NotAllowed for the actor's own account.
    """
    _refuse_own(actor, account, "不能重置自己的账号，请用“修改密码”，或请另一位管理员办理。")
    account.password_hash, account.password_at = None, None
    code = activation_codes.issue_code(session, account, load_policies(session))
    sessions.end_sessions(session, account)
    forget_devices(session, account)
    _record(session, "reset_started", f"重置登录：{account.name}", actor, account)
    return code


def disable(session: Session, actor: Actor, account: Account) -> None:
    """Disable an account; its sessions end with their next request. Raises NotAllowed for the actor's own."""
    _refuse_own(actor, account, "不能停用自己的账号。")
    if account.disabled_at is None:
        account.disabled_at = clock.now()
        sessions.end_sessions(session, account)
        _record(session, "account_disabled", f"停用账号：{account.name}", actor, account)


def enable(session: Session, actor: Actor, account: Account) -> None:
    """Enable a disabled account; its password stays valid."""
    if account.disabled_at is not None:
        account.disabled_at = None
        _record(session, "account_enabled", f"恢复账号：{account.name}", actor, account)


def set_role(session: Session, actor: Actor, account: Account, role: str) -> None:
    """Change the role of a staff account and end its sessions. Raises NotAllowed."""
    _refuse_own(actor, account, "不能更改自己的角色。")
    if account.role not in STAFF or role not in STAFF:
        raise NotAllowed(Denial.ROLE_IS_GIVEN)
    if role != account.role:
        before, account.role = account.role, role
        sessions.end_sessions(session, account)
        words = f"更改角色：{account.name}"
        _record(session, "role_changed", words, actor, account, ROLE_TITLES[before], ROLE_TITLES[role])


def set_region(session: Session, actor: Actor, account: Account, region: str | None) -> None:
    """Limit a staff account to one region; None means the whole province. Raises NotAllowed."""
    if account.role not in STAFF:
        raise NotAllowed(Denial.REGION_IS_FOR_STAFF)
    if (region or None) != account.region:
        before, account.region = account.region, region or None
        sessions.end_sessions(session, account)
        _record(
            session, "region_changed", f"更改地区：{account.name}", actor, account, before or "", region or ""
        )


def clear_second_factor(session: Session, actor: Actor, account: Account) -> None:
    """Remove the second factor (lost phone): the next login enrols a new one. Raises NotAllowed."""
    _refuse_own(actor, account, "不能解除自己的二次验证，请另一位管理员办理。")
    totp.clear(session, account)
    sessions.end_sessions(session, account)
    _record(session, "second_factor_cleared", f"解除二次验证：{account.name}", actor, account)


def end_all_sessions(session: Session, actor: Actor, account: Account) -> int:
    """Log the account out everywhere; returns the number of sessions ended."""
    ended = sessions.end_sessions(session, account)
    _record(session, "sessions_ended", f"结束全部登录：{account.name}（{ended} 个）", actor, account)
    return ended


def record_own_event(session: Session, verb: EventVerb, words: str, account: Account) -> None:
    """Record an event of what a person did with their own account."""
    _record(session, verb, words, actor_of(account), account)


def _record(
    session: Session,
    verb: EventVerb,
    words: str,
    actor: Actor,
    account: Account,
    before: str = "",
    after: str = "",
) -> None:
    record_event(
        session,
        verb,
        words,
        actor,
        person=account.person,
        enterprise=account.enterprise,
        before=before,
        after=after,
        visible_to="audit",
    )


def _usual_initial(session: Session, role: str) -> str:
    return "last6" if activation_codes.opens_by_last6(role, load_policies(session)) else "code"


def _refuse_own(actor: Actor, account: Account, sentence: str) -> None:
    if actor.id is not None and actor.id == account.id:
        raise NotAllowed(Denial.OWN_ACCOUNT, sentence=sentence)


def _check_new(
    session: Session, login: str, role: str, person: Person | None, enterprise: Enterprise | None
) -> None:
    if role not in ROLES:
        raise NotAllowed(Denial.NO_ROLE)
    if (role == "applicant") != (person is not None) or (role == "enterprise") != (enterprise is not None):
        raise NotAllowed(Denial.ROLE_UNLIKE_SUBJECT)
    if not login or len(login) > 100:
        raise NotAllowed(Denial.BAD_LOGIN)
    if session.scalar(select(Account.id).where(Account.login == login)) is not None:
        raise NotAllowed(Denial.LOGIN_TAKEN)
