"""The current employer of a person: reading it, and moving the person to another one."""

from datetime import date

from sqlalchemy import update
from sqlalchemy.orm import Session

from anguan.models import Employment, Enterprise, Person


def current_employer(person: Person) -> Enterprise | None:
    """The enterprise of the employment that has not ended; None when there is none."""
    return next((row.enterprise for row in person.employments if row.ended_on is None), None)


def change_employer(session: Session, person: Person, enterprise_id: int | None, on: date) -> bool:
    """End the employment at any other enterprise and begin this one; False when it is there already."""
    current = current_employer(person)
    if current is not None and current.id == enterprise_id:
        return False
    session.execute(
        update(Employment)
        .where(Employment.person_id == person.id, Employment.ended_on.is_(None))
        .values(ended_on=on)
    )
    if enterprise_id is not None:
        session.add(Employment(person_id=person.id, enterprise_id=enterprise_id, started_on=on))
    session.flush()
    session.expire(person, ["employments"])
    return enterprise_id is not None
