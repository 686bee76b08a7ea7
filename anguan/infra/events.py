"""Event log: who did what to which record, with names copied at the time of the event."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.models import Account, Certificate, ChangeRequest, Enterprise, Event, Person


@dataclass(frozen=True)
class Actor:
    """The actor of an event: an account, or a named background process without one."""

    id: int | None
    name: str


CLOCK = Actor(None, "系统时钟")
WORKER = Actor(None, "制证任务")


def actor_of(account: Account) -> Actor:
    """The account as an actor."""
    return Actor(account.id, account.name)


def record_event(
    session: Session,
    verb: str,
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
    )
    session.add(event)
    return event
