"""What must not get into an address: the number of somebody's document, on whichever list it was typed."""

from sqlalchemy import exists, select

from anguan.core.field_types import DocumentNumber, InvalidValue, normalise_login
from anguan.extensions import db
from anguan.models import Person


def contains_document_number(typed: str) -> bool:
    """True for a valid number of a citizen, and for every number under which somebody is registered."""
    number = normalise_login(typed)
    try:
        if DocumentNumber().parse(number):
            return True
    except InvalidValue:
        pass
    return bool(db.session.scalar(select(exists().where(Person.document_number == number))))
