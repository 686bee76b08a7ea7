"""Subject of a filing: the filer's own records or, for the office, records of others it may see."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from anguan.domain.employers import current_employer
from anguan.domain.review_permissions import REVIEWERS
from anguan.models import Account, Certificate, Person, Recusal
from anguan.services.codes import Refusal
from anguan.services.refusals import NotFound, Refused


def subject_of(
    session: Session, account: Account, certificate_id: int | None, person_id: int | None
) -> tuple[Certificate | None, Person | None]:
    """The certificate, if any, and the person about whom this account files. Raises NotFound, Refused."""
    if account.role in REVIEWERS:
        return find_office_subject(session, account, certificate_id, person_id)
    certificate = own_certificate(session, account, certificate_id) if certificate_id else None
    return certificate, account.person


def own_certificate(session: Session, account: Account, certificate_id: int) -> Certificate:
    """The certificate, if it is this person's. Raises NotFound."""
    found = session.scalar(
        select(Certificate).where(
            Certificate.id == certificate_id, Certificate.person_id == (account.person_id or 0)
        )
    )
    if found is None:
        raise NotFound(Refusal.NO_CERTIFICATE)
    return found


def find_office_subject(
    session: Session, account: Account, certificate_id: int | None, person_id: int | None
) -> tuple[Certificate | None, Person | None]:
    """Certificate or person about whom the office files.

    Raises NotFound outside the reviewer's region, Refused when the reviewer is recused.
    """
    certificate = session.get(Certificate, certificate_id) if certificate_id else None
    person = certificate.person if certificate else session.get(Person, person_id or 0)
    if person is None or (certificate_id and certificate is None):
        raise NotFound(Refusal.NO_RECORD)
    firm = certificate.enterprise if certificate else current_employer(person)
    if account.region and (firm is None or firm.region != account.region):
        raise NotFound(Refusal.NO_RECORD)
    left = select(Recusal.id).where(
        Recusal.account_id == account.id,
        or_(Recusal.person_id == person.id, Recusal.enterprise_id == (firm.id if firm else 0)),
    )
    if session.scalar(left) is not None:
        raise Refused(Refusal.RECUSED)
    return certificate, person
