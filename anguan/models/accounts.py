"""Accounts, their sessions, devices, used passwords and recovery codes; throttles and number claims."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from anguan.models.base import Base, Code, Key, Long, Sha, Short, UtcDateTime, one_of

if TYPE_CHECKING:
    from anguan.models.enterprises import Enterprise
    from anguan.models.people import Person

ROLES = ("applicant", "enterprise", "reviewer", "senior_reviewer", "exam_officer", "administrator", "auditor")
STAFF = ROLES[2:]
ACTIVATION_KINDS = ("none", "last6", "code", "closed")


class Account(Base):
    """One login. `login` is normalised; `initial` says which initial secret still allows the activation.

    Either the password or an initial secret is valid, never both; `closed` waits for a new activation code.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(one_of("role", ROLES), name="role"),
        CheckConstraint(one_of("initial", ACTIVATION_KINDS), name="initial"),
        CheckConstraint(
            "(role = 'applicant') = (person_id IS NOT NULL) AND "
            "(role = 'enterprise') = (enterprise_id IS NOT NULL)",
            name="link",
        ),
    )

    id: Mapped[Key]
    login: Mapped[Short] = mapped_column(unique=True)
    name: Mapped[Short]
    role: Mapped[Code]
    region: Mapped[str | None] = mapped_column(String(6))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    phone: Mapped[str] = mapped_column(String(40), default="")

    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    initial: Mapped[Code] = mapped_column(default="none")
    initial_hash: Mapped[str | None] = mapped_column(String(200))
    initial_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_secret: Mapped[str | None] = mapped_column(String(300))
    totp_step: Mapped[int] = mapped_column(default=0)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped["Person | None"] = relationship(lazy="joined")
    enterprise: Mapped["Enterprise | None"] = relationship(lazy="joined")


class UsedPassword(Base):
    """Hash of an earlier password of an account, which may not be chosen again."""

    __tablename__ = "used_password"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """One-time code in place of the second factor."""

    __tablename__ = "recovery_code"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[Sha]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LoginSession(Base):
    """One logged-in browser. The cookie carries the token, the row only its hash."""

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_account_id_ended_at", "account_id", "ended_at"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    token_hash: Mapped[Sha] = mapped_column(unique=True)
    stage: Mapped[Code]
    pending_secret: Mapped[str | None] = mapped_column(String(300))
    network: Mapped[Short]
    browser: Mapped[Long]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class KeptForm(Base):
    """The text of a form that was sent after the login had ended, encrypted, for its account."""

    __tablename__ = "kept_form"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RememberedDevice(Base):
    """One browser in which an account completed a login. The cookie carries the token, the row its hash.

    `network` is the one in which it was first remembered.
    """

    __tablename__ = "remembered_device"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[Sha] = mapped_column(unique=True)
    network: Mapped[Short]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class SavedView(Base):
    """Filters, order and columns of a list of the panel under a name, as a query string, for one account.

    The row without a name holds the columns that the account chose for the list, joined by dots.
    """

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("account_id", "list_name", "name"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    list_name: Mapped[Code]
    name: Mapped[Short]
    query: Mapped[str] = mapped_column(Text)


class Throttle(Base):
    """Attempts counted for a bucket (a hashed login, a network) until a moment."""

    __tablename__ = "throttle"

    bucket: Mapped[str] = mapped_column(String(100), primary_key=True)
    taken: Mapped[int]
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class NumberClaim(Base):
    """A claim that somebody else registered one's document number (证件号码被他人注册); a reviewer decides.

    With document type `licence` an enterprise claims its account (企业激活): `document_number` is the credit
    code, `name` and `phone` are those of its clerk, `front` is the licence, `back` the clerk's identity card.

    `secret_hash` is the hash of the code with which the claimant reads the answer. When the claim is
    accepted, `displaced_id` is the wrong account and `account_id` the new one, opened by an activation code.
    """

    __tablename__ = "number_claim"
    __table_args__ = (
        CheckConstraint(one_of("state", ("open", "accepted", "refused")), name="state"),
        Index("ix_number_claim_state", "state", "id"),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    state: Mapped[Code] = mapped_column(default="open")
    document_type: Mapped[Code]
    document_number: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(100))
    phone: Mapped[str] = mapped_column(String(40))
    front_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    back_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    secret_hash: Mapped[Sha]
    displaced_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    opinion: Mapped[Long] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
