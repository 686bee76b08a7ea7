"""Daily figures for statistics, and the marks of days whose figures must be counted again."""

from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from anguan.models.base import Base, Code, Key
from anguan.models.triggers import ROW, Trigger


class FigureSubject(StrEnum):
    """Records that figures are counted of."""

    REQUESTS = "requests"
    CERTIFICATES = "certificates"


class DailyFigure(Base):
    """A count of one measure on one day in one region, '' without one; `key` tells the parts of a measure.

    `day` is the Beijing date as the number of days since 1970-01-01.
    """

    __tablename__ = "daily_figure"

    measure: Mapped[Code] = mapped_column(primary_key=True)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    region: Mapped[str] = mapped_column(String(6), primary_key=True)
    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int]


class StaleDay(Base):
    """A day with changed records: until it is counted again, statistics count its records themselves.

    Written by triggers, only added and deleted, as `StaleFindings`.
    """

    __tablename__ = "stale_day"
    __table_args__ = (Index("ix_stale_day_subject_day", "subject", "day"), {"sqlite_autoincrement": True})

    id: Mapped[Key]
    subject: Mapped[Code]
    day: Mapped[int]


def _mark(subject: FigureSubject, selected: str) -> str:
    return f"INSERT INTO stale_day (subject, day) SELECT DISTINCT '{subject}', {selected}"  # nosec B608  # constants


def _request(selected: str) -> str:
    return _mark(FigureSubject.REQUESTS, selected)


def _of_moment(column: str) -> str:
    return _request(f"beijing_day({ROW}.{column}) WHERE {ROW}.{column} IS NOT NULL")


_REQUEST = (
    _of_moment("submitted_at"),
    _of_moment("decided_at"),
    _request(f"beijing_day(decision.decided_at) FROM decision WHERE decision.request_id = {ROW}.id"),
)
_REMARK = (_request(f"beijing_day(decision.decided_at) FROM decision WHERE decision.id = {ROW}.decision_id"),)
_ENDING = (_mark(FigureSubject.CERTIFICATES, f"date_number({ROW}.valid_until)"),)
_MOVED = (
    _mark(
        FigureSubject.CERTIFICATES,
        f"date_number(certificate.valid_until) FROM certificate WHERE certificate.enterprise_id = {ROW}.id",
    ),
)
TRIGGERS = (
    Trigger(
        "change_request",
        after=_REQUEST,
        before=_REQUEST,
        columns=("number", "matter", "state", "region", "submitted_at", "decided_at", "due_at"),
    ),
    Trigger("decision", after=(_of_moment("decided_at"),), before=(_of_moment("decided_at"),)),
    Trigger("remark", after=_REMARK, before=_REMARK, columns=("decision_id", "reason")),
    Trigger(
        "certificate",
        after=_ENDING,
        before=_ENDING,
        columns=("status", "valid_until", "kind_code", "enterprise_id"),
    ),
    Trigger("enterprise", after=_MOVED, before=(), columns=("region",)),
)
"""Whatever `services.figures.measures` counts."""
