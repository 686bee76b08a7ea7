"""Request and certificate numbers, taken from counters within the transaction that issues them."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from anguan.domain.policies import Policies
from anguan.models import Certificate

_TAKE = text(
    "INSERT INTO counter (kind, year, last) VALUES (:kind, :year, 1) "
    "ON CONFLICT (kind, year) DO UPDATE SET last = counter.last + 1 RETURNING last"
)


def next_number(session: Session, kind: str, year: int) -> int:
    """The next number of a kind in a year; never given twice."""
    return int(session.execute(_TAKE, {"kind": kind, "year": year}).scalar_one())


def request_number(session: Session, prefix: str, year: int) -> str:
    """The next request number of a matter and year, such as YX2026-000318."""
    return f"{prefix}{year}-{next_number(session, f'request:{prefix}', year):06d}"


def certificate_number(session: Session, policies: Policies, certificate: Certificate, year: int) -> str:
    """The next certificate number in the format of the policy, such as 水安B20260000123."""
    serial = next_number(session, f"certificate:{certificate.kind_code}", year)
    pattern = policies.certificate_number
    return pattern.format(prov=policies.certificate_prefix, kind=certificate.kind_code, year=year, seq=serial)
