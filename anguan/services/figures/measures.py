"""Measures of statistics: what is counted on a day, as queries over the records themselves."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, literal_column, or_, select, union

from anguan.core.lifecycle import APPROVED, REJECTED, RETURNED, SUBMITTED
from anguan.domain.review_permissions import is_filed
from anguan.models import LIVE, Certificate, ChangeRequest, Decision, Enterprise, Remark
from anguan.models.beijing_days import beijing_day, date_number, within
from anguan.models.figures import FigureSubject

FINAL = (APPROVED, REJECTED)
ON_TIME, AFTER_DUE_DATE = "on_time", "late"


class Measure(StrEnum):
    """A measure; its comment says what the key of a figure is."""

    FILED = "filed"  # '': requests by the day of their last submission
    CLOSED = "closed"  # '': requests approved or rejected
    PROMISE = "promise"  # matter and `ON_TIME` or `AFTER_DUE_DATE`: the same, against the due date
    TOOK = "took"  # day number of the submission: the same
    VERDICT = "verdict"  # matter and verdict: decisions, undone ones excluded
    REASON = "reason"  # code: decisions that name the reason, or one of whose remarks does
    OPEN = "open"  # matter and day number of the due date, or `RETURNED`: open requests by day of submission
    ENDING = "ending"  # certificate kind: valid certificates by their last day


Figures = Select[*tuple[Any, ...]]
"""Rows of day number, region, key and count."""
_BLANK: ColumnElement[str] = literal_column("' '")
_NONE: ColumnElement[str] = literal_column("''")


def count_live(measure: Measure, region: str | None, first: date, last: date) -> Figures:
    """The query that counts a measure from `first` to `last` (inclusive), for one region or for all."""
    return _QUERIES[measure](region, first, last)


def subject_of(measure: Measure) -> FigureSubject:
    """The records that a measure counts."""
    return FigureSubject.CERTIFICATES if measure == Measure.ENDING else FigureSubject.REQUESTS


def _group(day: ColumnElement[int], region: Any, key: Any, *where: ColumnElement[bool]) -> Figures:
    place = func.coalesce(region, _NONE)
    rows = select(day.label("day"), place.label("region"), key.label("key")).where(*where).subquery()
    return select(*rows.c, func.count().label("count")).group_by(*rows.c)


def _filed(region: str | None, first: date, last: date) -> Figures:
    moment = ChangeRequest.submitted_at
    inside = within(moment, first, last)
    return _group(beijing_day(moment), ChangeRequest.region, _NONE, *is_filed(region), inside)


def _closed(key: ColumnElement[str]) -> Callable[[str | None, date, date], Figures]:
    def count(region: str | None, first: date, last: date) -> Figures:
        moment = ChangeRequest.decided_at
        final = (ChangeRequest.state.in_(FINAL), within(moment, first, last))
        return _group(beijing_day(moment), ChangeRequest.region, key, *is_filed(region), *final)

    return count


def _standing(region: str | None, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return (
        ChangeRequest.id == Decision.request_id,
        within(Decision.decided_at, first, last),
        Decision.undone_at.is_(None),
        *is_filed(region),
    )


def _verdicts(region: str | None, first: date, last: date) -> Figures:
    key = ChangeRequest.matter + _BLANK + Decision.verdict
    day = beijing_day(Decision.decided_at)
    return _group(day, ChangeRequest.region, key, *_standing(region, first, last))


def _reasons(region: str | None, first: date, last: date) -> Figures:
    """A reason counts once per decision, however many documents it names."""
    standing = _standing(region, first, last)
    columns = (
        Decision.id.label("id"),
        beijing_day(Decision.decided_at).label("day"),
        ChangeRequest.region.label("region"),
    )
    given = union(
        select(*columns, Decision.reason.label("code")).where(*standing, Decision.reason != ""),
        select(*columns, Remark.reason.label("code")).where(
            *standing, Remark.decision_id == Decision.id, Remark.reason != ""
        ),
    ).subquery()
    return _group(given.c.day, given.c.region, given.c.code)


def _open(region: str | None, first: date, last: date) -> Figures:
    moment = ChangeRequest.submitted_at
    due = cast(beijing_day(ChangeRequest.due_at), String)
    until = case((ChangeRequest.state == RETURNED, literal_column(f"'{RETURNED}'")), else_=due)
    dated = or_(ChangeRequest.state == RETURNED, ChangeRequest.due_at.is_not(None))
    inside = (ChangeRequest.state.in_((SUBMITTED, RETURNED)), dated, within(moment, first, last))
    key = ChangeRequest.matter + _BLANK + until
    return _group(beijing_day(moment), ChangeRequest.region, key, *is_filed(region), *inside)


def _ending(region: str | None, first: date, last: date) -> Figures:
    return _group(
        date_number(Certificate.valid_until),
        Enterprise.region,
        Certificate.kind_code,
        Enterprise.id == Certificate.enterprise_id,
        Certificate.status.in_(LIVE),
        Certificate.valid_until.between(first, last),
        *([Enterprise.region == region] if region else []),
    )


_ON_TIME = case(
    (ChangeRequest.decided_at > ChangeRequest.due_at, literal_column(f"'{AFTER_DUE_DATE}'")),
    else_=literal_column(f"'{ON_TIME}'"),
)
_QUERIES: Mapping[Measure, Callable[[str | None, date, date], Figures]] = {
    Measure.FILED: _filed,
    Measure.CLOSED: _closed(_NONE),
    Measure.PROMISE: _closed(ChangeRequest.matter + _BLANK + _ON_TIME),
    Measure.TOOK: _closed(cast(beijing_day(ChangeRequest.submitted_at), String)),
    Measure.VERDICT: _verdicts,
    Measure.REASON: _reasons,
    Measure.OPEN: _open,
    Measure.ENDING: _ending,
}
