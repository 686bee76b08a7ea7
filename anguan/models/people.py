"""People and what the office knows about their work."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from anguan.models.base import Base, Code, Key, Short
from anguan.models.enterprises import Enterprise


class Person(Base):
    """A natural person as registered now. Changes only through matters.

    `unverified` is who registered himself, until his first request is approved.
    """

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("document_type", "document_number"),)

    id: Mapped[Key]
    document_type: Mapped[Code] = mapped_column(default="resident")
    document_number: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    gender: Mapped[Code] = mapped_column(default="")
    birth_date: Mapped[date | None] = mapped_column(Date)
    education: Mapped[Code] = mapped_column(default="")
    title: Mapped[Short] = mapped_column(default="")
    position: Mapped[Short] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    photo: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    unverified: Mapped[bool] = mapped_column(default=False)

    employments: Mapped[list["Employment"]] = relationship(
        back_populates="person", order_by="Employment.started_on.desc(), Employment.id.desc()"
    )

    def __str__(self) -> str:
        return self.name


class Employment(Base):
    """A person works for a firm; the current one has no end. At most one is current."""

    __tablename__ = "employment"
    __table_args__ = (
        Index(
            "uq_employment_current",
            "person_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    started_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    confirmed: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(back_populates="employments")
    enterprise: Mapped[Enterprise] = relationship(lazy="joined")


class Training(Base):
    """Hours of safety education of one person in one calendar year."""

    __tablename__ = "training"
    __table_args__ = (UniqueConstraint("person_id", "year"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    year: Mapped[int]
    hours: Mapped[int]

    person: Mapped[Person] = relationship()


class Insurance(Base):
    """Social insurance paid by a firm for a person, first and last month (as their first days)."""

    __tablename__ = "insurance"
    __table_args__ = (UniqueConstraint("person_id", "enterprise_id", "first_month"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    first_month: Mapped[date] = mapped_column(Date)
    last_month: Mapped[date] = mapped_column(Date)

    person: Mapped[Person] = relationship()
    enterprise: Mapped[Enterprise] = relationship()


class Constructor(Base):
    """A registered constructor (建造师): B holders need one at the same firm."""

    __tablename__ = "constructor"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    number: Mapped[Short] = mapped_column(unique=True)
    valid_until: Mapped[date] = mapped_column(Date)

    person: Mapped[Person] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
