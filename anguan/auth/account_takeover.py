"""Decides claims: an accepted number claim closes the impostor's account and opens one for the holder.

These functions write into the caller's transaction and never commit.
"""

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from anguan.auth import licence_claims, sessions
from anguan.auth.accounts import NotAllowed, create_account, lock_account
from anguan.auth.devices import forget_devices
from anguan.auth.encryption import make_code
from anguan.auth.words import Denial
from anguan.core import clock
from anguan.core.field_types import birth_date_of, gender_of
from anguan.domain.policies import LICENCE
from anguan.infra.events import Actor, actor_of, record_event
from anguan.infra.notices import send_notice
from anguan.models import (
    Account,
    Certificate,
    Constructor,
    Employment,
    Insurance,
    NumberClaim,
    Person,
    PhotoWorkspace,
    Training,
)
from anguan.services.account_takeover import end_requests
from anguan.services.review.person_verification import mark_verified

RELEASED_LOGIN = "void"
"""Document type of a placeholder person: nobody can register or be found under it."""
VOID_NAME = "已作废的注册"
SHUT_NAME = "已停用的注册账号"
_RECORDS = (Certificate, Employment, Training, Insurance, Constructor)


def decide_claim(
    session: Session, reviewer: Account, claim_id: int, accepted: bool, opinion: str
) -> NumberClaim:
    """Accept or refuse an open claim, once. Raises NotAllowed."""
    claim = session.get_one(NumberClaim, claim_id, with_for_update=True, populate_existing=True)
    if claim.state != "open":
        raise NotAllowed(Denial.CLAIM_DECIDED)
    if claim.name == reviewer.name:
        raise NotAllowed(Denial.OWN_CLAIM)
    if not opinion.strip():
        raise NotAllowed(Denial.NO_OPINION)
    claim.state = "accepted" if accepted else "refused"
    claim.opinion = opinion.strip()[:500]
    claim.reviewer_id = reviewer.id
    claim.decided_at = clock.now()
    session.flush()
    licence = claim.document_type == LICENCE
    if accepted:
        (licence_claims.accept if licence else _accept)(session, claim, actor_of(reviewer))
    elif licence:
        said = f"企业激活 {claim.number} 未通过"
        firm = licence_claims.registered_enterprise(session, claim)
        record_event(session, "licence_refused", said, actor_of(reviewer), enterprise=firm)
    else:
        record_event(session, "claim_refused", f"号码申诉 {claim.number} 未通过", actor_of(reviewer))
    return claim


def registered_person(session: Session, claim: NumberClaim) -> Person | None:
    """The registered person with the claimed number, or None."""
    return session.scalar(
        select(Person).where(
            Person.document_type == claim.document_type, Person.document_number == claim.document_number
        )
    )


def registered_account(session: Session, claim: NumberClaim) -> Account | None:
    """The account that has the claimed number, or belongs to the person registered under it, or None."""
    person = registered_person(session, claim)
    named = Account.login == claim.document_number
    wanted = or_(named, Account.person_id == person.id) if person else named
    return session.scalar(select(Account).where(wanted, Account.role == "applicant").limit(1))


def is_own_record(session: Session, person: Person) -> bool:
    """True when the office has its own records of the person, beyond what they entered themselves."""
    if not person.unverified:
        return True
    return any(session.scalar(select(exists().where(kind.person_id == person.id))) for kind in _RECORDS)


def _accept(session: Session, claim: NumberClaim, actor: Actor) -> None:
    reason = f"号码申诉 {claim.number} 核实，原注册人不是证件持有人"
    person = registered_person(session, claim)
    false = registered_account(session, claim)
    if false is not None:
        false = lock_account(session, false.id)
        end_requests(session, false, actor, reason)
    for known in {
        row.id: row for row in (person, false.person if false else None) if row is not None
    }.values():
        if not is_own_record(session, known):
            _make_void(session, known)
        elif known is not person:
            raise NotAllowed(Denial.NUMBER_IN_USE)
    if person is not None and person.document_type == RELEASED_LOGIN:
        person = None
    if false is not None:
        _disable_account(session, false, actor, reason)
    if person is None:
        person = _register_holder(session, claim)
    else:
        _clear_unverified(session, person, claim)
    account, _ = create_account(session, actor, "", claim.name, "applicant", person=person, initial="code")
    account.phone = claim.phone
    claim.displaced_id = false.id if false else None
    claim.account_id = account.id
    if person.unverified:
        words = f"号码申诉 {claim.number} 核对了证件，信息转为已核实"
        mark_verified(session, person, actor, words)
    record_event(session, "claim_accepted", reason, actor, person=person, visible_to="office")
    send_notice(
        session,
        account.id,
        "号码申诉已核实",
        f"申诉编号 {claim.number}。原来占用您号码的账号已经停用，它提交的申请已经终止。"
        "请核对个人信息，缺的补全后就可以办理业务。",
    )


def _disable_account(session: Session, account: Account, actor: Actor, reason: str) -> None:
    """Disable the impostor's account: no name, secret or session, and a placeholder as person."""
    if account.person is not None and account.person.document_type != RELEASED_LOGIN:
        nobody = f"X-{make_code(2)}"
        account.person = Person(
            document_type=RELEASED_LOGIN, document_number=nobody, name=VOID_NAME, unverified=True
        )
    account.login = f"X-{account.id}-{make_code(2)}"
    account.name, account.phone = SHUT_NAME, ""
    account.password_hash, account.password_at = None, None
    account.initial, account.initial_hash, account.initial_until = "none", None, None
    account.disabled_at = account.disabled_at or clock.now()
    sessions.end_sessions(session, account)
    forget_devices(session, account)
    session.flush()
    record_event(session, "account_displaced", f"停用账号：{reason}", actor, person=account.person)


def _make_void(session: Session, person: Person) -> None:
    """Clear everything that the impostor entered about a person of whom the office has no records."""
    _clear_photo(session, person)
    person.document_type, person.document_number = RELEASED_LOGIN, f"X-{make_code(2)}"
    person.name, person.phone = VOID_NAME, ""
    person.gender, person.birth_date = "", None
    person.education = person.title = person.position = ""
    session.flush()


def _register_holder(session: Session, claim: NumberClaim) -> Person:
    person = Person(
        document_type=claim.document_type,
        document_number=claim.document_number,
        name=claim.name,
        phone=claim.phone,
        gender=gender_of(claim.document_type, claim.document_number) or "",
        birth_date=birth_date_of(claim.document_type, claim.document_number),
        unverified=True,
    )
    session.add(person)
    session.flush()
    return person


def _clear_unverified(session: Session, person: Person, claim: NumberClaim) -> None:
    """Keep the facts that the office recorded and clear what the impostor entered beside them."""
    if person.unverified:
        person.name, person.phone, person.photo = claim.name, claim.phone, None
        person.education = person.title = person.position = ""
    _clear_photo(session, person)
    session.flush()


def _clear_photo(session: Session, person: Person) -> None:
    if person.unverified:
        person.photo = None
    session.execute(delete(PhotoWorkspace).where(PhotoWorkspace.person_id == person.id))
