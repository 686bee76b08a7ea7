"""Enterprises and their qualifications."""

from datetime import date

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from anguan.models.base import Base, Code, Key, Long, Short


class Enterprise(Base):
    """An enterprise (企业), identified by its unified social credit code."""

    __tablename__ = "enterprise"

    id: Mapped[Key]
    uscc: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[Short] = mapped_column(index=True)
    legal_representative: Mapped[Short] = mapped_column(default="")
    region: Mapped[str] = mapped_column(String(6), default="")
    address: Mapped[Long] = mapped_column(default="")
    contact: Mapped[Short] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(String(40), default="", index=True)
    licence_file: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))

    qualifications: Mapped[list["Qualification"]] = relationship(back_populates="enterprise")

    def __str__(self) -> str:
        return self.name


class Qualification(Base):
    """One construction qualification (资质) of an enterprise."""

    __tablename__ = "qualification"

    id: Mapped[Key]
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    category: Mapped[Code]
    grade: Mapped[Code]
    number: Mapped[Short]
    issuer: Mapped[Short]
    valid_until: Mapped[date | None] = mapped_column(Date)
    scan_file: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))

    enterprise: Mapped[Enterprise] = relationship(back_populates="qualifications")
