"""Event log: who did what to which record, with names copied at the time of the event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import Verb
from anguan.domain.employers import current_employer
from anguan.domain.region_scope import in_region
from anguan.infra.event_verbs import EventVerb
from anguan.models import STAFF, Account, Certificate, ChangeRequest, Enterprise, Event, Person

LOG_READERS = frozenset({"administrator", "auditor"})
"""Roles that read the whole event log (操作日志), with the entries marked `audit`."""


@dataclass(frozen=True)
class Actor:
    """The actor of an event: an account, or something named that has none."""

    id: int | None
    name: str
    region: str | None = None


SYSTEM = Actor(None, "系统")
"""Acts where no person does: the worker, and dates that pass."""


def actor_of(account: Account) -> Actor:
    """The account as an actor."""
    return Actor(account.id, account.name, account.region)


def record_event(
    session: Session,
    verb: EventVerb | Verb,
    sentence: str,
    actor: Actor,
    request: ChangeRequest | None = None,
    person: Person | None = None,
    certificate: Certificate | None = None,
    enterprise: Enterprise | None = None,
    before: str = "",
    after: str = "",
    visible_to: str = "office",
) -> Event:
    """Append one event; person, certificate and enterprise default to those of the request."""
    event = Event(
        at=clock.now(),
        actor_id=actor.id,
        actor=actor.name,
        verb=verb,
        sentence=sentence[:500],
        request_id=request.id if request else None,
        person_id=person.id if person else (request.person_id if request else None),
        certificate_id=certificate.id if certificate else (request.certificate_id if request else None),
        enterprise_id=enterprise.id if enterprise else (request.enterprise_id if request else None),
        before=before,
        after=after,
        visible_to=visible_to,
        region=_region_of(session, actor, request, person, certificate, enterprise),
    )
    session.add(event)
    return event


def _region_of(
    session: Session,
    actor: Actor,
    request: ChangeRequest | None,
    person: Person | None,
    certificate: Certificate | None,
    enterprise: Enterprise | None,
) -> str | None:
    """Region of the first of these records that has one."""
    with session.no_autoflush:
        if request is not None and request.region:
            return request.region
        if certificate is not None and certificate.enterprise.region:
            return certificate.enterprise.region
        found = enterprise or (current_employer(person) if person else None)
    return found.region or None if found is not None else actor.region or None


class EventReader(Protocol):
    """Who reads events: an account, or the identity of a visitor."""

    @property
    def role(self) -> str:
        """Role of the account."""

    @property
    def region(self) -> str | None:
        """Region to which staff are limited; None for all."""


def is_readable_by(reader: EventReader) -> Sequence[ColumnElement[bool]]:
    """Conditions for the events that somebody may read, by role and region."""
    if reader.role not in STAFF:
        return [Event.visible_to == "holder"]
    inside = in_region(Event, reader.region)
    return inside if reader.role in LOG_READERS else [*inside, Event.visible_to != "audit"]


def read_events(
    session: Session, reader: EventReader, *about: ColumnElement[bool], most: int
) -> Sequence[Event]:
    """At most `most` events that this reader may read, the latest first."""
    query = select(Event).where(*about, *is_readable_by(reader))
    return session.scalars(query.order_by(Event.id.desc()).limit(most)).all()
