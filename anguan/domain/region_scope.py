"""Which rows belong to a region: the one limit of staff of a region, for lists, counts, charts and links."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, or_

from anguan.models import (
    Account,
    Audit,
    AuditSample,
    Base,
    Certificate,
    CertificateJob,
    ChangeRequest,
    Constructor,
    Edition,
    Employment,
    Enterprise,
    Event,
    ImportBatch,
    Insurance,
    NumberClaim,
    Person,
    RequestNote,
    Training,
)


def in_region(model: type[Base], region: str | None) -> Sequence[ColumnElement[bool]]:
    """Conditions that limit rows of this table to one region; none for the whole province (None).

    Raises KeyError for a table of which nobody said what its region is.
    """
    return [_SCOPES[model](region)] if region else []


def works_in(region: str, person: Any) -> ColumnElement[bool]:
    """Condition for people who work for an enterprise of this region; `person` is a column of their id."""
    return exists().where(Employment.person_id == person, *_CURRENT, Enterprise.region == region)


_CURRENT = (Employment.ended_on.is_(None), Employment.enterprise_id == Enterprise.id)


def _belongs_to(region: str, enterprise: Any, *joins: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(*joins, Enterprise.id == enterprise, Enterprise.region == region)


def _has_account_of(region: str, account: Any) -> ColumnElement[bool]:
    return exists().where(Account.id == account, Account.region == region)


def _is_claimed_elsewhere(region: str) -> ColumnElement[bool]:
    """Condition for claims to the number of a person or enterprise of another region."""
    works = exists().where(
        Person.document_number == NumberClaim.document_number,
        Employment.person_id == Person.id,
        *_CURRENT,
        Enterprise.region != region,
    )
    stands = exists().where(Enterprise.uscc == NumberClaim.document_number, Enterprise.region != region)
    return or_(works, stands)


_SCOPES: Mapping[type[Base], Callable[[str], ColumnElement[bool]]] = {
    ChangeRequest: lambda region: ChangeRequest.region == region,
    Audit: lambda region: exists().where(
        ChangeRequest.id == Audit.request_id, ChangeRequest.region == region
    ),
    RequestNote: lambda region: exists().where(
        ChangeRequest.id == RequestNote.request_id, ChangeRequest.region == region
    ),
    AuditSample: lambda region: or_(
        _has_account_of(region, AuditSample.actor_id),
        exists().where(
            Audit.sample_id == AuditSample.id,
            ChangeRequest.id == Audit.request_id,
            ChangeRequest.region == region,
        ),
    ),
    Enterprise: lambda region: Enterprise.region == region,
    Person: lambda region: works_in(region, Person.id),
    Training: lambda region: works_in(region, Training.person_id),
    Insurance: lambda region: works_in(region, Insurance.person_id),
    Constructor: lambda region: works_in(region, Constructor.person_id),
    Certificate: lambda region: _belongs_to(region, Certificate.enterprise_id),
    CertificateJob: lambda region: _belongs_to(
        region,
        Certificate.enterprise_id,
        Edition.id == CertificateJob.edition_id,
        Certificate.id == Edition.certificate_id,
    ),
    NumberClaim: lambda region: ~_is_claimed_elsewhere(region),
    Account: lambda region: or_(
        Account.region == region,
        works_in(region, Account.person_id),
        _belongs_to(region, Account.enterprise_id),
    ),
    Event: lambda region: Event.region == region,
    ImportBatch: lambda region: _has_account_of(region, ImportBatch.account_id),
}
