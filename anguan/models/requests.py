"""Change requests with their draft values, change items, locks, decisions and remarks."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from anguan.core.lifecycle import STATES, VERDICTS
from anguan.models.accounts import Account
from anguan.models.base import Base, Code, Key, Sha, Short, UtcDateTime, one_of
from anguan.models.certificates import Certificate
from anguan.models.enterprises import Enterprise
from anguan.models.files import Attachment
from anguan.models.people import Person

ASKED_IDENTITY = (
    "path IN ('person.document_number', 'certificate.document_number', 'person.photo', 'certificate.photo')"
)
"""SQL condition of change items whose value nobody else may have."""


class ChangeRequest(Base):
    """One request of one matter about one subject.

    `definition` is the version of the matter, fixed at the first submission; `version` counts every
    transition and is compared by each decision (optimistic locking); `subject_key` (`certificate:12`) names
    the record. `awaits_role` and `awaits_province` say who decides the current step.
    `frozen_policies` are the policies that apply to it, as JSON, stored at the first submission; '' before.
    `paused_days` are the working days that were left when it was returned; the due date is paused meanwhile.
    `decided_at` is when it was decided, returned, withdrawn or lapsed; empty while it waits for review.
    `correction_due_at` is the end of the last day for correction (补正期限), fixed when it is returned.
    `passed_checks`, `doubtful_checks` and `failed_checks` count the findings at `judged_at`, for lists only;
    `is_green` says that all passed, and is empty while a submitted request waits to be judged.
    """

    __tablename__ = "change_request"
    __table_args__ = (
        CheckConstraint(one_of("state", STATES), name="state"),
        CheckConstraint(
            "(state IN ('approved', 'rejected')) <= (decided_at IS NOT NULL)", name="decided_when_final"
        ),
        CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL OR state = 'lapsed'", name="submitted"),
        CheckConstraint("state <> 'returned' OR correction_due_at IS NOT NULL", name="correction_due"),
        Index(
            "uq_change_request_draft",
            "filer_id",
            "matter",
            "subject_key",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
        Index("ix_change_request_queue", "state", "due_at", "id"),
        Index("ix_change_request_green", "state", "is_green", "due_at", "id"),
        Index("ix_change_request_submitted", "submitted_at", "id"),
        Index("ix_change_request_filer", "filer_id", "id"),
        Index("ix_change_request_person", "person_id", "id"),
        Index("ix_change_request_certificate", "certificate_id", "id"),
        Index("ix_change_request_applicant_name", "applicant_name"),
        Index("ix_change_request_decided_at", "decided_at", "id"),
        Index("ix_change_request_state_decided", "state", "decided_at", "id"),
        Index("ix_change_request_matter_decided", "matter", "decided_at", "id"),
        Index("ix_change_request_region_decided", "region", "decided_at", "id"),
        Index("ix_change_request_reviewer_decided", "last_reviewer_id", "decided_at", "id"),
    )

    id: Mapped[Key]
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    matter: Mapped[Code]
    definition: Mapped[int] = mapped_column(default=0)
    frozen_policies: Mapped[str] = mapped_column(Text, default="", server_default="")
    state: Mapped[Code] = mapped_column(default="draft")
    step: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    filer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    subject_key: Mapped[Code]
    applicant_name: Mapped[Short]
    region: Mapped[str | None] = mapped_column(String(6))
    awaits_role: Mapped[Code] = mapped_column(default="reviewer")
    awaits_province: Mapped[bool] = mapped_column(default=False)
    last_reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paused_days: Mapped[int | None]
    correction_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    passed_checks: Mapped[int] = mapped_column(default=0, server_default="0")
    doubtful_checks: Mapped[int] = mapped_column(default=0, server_default="0")
    failed_checks: Mapped[int] = mapped_column(default=0, server_default="0")
    is_green: Mapped[bool | None]
    judged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    filer: Mapped[Account] = relationship(foreign_keys=[filer_id])
    last_reviewer: Mapped[Account | None] = relationship(foreign_keys=[last_reviewer_id])
    person: Mapped[Person | None] = relationship()
    certificate: Mapped[Certificate | None] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    values: Mapped[list["DraftValue"]] = relationship(order_by="DraftValue.id")
    items: Mapped[list["ChangeItem"]] = relationship(order_by="ChangeItem.id")
    attachments: Mapped[list[Attachment]] = relationship(
        order_by="Attachment.material, Attachment.position, Attachment.id"
    )
    decisions: Mapped[list["Decision"]] = relationship(order_by="Decision.id")


class Lock(Base):
    """Lock on a register record that an open request will write (`person:7`); a draft has none."""

    __tablename__ = "lock"

    key: Mapped[Code] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"), index=True)


class DraftValue(Base):
    """A value of a draft as typed, even if invalid."""

    __tablename__ = "draft_value"
    __table_args__ = (UniqueConstraint("request_id", "name"),)

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"))
    name: Mapped[Code]
    typed: Mapped[str] = mapped_column(Text)


class ChangeItem(Base):
    """One field change of one round: canonical before and after, and both formatted for display."""

    __tablename__ = "change_item"
    __table_args__ = (
        UniqueConstraint("request_id", "round", "path", "certificate_id"),
        Index("ix_change_item_certificate_id", "certificate_id"),
        Index(
            "ix_change_item_identity",
            "after",
            sqlite_where=text(ASKED_IDENTITY),
            postgresql_where=text(ASKED_IDENTITY),
        ),
    )

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"))
    round: Mapped[int]
    path: Mapped[Code]
    mirror_of: Mapped[str] = mapped_column(String(40), default="")
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    mode: Mapped[Code]
    label: Mapped[Short]
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    before_text: Mapped[str] = mapped_column(Text)
    after_text: Mapped[str] = mapped_column(Text)

    @property
    def changed(self) -> bool:
        """True when approval writes a value that differs from *before*."""
        return self.after is not None and self.after != self.before


class Decision(Base):
    """A reviewer's decision; it takes effect in the register at `effective_at`.

    `digest` identifies the review view that the reviewer saw, `reason` is the code of the chosen reason,
    `batch` names the batch of the decision. A return may have remarks and no opinion.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(one_of("verdict", VERDICTS), name="verdict"),
        CheckConstraint("verdict <> 'reject' OR opinion <> ''", name="opinion"),
        Index("ix_decision_actor", "actor_id", "decided_at"),
        Index("ix_decision_request", "request_id", "id"),
        Index(
            "uq_decision_standing",
            "request_id",
            "round",
            "step",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    request_id: Mapped[int] = mapped_column(ForeignKey("change_request.id"))
    round: Mapped[int]
    step: Mapped[int]
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    actor_name: Mapped[Short]
    verdict: Mapped[Code]
    opinion: Mapped[str] = mapped_column(Text, default="")
    override: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[Sha]
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    effective_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(40), default="", index=True)
    batch: Mapped[str] = mapped_column(String(40), default="", index=True)

    remarks: Mapped[list["Remark"]] = relationship(order_by="Remark.id")


class Remark(Base):
    """One item to correct (补正): a field (`field:person.name`) or a material (`paper:training`).

    `answer` is what the filer says in place of a change.
    """

    __tablename__ = "remark"
    __table_args__ = (UniqueConstraint("decision_id", "item"),)

    id: Mapped[Key]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    item: Mapped[Code]
    label: Mapped[Short]
    sentence: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(40), default="")
    answer: Mapped[str] = mapped_column(Text, default="", server_default="")
