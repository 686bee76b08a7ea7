"""The ways to find a record of a kind by typed text; an index answers each of them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, null, select

from anguan.core.field_types.phone import read_phone
from anguan.models import Certificate, ChangeRequest, Employment, Enterprise, Person, SearchKey
from anguan.panel.common.search import Column, begins_with, has_end, has_part, is_exactly

Ways = Iterator[Select[Any, Any]]


def find_requests(text: str) -> Ways:
    """By number or its last digits, certificate number, part of the firm's name, and the person.

    The person is found under an earlier name too; the firm is that of the certificate, else the employer.
    """
    yield _by_key(ChangeRequest.id, ChangeRequest.id, has_end("request", text))
    yield _where(
        ChangeRequest.id,
        ChangeRequest.certificate_id == Certificate.id,
        is_exactly(Certificate.number, text),
    )
    yield from _of_person(ChangeRequest.id, ChangeRequest.person_id, text)
    yield _where(ChangeRequest.id, begins_with(ChangeRequest.applicant_name, text))
    firm = has_part("enterprise", text)
    yield _by_key(ChangeRequest.id, Certificate.enterprise_id, firm).where(
        ChangeRequest.certificate_id == Certificate.id
    )
    yield _by_key(ChangeRequest.id, Employment.enterprise_id, firm).where(
        Employment.ended_on.is_(None),
        ChangeRequest.person_id == Employment.person_id,
        ChangeRequest.certificate_id.is_(None),
    )


def find_people(text: str) -> Ways:
    """By document number, telephone and part of the name."""
    yield from _of_person(Person.id, Person.id, text)


def find_certificates(text: str) -> Ways:
    """By number, its beginning or last digits, and the person, also under an earlier name."""
    yield _by_key(Certificate.id, Certificate.id, has_end("certificate", text))
    yield _where(Certificate.id, is_exactly(Certificate.paper_number, text))
    yield from _of_person(Certificate.id, Certificate.person_id, text)
    yield _where(Certificate.id, begins_with(Certificate.holder_name, text))
    yield _where(Certificate.id, begins_with(Certificate.number, text))


def find_enterprises(text: str) -> Ways:
    """By credit code, telephone and part of the name."""
    yield _where(Enterprise.id, is_exactly(Enterprise.uscc, text))
    if number := read_phone(text):
        yield _where(Enterprise.id, Enterprise.phone == number)
    yield _by_key(Enterprise.id, Enterprise.id, has_part("enterprise", text))


def _where(key: Column, *conditions: ColumnElement[bool]) -> Select[Any, Any]:
    return select(null().label("text"), key.label("id")).where(*conditions)


def _by_key(key: Column, record: Column, found: ColumnElement[bool]) -> Select[Any, Any]:
    """Records with such a search key, in the order of the keys: a whole name comes first."""
    keyed = select(SearchKey.text.label("text"), key.label("id"))
    return keyed.where(found, SearchKey.record_id == record).order_by(SearchKey.text, SearchKey.record_id)


def _of_person(key: Column, person: Column, text: str) -> Ways:
    yield _where(key, person == Person.id, is_exactly(Person.document_number, text))
    if number := read_phone(text):
        yield _where(key, person == Person.id, Person.phone == number)
    yield _by_key(key, person, has_part("person", text))
