"""Certificates, their printed editions, and the jobs that render the certificate PDFs."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from anguan.models.base import Base, Code, Key, Sha, Short, UtcDateTime, one_of
from anguan.models.enterprises import Enterprise
from anguan.models.files import StoredFile
from anguan.models.people import Person


class CertificateStatus(StrEnum):
    """Status of a certificate in the register."""

    VALID = "valid"
    SUSPENDED = "suspended"
    ANNULLED = "annulled"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    MOVED_OUT = "moved_out"
    REVOKED = "revoked"


class ProductionState(StrEnum):
    """State of a certificate job (制证)."""

    WAITING = "waiting"
    DRAWING = "drawing"
    READY = "ready"
    FAILED = "failed"


STATUSES = tuple(CertificateStatus)
LIVE = (CertificateStatus.VALID, CertificateStatus.SUSPENDED)
CERTIFICATE_JOB_STATES = tuple(ProductionState)


class CertificateKind(Base):
    """Certificate kind A, B or C: a table, because related trades have more kinds (domain facts 1.1)."""

    __tablename__ = "certificate_kind"

    code: Mapped[Code] = mapped_column(primary_key=True)
    title: Mapped[Short]
    position: Mapped[Short] = mapped_column(default="")
    age_limit: Mapped[int | None]

    def __str__(self) -> str:
        return f"{self.code}-{self.title}"


class Certificate(Base):
    """One certificate with its own copy of the printed data, which changes only through a request.

    `number` is empty until issued; `paper_number` is that of the old paper certificate.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint(one_of("status", STATUSES), name="status"),
        Index("ix_certificate_status_valid_until", "status", "valid_until"),
        Index("ix_certificate_valid_until", "valid_until", "id"),
    )

    id: Mapped[Key]
    number: Mapped[str | None] = mapped_column(String(60), unique=True)
    paper_number: Mapped[str | None] = mapped_column(String(60), index=True)
    kind_code: Mapped[str] = mapped_column(ForeignKey("certificate_kind.code"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    status: Mapped[Code] = mapped_column(default="valid")
    status_reason: Mapped[str] = mapped_column(String(500), default="")
    first_issued: Mapped[date] = mapped_column(Date)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)

    holder_name: Mapped[str] = mapped_column(String(100), index=True)
    gender: Mapped[Code] = mapped_column(default="")
    document_type: Mapped[Code] = mapped_column(default="resident")
    document_number: Mapped[str] = mapped_column(String(40))
    birth_date: Mapped[date | None] = mapped_column(Date)
    unit_name: Mapped[Short]
    unit_uscc: Mapped[str] = mapped_column(String(18))
    position: Mapped[Short] = mapped_column(default="")
    title: Mapped[Short] = mapped_column(default="")
    photo: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))

    kind: Mapped[CertificateKind] = relationship(lazy="joined")
    person: Mapped[Person] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    editions: Mapped[list["Edition"]] = relationship(
        back_populates="certificate", order_by="Edition.version.desc()"
    )


class Edition(Base):
    """One printed version: canonical data as JSON and its digest, immutable. The highest version is valid."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("certificate_id", "version"),)

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    version: Mapped[int]
    facts: Mapped[str] = mapped_column(Text)
    digest: Mapped[Sha]
    qr_token: Mapped[str] = mapped_column(String(43), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    certificate: Mapped[Certificate] = relationship(back_populates="editions")
    job: Mapped["CertificateJob"] = relationship(back_populates="edition", uselist=False)


class CertificateJob(Base):
    """Job that renders the certificate PDF of an edition (制证)."""

    __tablename__ = "certificate_job"
    __table_args__ = (
        CheckConstraint(one_of("state", CERTIFICATE_JOB_STATES), name="state"),
        Index("ix_certificate_job_state", "state", "id"),
    )

    id: Mapped[Key]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), unique=True)
    state: Mapped[Code] = mapped_column(default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    edition: Mapped[Edition] = relationship(back_populates="job")
    file: Mapped[StoredFile | None] = relationship()
