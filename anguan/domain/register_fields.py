"""Register fields by path: their column, field type, and whether they are printed on the certificate."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from anguan.core import clock
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
from anguan.domain.employers import change_employer, current_employer
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
    """One field of one kind of record. `printed` fields appear on the certificate PDF.

    A `personal` one is exported only together with full numbers, though its field type is not sensitive.
    """

    record: str
    name: str
    kind: FieldType
    printed: bool = False
    personal: bool = False

    @property
    def path(self) -> str:
        """The name of the field in code, rows and templates (`person.name`)."""
        return f"{self.record}.{self.name}"

    @property
    def column(self) -> str:
        """The mapped column that holds the value."""
        return self.name

    def propagates_to(self, certificate: Certificate, before: str) -> bool:
        """True when a change from `before` also applies to this other certificate of the person."""
        return True

    def read(self, record: Record) -> str:
        """The current value as canonical text."""
        return self.kind.from_column(getattr(record, self.column))

    def write(self, session: Session, record: Record, canonical: str) -> None:
        """Write a canonical value into the record."""
        setattr(record, self.column, self.kind.to_column(canonical))

    def text(self, session: Session, canonical: str) -> str:
        """The value formatted for display."""
        return self.kind.show(canonical) if canonical else ""


@dataclass(frozen=True)
class TextField(RegisterField):
    """A text column that is never NULL."""

    def write(self, session: Session, record: Record, canonical: str) -> None:
        """Write a canonical value; no value is the empty text."""
        setattr(record, self.column, canonical)


@dataclass(frozen=True)
class EmployerField(RegisterField):
    """The work unit of a certificate: the reference, and its name and code as printed."""

    @property
    def column(self) -> str:
        """The column of the reference; `write` updates the printed name and code too."""
        return "enterprise_id"

    def propagates_to(self, certificate: Certificate, before: str) -> bool:
        """Only certificates at the enterprise that the person leaves are changed too."""
        return self.read(certificate) == before

    def write(self, session: Session, record: Record, canonical: str) -> None:
        """Write reference, printed name and code together; TypeError for anything but a certificate."""
        if not isinstance(record, Certificate):
            raise TypeError("only a certificate has a unit")
        enterprise = session.get_one(Enterprise, int(canonical))
        record.enterprise_id = enterprise.id
        record.unit_name = enterprise.name
        record.unit_uscc = enterprise.uscc

    def text(self, session: Session, canonical: str) -> str:
        """The name of the enterprise."""
        return enterprise_name(session, canonical)


@dataclass(frozen=True)
class CurrentEmployerField(RegisterField):
    """The work unit of a person: the enterprise of the employment that has not ended."""

    @property
    def column(self) -> str:
        """The relation that holds the value."""
        return "employments"

    def read(self, record: Record) -> str:
        """The id of the enterprise; TypeError for anything but a person."""
        employer = current_employer(_person(record))
        return str(employer.id) if employer else ""

    def write(self, session: Session, record: Record, canonical: str) -> None:
        """End the current employment today and begin the new one; TypeError as in `read`."""
        change_employer(session, _person(record), int(canonical) if canonical else None, clock.today())

    def text(self, session: Session, canonical: str) -> str:
        """The name of the enterprise."""
        return enterprise_name(session, canonical)


@dataclass(frozen=True)
class StatusField(RegisterField):
    """The status of a certificate, formatted in Chinese."""

    def text(self, session: Session, canonical: str) -> str:
        """The status in Chinese (有效, 已注销, …)."""
        return CERTIFICATE_STATUSES.get(canonical, canonical)


def _person(record: Record) -> Person:
    if not isinstance(record, Person):
        raise TypeError("only a person has employments")
    return record


def enterprise_name(session: Session, canonical: str) -> str:
    """The name of the enterprise with this id; '' when there is none."""
    if not canonical:
        return ""
    enterprise = session.get(Enterprise, int(canonical))
    return enterprise.name if enterprise else ""


def _register_fields() -> tuple[RegisterField, ...]:
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
        TextField("person", "phone", Phone(mobile=True)),
        RegisterField("person", "photo", PhotoHash()),
        CurrentEmployerField("person", "unit", Reference("enterprise")),
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


REGISTER_FIELDS: Mapping[str, RegisterField] = {field.path: field for field in _register_fields()}
PRINTED = tuple(
    field for field in REGISTER_FIELDS.values() if field.printed and field.record == "certificate"
)


def register_field(path: str) -> RegisterField:
    """The register field at this path; LookupError when there is none."""
    try:
        return REGISTER_FIELDS[path]
    except KeyError:
        raise LookupError(f"the register has no field {path}") from None
