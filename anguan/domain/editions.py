"""Editions: immutable copies of the data printed on a certificate PDF."""

import hashlib
import json
import secrets
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.domain.register_fields import PRINTED
from anguan.models import LIVE, Certificate, CertificateJob, Edition

NOTE = "note"
"""The key of an edition's note among its printed data."""


def printed_facts(certificate: Certificate) -> dict[str, str]:
    """The printed fields as canonical text, by column name."""
    facts = {field.name: field.read(certificate) for field in PRINTED}
    return facts | {"kind_title": certificate.kind.title}


def is_up_to_date(edition: Edition) -> bool:
    """True when the edition matches the register; its note is not compared."""
    facts = json.loads(edition.facts)
    facts.pop(NOTE, None)
    return bool(facts == printed_facts(edition.certificate))


def make_edition(session: Session, certificate: Certificate, note: str = "") -> Edition:
    """Create the next edition from the current register, with a waiting certificate job.

    `note` is printed beside the number of the certificate (补); an edition without one has no such key.
    """
    printed = printed_facts(certificate) | ({NOTE: note} if note else {})
    facts = json.dumps(printed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    last = session.scalar(select(func.max(Edition.version)).where(Edition.certificate_id == certificate.id))
    edition = Edition(
        certificate=certificate,
        version=(last or 0) + 1,
        facts=facts,
        digest=hashlib.sha256(facts.encode()).hexdigest(),
        qr_token=secrets.token_urlsafe(32),
        made_at=clock.now(),
    )
    edition.job = CertificateJob(state="waiting", error="")
    session.add(edition)
    session.flush()
    return edition


def latest_edition(session: Session, certificate_id: int) -> Edition | None:
    """The valid edition, the one with the highest version; None before the first."""
    return session.scalar(
        select(Edition)
        .where(Edition.certificate_id == certificate_id)
        .order_by(Edition.version.desc())
        .limit(1)
    )


def reprint(session: Session, certificates: Iterable[Certificate]) -> list[Edition]:
    """Create an edition for each numbered certificate in force whose printed data have changed."""
    made = []
    for certificate in certificates:
        if certificate.number and certificate.status in LIVE:
            last = latest_edition(session, certificate.id)
            if last is None or not is_up_to_date(last):
                made.append(make_edition(session, certificate))
    return made
