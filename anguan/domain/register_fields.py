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
    FieldType,
    Name,
    Phone,
    PhotoHash,
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
class RegisterField:
    """One fact of one kind of record. `printed` facts appear on the certificate's sheet.

    A `personal` one goes into a file only together with full numbers, though its kind is not sensitive.
    """

    record: str
    name: str
    kind: FieldType
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

    def propagates_to(self, certificate: Certificate, before: str) -> bool:
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
class TextField(RegisterField):
    """A text column that is never NULL."""

    def write(self, session: Session, record: Record, canonical: str) -> None:
        """An emptied fact is an empty text."""
        setattr(record, self.column, canonical)


@dataclass(frozen=True)
class EmployerField(RegisterField):
    """The firm of a certificate: the reference, and its name and code as they are printed."""

    @property
    def column(self) -> str:
        """The reference; the printed words beside it follow."""
        return "enterprise_id"

    def propagates_to(self, certificate: Certificate, before: str) -> bool:
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
        return enterprise_name(session, canonical)


@dataclass(frozen=True)
class StatusField(RegisterField):
    """The state of a certificate in words."""

    def text(self, session: Session, canonical: str) -> str:
        """有效, 已注销, …"""
        return CERTIFICATE_STATUSES.get(canonical, canonical)


def enterprise_name(session: Session, canonical: str) -> str:
    """The name of the firm with this id, or nothing."""
    if not canonical:
        return ""
    enterprise = session.get(Enterprise, int(canonical))
    return enterprise.name if enterprise else ""


def _facts() -> tuple[RegisterField, ...]:
    none = Text(limit=100, none_word="无")
    return (
        TextField("person", "name", Name()),
        TextField("person", "document_type", Choice(DOCUMENT_TYPES)),
        TextField("person", "document_number", DocumentNumber("person.document_type")),
        TextField("person", "gender", Choice(GENDERS)),
        RegisterField("person", "birth_date", Date(), personal=True),
        TextField("person", "education", Choice(dictionary="education")),
        TextField("person", "title", Choice(dictionary="title")),
        TextField("person", "position", none),
        TextField("person", "phone", Phone()),
        RegisterField("person", "photo", PhotoHash()),
        TextField("employer", "name", Text()),
        TextField("employer", "uscc", Uscc()),
        TextField("enterprise", "name", Text()),
        TextField("enterprise", "uscc", Uscc()),
        RegisterField("certificate", "number", Text(limit=60), printed=True),
        RegisterField("certificate", "paper_number", Text(limit=60)),
        TextField("certificate", "kind_code", Text(limit=40), printed=True),
        StatusField("certificate", "status", Text(limit=40)),
        TextField("certificate", "status_reason", Text(limit=200)),
        RegisterField("certificate", "first_issued", Date(), printed=True),
        RegisterField("certificate", "valid_from", Date(), printed=True),
        RegisterField("certificate", "valid_until", Date(), printed=True),
        TextField("certificate", "holder_name", Name(), printed=True),
        TextField("certificate", "gender", Choice(GENDERS), printed=True),
        TextField("certificate", "document_type", Choice(DOCUMENT_TYPES), printed=True),
        TextField(
            "certificate", "document_number", DocumentNumber("certificate.document_type"), printed=True
        ),
        RegisterField("certificate", "birth_date", Date(), printed=True, personal=True),
        EmployerField("certificate", "unit", Reference("enterprise")),
        TextField("certificate", "unit_name", Text(), printed=True),
        TextField("certificate", "unit_uscc", Uscc(), printed=True),
        TextField("certificate", "position", none, printed=True),
        TextField("certificate", "title", Choice(dictionary="title"), printed=True),
        RegisterField("certificate", "photo", PhotoHash(), printed=True),
    )


REGISTER_FIELDS: Mapping[str, RegisterField] = {fact.path: fact for fact in _facts()}
PRINTED = tuple(fact for fact in REGISTER_FIELDS.values() if fact.printed and fact.record == "certificate")


def register_field(path: str) -> RegisterField:
    """The fact at this path; LookupError when the register has no such column."""
    try:
        return REGISTER_FIELDS[path]
    except KeyError:
        raise LookupError(f"the register has no fact {path}") from None
