"""The dossier: all data that a rule may read, loaded once."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, joinedload

from anguan.core import clock
from anguan.core.matter import Matter
from anguan.domain.employers import current_employer
from anguan.domain.policies import Policies, policies_of
from anguan.domain.register_fields import Record, register_field
from anguan.models import LIVE, Certificate, ChangeRequest, Enterprise, Person

Found = TypeVar("Found")
_CERTIFICATES = "certificates"


@dataclass(frozen=True)
class Dossier:
    """A matter and its subject, with the requested values (`after`, canonical, by path).

    `attached` are the codes of the attached materials, `choices` the alternative set chosen for a material.
    `request` is None during an eligibility check.
    """

    fatal_errors: ClassVar[tuple[type[Exception], ...]] = (DBAPIError,)
    """Exceptions that a rule raises again: PostgreSQL rejects further statements in that transaction."""

    session: Session
    matter: Matter
    policies: Policies
    moment: datetime
    person: Person | None = None
    certificate: Certificate | None = None
    enterprise: Enterprise | None = None
    employer: Enterprise | None = None
    request: ChangeRequest | None = None
    after: Mapping[str, str] = field(default_factory=dict)
    attached: frozenset[str] = frozenset()
    choices: Mapping[str, str] = field(default_factory=dict)
    known: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)
    """What rules have looked up, shared by the dossiers of one subject that differ in their matter."""

    def look_up(self, key: Hashable, read: Callable[[], Found]) -> Found:
        """The result of `read`, which is called once per key."""
        if key not in self.known:
            self.known[key] = read()
        return cast(Found, self.known[key])

    @property
    def today(self) -> date:
        """The date of the check, in Beijing."""
        return clock.beijing(self.moment).date()

    def record(self, name: str) -> Record | None:
        """The record for the first part of a path (`person`); None when the dossier has none."""
        records: Mapping[str, Record | None] = {
            "person": self.person,
            "certificate": self.certificate,
            "enterprise": self.enterprise,
            "employer": self.employer,
        }
        return records[name]

    def before(self, path: str) -> str:
        """The current value in the register; '' where there is no record."""
        found = register_field(path)
        record = self.record(found.record)
        return found.read(record) if record is not None else ""

    def asked(self, path: str) -> str:
        """The requested value, or the current one when the request does not contain the field."""
        return self.after[path] if path in self.after else self.before(path)

    def changes(self, *paths: str) -> bool:
        """True when the request changes one of these fields."""
        return any(path in self.after and self.after[path] != self.before(path) for path in paths)

    @property
    def person_certificates(self) -> tuple[Certificate, ...]:
        """All certificates of the person, in id order."""
        if self.person is None:
            return ()
        id = self.person.id
        return self.look_up((_CERTIFICATES, id), lambda: load_certificates(self.session, id))

    @property
    def other_certificates(self) -> list[Certificate]:
        """The person's other valid or suspended certificates, in id order."""
        own = self.certificate.id if self.certificate else None
        return [row for row in self.person_certificates if row.id != own and row.status in LIVE]

    @property
    def subject_key(self) -> str:
        """The key of the subject as used by locks (`certificate:12`)."""
        subject = self.record(self.matter.subject)
        return f"{self.matter.subject}:{subject.id}" if subject is not None else self.matter.subject


def load_certificates(session: Session, person_id: int | None) -> tuple[Certificate, ...]:
    """The certificates of a person in id order, with the person and the employments, by one statement.

    Hold them as long as the dossier is used: the session forgets rows that nobody holds.
    """
    if person_id is None:
        return ()
    rows = session.scalars(
        select(Certificate)
        .where(Certificate.person_id == person_id)
        .options(joinedload(Certificate.person).joinedload(Person.employments))
        .order_by(Certificate.id)
    )
    return tuple(rows.unique())


def open_dossier(
    session: Session,
    matter: Matter,
    person: Person | None = None,
    certificate: Certificate | None = None,
    enterprise: Enterprise | None = None,
    request: ChangeRequest | None = None,
    after: Mapping[str, str] | None = None,
    attached: frozenset[str] = frozenset(),
    choices: Mapping[str, str] | None = None,
    certificates: tuple[Certificate, ...] | None = None,
) -> Dossier:
    """Load the dossier of a subject from the current register, under the policies of the request.

    `certificates` are those of the person, where `load_certificates` has read them already.
    """
    if certificate is not None and person is None:
        person = certificate.person
    known: dict[Hashable, Any] = {}
    if person is not None and certificates is not None:
        known[_CERTIFICATES, person.id] = certificates
    return Dossier(
        session=session,
        matter=matter,
        policies=policies_of(session, request),
        moment=clock.now(),
        person=person,
        certificate=certificate,
        enterprise=enterprise,
        employer=current_employer(person) if person else None,
        request=request,
        after=after or {},
        attached=attached,
        choices=choices or {},
        known=known,
    )
