"""The office decides a number claim: accepted, the false holder goes and the true holder gets his account.

These functions write into the caller's transaction and never commit.
"""

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from anguan.auth import sessions
from anguan.auth.accounts import NotAllowed, create_account, lock_account
from anguan.auth.encryption import make_code
from anguan.auth.words import Denial
from anguan.core import clock
from anguan.core.field_types import birth_date_of, gender_of
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
"""The document type of a person who never was: nobody can register or be found under it."""
VOID_NAME = "已作废的注册"
SHUT_NAME = "已停用的注册账号"
_RECORDS = (Certificate, Employment, Training, Insurance, Constructor)


def decide_claim(
    session: Session, reviewer: Account, claim_id: int, accepted: bool, opinion: str
) -> NumberClaim:
    """Accept or refuse an open claim, once; NotAllowed says why it cannot be done."""
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
    if accepted:
        _displace(session, claim, actor_of(reviewer))
    else:
        record_event(session, "claim_refused", f"号码申诉 {claim.number} 未通过", actor_of(reviewer))
    return claim


def registered_person(session: Session, claim: NumberClaim) -> Person | None:
    """Who stands in the register under the claimed number."""
    return session.scalar(
        select(Person).where(
            Person.document_type == claim.document_type, Person.document_number == claim.document_number
        )
    )


def registered_account(session: Session, claim: NumberClaim) -> Account | None:
    """Whose account opens with the claimed number, or belongs to the person registered under it."""
    person = registered_person(session, claim)
    named = Account.login == claim.document_number
    wanted = or_(named, Account.person_id == person.id) if person else named
    return session.scalar(select(Account).where(wanted, Account.role == "applicant").limit(1))


def is_own_record(session: Session, person: Person) -> bool:
    """True when the office knows the person besides what he said of himself."""
    if not person.unverified:
        return True
    return any(session.scalar(select(exists().where(kind.person_id == person.id))) for kind in _RECORDS)


def _displace(session: Session, claim: NumberClaim, actor: Actor) -> None:
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
        _shut(session, false, actor, reason)
    if person is None:
        person = _enter(session, claim)
    else:
        _cleanse(session, person, claim)
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


def _shut(session: Session, account: Account, actor: Actor, reason: str) -> None:
    """The false holder's account: no name, no secret, no session, and no person but one who never was."""
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
    session.flush()
    record_event(session, "account_displaced", f"停用账号：{reason}", actor, person=account.person)


def _make_void(session: Session, person: Person) -> None:
    """A person whom only the false holder spoke of: nothing that he typed stays."""
    _clear_photo(session, person)
    person.document_type, person.document_number = RELEASED_LOGIN, f"X-{make_code(2)}"
    person.name, person.phone = VOID_NAME, ""
    person.gender, person.birth_date = "", None
    person.education = person.title = person.position = ""
    session.flush()


def _enter(session: Session, claim: NumberClaim) -> Person:
    """The true holder, as his document says."""
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


def _cleanse(session: Session, person: Person, claim: NumberClaim) -> None:
    """A person of the office's own record: its facts stay, what the false holder typed beside them goes."""
    if person.unverified:
        person.name, person.phone, person.photo = claim.name, claim.phone, None
        person.education = person.title = person.position = ""
    _clear_photo(session, person)
    session.flush()


def _clear_photo(session: Session, person: Person) -> None:
    if person.unverified:
        person.photo = None
    session.execute(delete(PhotoWorkspace).where(PhotoWorkspace.person_id == person.id))
