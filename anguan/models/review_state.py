"""State of the review: claims, visits, document reads, recusals, work calendar and audits."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from anguan.models.accounts import Account
from anguan.models.base import Base, Code, Key, Short, UtcDateTime, one_of
from anguan.models.enterprises import Enterprise
from anguan.models.people import Person
from anguan.models.requests import ChangeRequest

OUTCOMES = ("agreed", "disagreed")
DAY_KINDS = ("holiday", "workday")


class Claim(Base):
    """Claim of a request by a reviewer (领取) until `until`; `remind_at` marks it as snoozed (暂缓),
    `transferred_by` names the colleague who transferred it (转办)."""

    __tablename__ = "claim"
    __table_args__ = (Index("ix_claim_account_id", "account_id", "id"),)

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[Short] = mapped_column(default="")
    transferred_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    account: Mapped[Account] = relationship(lazy="joined", foreign_keys=account_id)
    transferred_by: Mapped[Account | None] = relationship(lazy="joined", foreign_keys=transferred_by_id)
    request: Mapped[ChangeRequest] = relationship()


class RequestNote(Base):
    """A note to colleagues on a request (内部备注); only staff who may see the request read it."""

    __tablename__ = "request_note"
    __table_args__ = (Index("ix_request_note_request_id", "request_id", "id"),)

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    author: Mapped[Short]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LastVisit(Base):
    """The last round in which a reviewer opened a request; changes since then are highlighted for them."""

    __tablename__ = "last_visit"
    __table_args__ = (UniqueConstraint("request_id", "account_id"),)

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    round: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DocumentRead(Base):
    """A reviewer marked a document of a request as read (已看)."""

    __tablename__ = "document_read"
    __table_args__ = (UniqueConstraint("attachment_id", "account_id"),)

    id: Mapped[Key]
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Recusal(Base):
    """Recusal (回避): an enterprise or a person whose requests this reviewer may not decide."""

    __tablename__ = "recusal"
    __table_args__ = (
        CheckConstraint("(enterprise_id IS NULL) <> (person_id IS NULL)", name="one"),
        UniqueConstraint("account_id", "enterprise_id"),
        UniqueConstraint("account_id", "person_id"),
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    why: Mapped[Short] = mapped_column(default="")

    account: Mapped[Account] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    person: Mapped[Person | None] = relationship()


class CalendarDay(Base):
    """Exception of the work calendar: a holiday (法定节假日) or a working day on a weekend (调休)."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint(one_of("kind", DAY_KINDS), name="kind"),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[Code]
    name: Mapped[Short] = mapped_column(default="")


class AuditSample(Base):
    """A random sample (双随机) of `per_mille` ‰ of the requests decided between two days, inclusive."""

    __tablename__ = "audit_sample"

    id: Mapped[Key]
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    actor_name: Mapped[Short]
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    per_mille: Mapped[int]
    decided: Mapped[int]
    seed: Mapped[Code]

    audits: Mapped[list["Audit"]] = relationship(back_populates="sample", order_by="Audit.id")


class Audit(Base):
    """Second review of a decided request (抽查复查) by somebody who took no part in it."""

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("sample_id", "request_id"),
        CheckConstraint(f"outcome IS NULL OR {one_of('outcome', OUTCOMES)}", name="outcome"),
        Index("ix_audit_account_id", "account_id", "done_at"),
    )

    id: Mapped[Key]
    sample_id: Mapped[int] = mapped_column(ForeignKey("audit_sample.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[str | None] = mapped_column(String(40))
    opinion: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    sample: Mapped[AuditSample] = relationship(back_populates="audits")
    request: Mapped[ChangeRequest] = relationship()
    account: Mapped[Account] = relationship()
