"""Event log, notices, outbox, number counters and idempotency keys."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from anguan.models.base import Base, Code, Key, Long, Sha, Short, UtcDateTime, one_of

AUDIENCES = ("holder", "office", "audit")


class Event(Base):
    """An entry of the append-only event log. `actor` copies the name, so that entries outlive accounts.

    `region` is that of the record it is about, else that of the actor, at the time of the event.
    """

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint(one_of("visible_to", AUDIENCES), name="visible_to"),
        Index("ix_event_request", "request_id", "id"),
        Index("ix_event_person", "person_id", "id"),
        Index("ix_event_certificate", "certificate_id", "id"),
        Index("ix_event_verb", "verb", "id"),
        Index("ix_event_actor", "actor_id", "id"),
        Index("ix_event_enterprise", "enterprise_id", "id"),
        Index("ix_event_region", "region", "id"),
        Index("ix_event_actor_name", "actor", "id"),
        Index("ix_event_visible_to", "visible_to", "id"),
    )

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    actor: Mapped[Short]
    verb: Mapped[Code]
    sentence: Mapped[Long]
    request_id: Mapped[int | None] = mapped_column(ForeignKey("change_request.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    visible_to: Mapped[Code] = mapped_column(default="office")
    region: Mapped[str | None] = mapped_column(String(6))


class Notice(Base):
    """A message to one account."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_account", "account_id", "id"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    title: Mapped[Short]
    body: Mapped[str] = mapped_column(Text, default="")
    request_id: Mapped[int | None] = mapped_column(ForeignKey("change_request.id"))
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Outbox(Base):
    """Work to do after a commit; `key` is unique, so that the same work is queued once."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_todo", "done_at", "not_before", "id"),)

    id: Mapped[Key]
    kind: Mapped[Code]
    key: Mapped[Short] = mapped_column(unique=True)
    payload: Mapped[str] = mapped_column(Text)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Counter(Base):
    """The last number issued of a kind in a year."""

    __tablename__ = "counter"

    kind: Mapped[Code] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class IdempotencyKey(Base):
    """The stored answer to a POST: the same form sent again gets the same answer."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("account_id", "key"),)

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(String(64))
    body_digest: Mapped[Sha]
    answer: Mapped[Long]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
