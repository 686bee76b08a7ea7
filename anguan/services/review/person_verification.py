"""Verification of self-registered persons: unverified (未核实) until the first approval."""

from sqlalchemy.orm import Session

from anguan.infra.events import SYSTEM, Actor, record_event
from anguan.models import ChangeRequest, Person


def verify(session: Session, request: ChangeRequest, actor: Actor = SYSTEM) -> bool:
    """Mark a self-registered person as verified on the first approval; True if this call did it.

    Call it inside the transaction in which the approval takes effect.
    """
    person = request.person
    if person is None or not person.unverified:
        return False
    mark_verified(
        session, person, actor, f"第一件申请 {request.number} 审核通过，自行注册的信息转为已核实", request
    )
    return True


def mark_verified(
    session: Session, person: Person, actor: Actor, sentence: str, request: ChangeRequest | None = None
) -> None:
    """Record that the office has verified the person's identity."""
    person.unverified = False
    record_event(session, "verify_person", sentence, actor, request=request, person=person)
