"""The dossier: everything a rule may look at, gathered once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.matter import Matter
from anguan.domain.policies import Policies, policies_of
from anguan.domain.register_fields import Record, register_field
from anguan.models import LIVE, Certificate, ChangeRequest, Employment, Enterprise, Person


@dataclass(frozen=True)
class Dossier:
    """A matter about a subject, with what is asked (`after`, canonical, by path) and what stands now.

    `papers` are the codes of the materials attached, `choices` the sets chosen instead of a material.
    `request` is None while somebody only asks whether he may file.
    """

    fatal_errors: ClassVar[tuple[type[Exception], ...]] = (DBAPIError,)
    """What a rule may not swallow: PostgreSQL answers nothing more in that transaction."""

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
    papers: frozenset[str] = frozenset()
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day on which the dossier is judged, in Beijing."""
        return clock.beijing(self.moment).date()

    def record(self, name: str) -> Record | None:
        """The record that a path starts with."""
        records: Mapping[str, Record | None] = {
            "person": self.person,
            "certificate": self.certificate,
            "enterprise": self.enterprise,
            "employer": self.employer,
        }
        return records[name]

    def before(self, path: str) -> str:
        """What stands in the register now; '' where there is no record."""
        found = register_field(path)
        record = self.record(found.record)
        return found.read(record) if record is not None else ""

    def asked(self, path: str) -> str:
        """What the filer wants there; what stands there when he does not say."""
        return self.after[path] if path in self.after else self.before(path)

    def changes(self, *paths: str) -> bool:
        """True when one of these facts is asked to become something else."""
        return any(path in self.after and self.after[path] != self.before(path) for path in paths)

    @cached_property
    def other_certificates(self) -> list[Certificate]:
        """The person's live certificates besides the subject, in id order."""
        if self.person is None:
            return []
        rows = self.session.scalars(
            select(Certificate)
            .where(Certificate.person_id == self.person.id, Certificate.status.in_(LIVE))
            .order_by(Certificate.id)
        )
        own = self.certificate.id if self.certificate else None
        return [row for row in rows if row.id != own]

    @property
    def subject_key(self) -> str:
        """The record it is about, as a lock names it."""
        subject = self.record(self.matter.subject)
        return f"{self.matter.subject}:{subject.id}" if subject is not None else self.matter.subject


def employer_of(session: Session, person: Person | None) -> Enterprise | None:
    """The firm that the person works for now."""
    if person is None:
        return None
    current = session.scalar(
        select(Employment).where(Employment.person_id == person.id, Employment.ended_on.is_(None))
    )
    return current.enterprise if current else None


def open_dossier(
    session: Session,
    matter: Matter,
    person: Person | None = None,
    certificate: Certificate | None = None,
    enterprise: Enterprise | None = None,
    request: ChangeRequest | None = None,
    after: Mapping[str, str] | None = None,
    papers: frozenset[str] = frozenset(),
    choices: Mapping[str, str] | None = None,
) -> Dossier:
    """Gather the dossier of a subject as the register stands now, under the policies of the request."""
    if certificate is not None and person is None:
        person = certificate.person
    return Dossier(
        session=session,
        matter=matter,
        policies=policies_of(session, request),
        moment=clock.now(),
        person=person,
        certificate=certificate,
        enterprise=enterprise,
        employer=employer_of(session, person),
        request=request,
        after=after or {},
        papers=papers,
        choices=choices or {},
    )
