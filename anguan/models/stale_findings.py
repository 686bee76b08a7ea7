"""Marks of requests whose stored findings may no longer hold, written by triggers of the database."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from anguan.models.base import Base, Key
from anguan.models.requests import ASKED_IDENTITY
from anguan.models.triggers import ROW, Trigger


class StaleFindings(Base):
    """A submitted request whose findings must be judged again: something that its rules read has changed.

    Marks are only added and deleted, never changed, so that no writer waits for another; several for one
    request are judged once. There is no foreign key, as it would wait for whoever decides the request.
    """

    __tablename__ = "stale_findings"
    __table_args__ = (
        Index("ix_stale_findings_request", "request_id"),
        {"sqlite_autoincrement": True},  # no number is given twice
    )

    id: Mapped[Key]
    request_id: Mapped[int]


_SUBMITTED = "change_request.state = 'submitted'"


def _mark(*sources: str) -> str:
    """One statement for all: an import runs it for each row."""
    found = (f"SELECT change_request.id FROM {source} AND {_SUBMITTED}" for source in sources)  # noqa: S608  # nosec B608  # constants
    return f"INSERT INTO stale_findings (request_id) {' UNION ALL '.join(found)}"


def _of_person(column: str) -> str:
    """The requests of a person."""
    return f"change_request WHERE change_request.person_id = {ROW}.{column}"


def _asking(column: str) -> str:
    """The requests that ask for this document number or photo, whoever filed them."""
    joined = "change_item JOIN change_request ON change_request.id = change_item.request_id"
    return f"{joined} WHERE change_item.{ASKED_IDENTITY} AND change_item.after = {ROW}.{column}"


def _watch(table: str, *sources: str) -> Trigger:
    return Trigger(table, after=(_mark(*sources),), before=(_mark(*sources),))


_EMPLOYED = (
    "change_request JOIN employment ON employment.person_id = change_request.person_id "
    f"WHERE employment.ended_on IS NULL AND employment.enterprise_id = {ROW}.id"
)
"""The requests of the people of an enterprise."""
EXTERNAL = ("employment", "training", "insurance", "constructor")
TRIGGERS = (
    _watch("person", _of_person("id"), _asking("document_number"), _asking("photo")),
    _watch(
        "certificate",
        _of_person("person_id"),
        f"change_request WHERE change_request.certificate_id = {ROW}.id",
        _asking("photo"),
    ),
    *(_watch(table, _of_person("person_id")) for table in EXTERNAL),
    Trigger(
        "enterprise",
        after=(_mark(_EMPLOYED, f"change_request WHERE change_request.enterprise_id = {ROW}.id"),),
        before=(),
        columns=("uscc", "name", "legal_representative", "region", "address"),
    ),
    Trigger("change_item", after=(_mark(f"{_asking('after')} AND {ROW}.{ASKED_IDENTITY}"),), before=()),
    Trigger(
        "change_request",
        after=(_mark(f"change_request WHERE change_request.id = {ROW}.id"),),
        before=(),
        columns=("state", "version"),
    ),
)
"""What a rule reads of the register and of other requests; `tests.services.test_stored_findings`."""
