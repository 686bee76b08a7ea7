"""Detects document numbers in typed searches, so that they stay out of URLs."""

from sqlalchemy import exists, select

from anguan.core.field_types import DocumentNumber, InvalidValue, normalise_login
from anguan.extensions import db
from anguan.models import Person


def contains_document_number(typed: str) -> bool:
    """True for a valid resident number and for every registered document number."""
    number = normalise_login(typed)
    try:
        if DocumentNumber().parse(number):
            return True
    except InvalidValue:
        pass
    return bool(db.session.scalar(select(exists().where(Person.document_number == number))))
