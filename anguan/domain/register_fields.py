"""The register's facts by path: which column holds them, of which kind they are, what is printed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from anguan.core.field_types import (
    DOCUMENT_TYPES,
    GENDERS,
    Choice,
    Date,
    DocumentNumber,
    Kind,
    Name,
    Phone,
    Photo,
    Reference,
    Text,
    Uscc,
)
from anguan.models import Certificate, CertificateStatus, Enterprise, Person

CERTIFICATE_STATUSES: Mapping[str, str] = {
    CertificateStatus.VALID: "有效",
    CertificateStatus.SUSPENDED: "暂扣",
    CertificateStatus.ANNULLED: "撤销",
    CertificateStatus.CANCELLED: "已注销",
    CertificateStatus.LAPSED: "已过期",
    CertificateStatus.MOVED_OUT: "办理转出",
    CertificateStatus.REVOKED: "吊销",
}

Record = Person | Certificate | Enterprise


@dataclass(frozen=True)
class Fact:
    """One fact of one kind of record. `printed` facts appear on the certificate's sheet.

    A `personal` one goes into a file only together with full numbers, though its kind is not sensitive.
    """

    record: str
    name: str
    kind: Kind
    printed: bool = False
    personal: bool = False

    @property
    def path(self) -> str:
        """The fact's name across code, rows and templates."""
        return f"{self.record}.{self.name}"

    @property
    def column(self) -> str:
        """The mapped column that holds it."""
        return self.name

    def spreads_to(self, certificate: Certificate, before: str) -> bool:
        """Does a change of this fact from `before` follow on this other certificate of the person?"""
        return True

    def read(self, record: Record) -> str:
        """The canonical text of what stands in the register."""
        return self.kind.from_column(getattr(record, self.column))

    def write(self, session: Session, record: Record, canonical: str) -> None:
        """Write canonical text into the register."""
        setattr(record, self.column, self.kind.to_column(canonical))

    def text(self, session: Session, canonical: str) -> str:
        """The words a person reads."""
        return self.kind.show(canonical) if canonical else ""


@dataclass(frozen=True)
class Word(Fact):
    """A text column that is never NULL."""

    def write(self, session: Session, record: Record, canonical: str) -> None:
        """An emptied fact is an empty text."""
        setattr(record, self.column, canonical)


@dataclass(frozen=True)
class Unit(Fact):
    """The firm of a certificate: the reference, and its name and code as they are printed."""

    @property
    def column(self) -> str:
        """The reference; the printed words beside it follow."""
        return "enterprise_id"

    def spreads_to(self, certificate: Certificate, before: str) -> bool:
        """Only certificates at the firm that the person leaves move along."""
        return self.read(certificate) == before

    def write(self, session: Session, record: Record, canonical: str) -> None:
        """Write the reference and its two printed words together."""
        if not isinstance(record, Certificate):
            raise TypeError("only a certificate has a unit")
        enterprise = session.get_one(Enterprise, int(canonical))
        record.enterprise_id = enterprise.id
        record.unit_name = enterprise.name
        record.unit_uscc = enterprise.uscc

    def text(self, session: Session, canonical: str) -> str:
        """The firm's name."""
        return firm_name(session, canonical)


@dataclass(frozen=True)
class Status(Fact):
    """The state of a certificate in words."""

    def text(self, session: Session, canonical: str) -> str:
        """有效, 已注销, …"""
        return CERTIFICATE_STATUSES.get(canonical, canonical)


def firm_name(session: Session, canonical: str) -> str:
    """The name of the firm with this id, or nothing."""
    if not canonical:
        return ""
    enterprise = session.get(Enterprise, int(canonical))
    return enterprise.name if enterprise else ""


def _facts() -> tuple[Fact, ...]:
    none = Text(limit=100, none_word="无")
    return (
        Word("person", "name", Name()),
        Word("person", "document_type", Choice(DOCUMENT_TYPES)),
        Word("person", "document_number", DocumentNumber("person.document_type")),
        Word("person", "gender", Choice(GENDERS)),
        Fact("person", "birth_date", Date(), personal=True),
        Word("person", "education", Choice(dictionary="education")),
        Word("person", "title", Choice(dictionary="title")),
        Word("person", "position", none),
        Word("person", "phone", Phone()),
        Fact("person", "photo", Photo()),
        Word("employer", "name", Text()),
        Word("employer", "uscc", Uscc()),
        Word("enterprise", "name", Text()),
        Word("enterprise", "uscc", Uscc()),
        Fact("certificate", "number", Text(limit=60), printed=True),
        Fact("certificate", "paper_number", Text(limit=60)),
        Word("certificate", "kind_code", Text(limit=40), printed=True),
        Status("certificate", "status", Text(limit=40)),
        Word("certificate", "status_reason", Text(limit=200)),
        Fact("certificate", "first_issued", Date(), printed=True),
        Fact("certificate", "valid_from", Date(), printed=True),
        Fact("certificate", "valid_until", Date(), printed=True),
        Word("certificate", "holder_name", Name(), printed=True),
        Word("certificate", "gender", Choice(GENDERS), printed=True),
        Word("certificate", "document_type", Choice(DOCUMENT_TYPES), printed=True),
        Word("certificate", "document_number", DocumentNumber("certificate.document_type"), printed=True),
        Fact("certificate", "birth_date", Date(), printed=True, personal=True),
        Unit("certificate", "unit", Reference("enterprise")),
        Word("certificate", "unit_name", Text(), printed=True),
        Word("certificate", "unit_uscc", Uscc(), printed=True),
        Word("certificate", "position", none, printed=True),
        Word("certificate", "title", Choice(dictionary="title"), printed=True),
        Fact("certificate", "photo", Photo(), printed=True),
    )


FACTS: Mapping[str, Fact] = {fact.path: fact for fact in _facts()}
PRINTED = tuple(fact for fact in FACTS.values() if fact.printed and fact.record == "certificate")


def fact(path: str) -> Fact:
    """The fact at this path; LookupError when the register has no such column."""
    try:
        return FACTS[path]
    except KeyError:
        raise LookupError(f"the register has no fact {path}") from None
