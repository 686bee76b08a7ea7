"""Persons, employments, and the external records: training, insurance, constructors."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from anguan.models.base import Base, Code, Key, Short
from anguan.models.enterprises import Enterprise


class Person(Base):
    """A natural person as registered now. Changes only through matters.

    `unverified` marks a self-registered person whose first request is not yet approved.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("document_type", "document_number"),
        Index("ix_person_unverified", "unverified", "id"),
    )

    id: Mapped[Key]
    document_type: Mapped[Code] = mapped_column(default="resident")
    document_number: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    gender: Mapped[Code] = mapped_column(default="")
    birth_date: Mapped[date | None] = mapped_column(Date)
    education: Mapped[Code] = mapped_column(default="")
    title: Mapped[Short] = mapped_column(default="")
    position: Mapped[Short] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(String(40), default="", index=True)
    photo: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    unverified: Mapped[bool] = mapped_column(default=False)

    employments: Mapped[list["Employment"]] = relationship(
        back_populates="person", order_by="Employment.started_on.desc(), Employment.id.desc()"
    )

    def __str__(self) -> str:
        return self.name


class Employment(Base):
    """Employment of a person at an enterprise; the current one, at most one, has no end date."""

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
    """Hours of safety education (学时) of one person in one calendar year."""

    __tablename__ = "training"
    __table_args__ = (UniqueConstraint("person_id", "year"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    year: Mapped[int]
    hours: Mapped[int]

    person: Mapped[Person] = relationship()


class Insurance(Base):
    """Social insurance (社保) paid by an enterprise for a person; months are stored as their first days."""

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
    """Registration of a constructor (建造师), which holders of kind B need at the same enterprise."""

    __tablename__ = "constructor"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    number: Mapped[Short] = mapped_column(unique=True)
    valid_until: Mapped[date] = mapped_column(Date)

    person: Mapped[Person] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
