"""Self-registration of persons; does not disclose whether a number is known: same answer, same work."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.auth.passwords import set_password
from anguan.auth.sessions import ClientAddress
from anguan.auth.throttle import Attempt, RateLimit, take_attempt
from anguan.core import clock
from anguan.core.field_types import birth_date_of, gender_of
from anguan.infra.events import Actor, record_event
from anguan.infra.transaction import transaction
from anguan.models import Account, Person

REGISTER = RateLimit("register", 20, timedelta(hours=1))
"""Registrations from one network; a whole company may register in one morning."""
VISITOR = Actor(None, "未登录的访客")
"""Whoever registers, claims a number or shows a licence, before anybody has looked at it."""


@dataclass(frozen=True)
class Registration:
    """What a new person declares, each value in canonical form."""

    document_type: str
    document_number: str
    name: str
    phone: str


def count_try(session: Session, place: ClientAddress) -> Attempt:
    """Count an attempt of this network, before anything is looked up."""
    return take_attempt(session, ((REGISTER, place.network),))


def register(session: Session, newcomer: Registration, hashed: str) -> None:
    """Create person and account, unless the number is known: then only an event is kept.

    `hashed` is the password's hash, made in either case. A known number costs the same writes, rolled
    back, so that the response time discloses nothing.
    """
    with transaction(session):
        try:
            with session.begin_nested() as attempt:
                if known := _is_known(session, newcomer):
                    _open(session, newcomer, hashed, spare=True)
                    attempt.rollback()
                else:
                    _open(session, newcomer, hashed)
        except IntegrityError:  # somebody registered the same number in this very moment
            known = True
        if known:
            words = "有人用已经登记的证件号码注册，没有受理"
            record_event(session, "registration_refused", words, VISITOR, visible_to="audit")


def _is_known(session: Session, newcomer: Registration) -> bool:
    number = newcomer.document_number
    person = select(Person.id).where(Person.document_number == number).limit(1).scalar_subquery()
    account = select(Account.id).where(Account.login == number).scalar_subquery()
    return session.scalar(select(1).where(or_(person.is_not(None), account.is_not(None)))) is not None


def _open(session: Session, newcomer: Registration, hashed: str, spare: bool = False) -> None:
    """Create person, account and password; `spare` writes them under an unused number."""
    number = f"spare {newcomer.document_number}" if spare else newcomer.document_number
    person = Person(
        document_type=newcomer.document_type,
        document_number=number,
        name=newcomer.name,
        gender=gender_of(newcomer.document_type, newcomer.document_number) or "",
        birth_date=birth_date_of(newcomer.document_type, newcomer.document_number),
        phone=newcomer.phone,
        unverified=True,
    )
    account = Account(
        login=number,
        name=newcomer.name,
        role="applicant",
        person=person,
        phone=newcomer.phone,
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    set_password(session, account, hashed)
    words = "自行注册，姓名、证件号码和手机号码未核实"
    record_event(session, "registered", words, VISITOR, person=person, visible_to="office")
    session.flush()
