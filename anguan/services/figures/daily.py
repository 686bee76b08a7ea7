"""Reads daily figures, exact at any time, and counts days again whose records have changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import BigInteger, String, cast, delete, func, insert, null, select, union_all
from sqlalchemy.orm import Session

from anguan.infra.transaction import transaction
from anguan.models import DailyFigure, StaleDay
from anguan.models.beijing_days import day_of, number_of
from anguan.models.figures import FigureSubject
from anguan.services.figures.measures import Measure, count_live, subject_of
from anguan.services.marks import delete_marks

Span = tuple[int, int]
MOST_SPANS = 8
"""Most ranges of days with a query of their own; more are counted as one range."""
MOST_MARKS = 2000
"""Marks that are read at once; a day with more is counted more than once."""


def read_figures(
    session: Session, measure: Measure, region: str | None, first: date, last: date
) -> Iterator[tuple[date, str, int]]:
    """Day, key and count of a measure from `first` to `last` (inclusive), for one region or for all.

    Kept figures where no record has changed since they were counted, else the records themselves.
    """
    begin, end = number_of(first), number_of(last)
    kept = (
        select(DailyFigure.day, DailyFigure.key, func.sum(DailyFigure.count))
        .where(DailyFigure.measure == measure, DailyFigure.day.between(begin, end))
        .where(*([DailyFigure.region == region] if region else []))
        .group_by(DailyFigure.day, DailyFigure.key)
    )
    stale = select(StaleDay.day, cast(null(), String), cast(null(), BigInteger)).where(
        StaleDay.subject == subject_of(measure), StaleDay.day.between(begin, end)
    )
    # One statement, so that no day can be counted again between the reading of figures and of marks.
    rows = session.execute(union_all(kept, stale.distinct())).all()
    spans = _join_days(sorted(day for day, key, _ in rows if key is None))
    for day, key, count in rows:
        if key is not None and not any(start <= day <= stop for start, stop in spans):
            yield day_of(day), key, int(count)
    for start, stop in spans:
        for day, _, key, count in session.execute(count_live(measure, region, day_of(start), day_of(stop))):
            yield day_of(day), key, int(count)


def refresh_figures(session: Session, at_most: int = 20) -> int:
    """Count marked days again, those marked first before others; returns how many were looked at.

    A kill leaves the marks, which are deleted together with the writing of the figures.
    """
    session.rollback()
    days: dict[tuple[str, int], list[int]] = defaultdict(list)
    query = select(StaleDay.subject, StaleDay.day, StaleDay.id).order_by(StaleDay.id).limit(MOST_MARKS)
    for subject, day, mark in session.execute(query):
        if (subject, day) in days or len(days) < at_most:
            days[subject, day].append(mark)
    counted = [row for subject, day in days for row in _count_day(session, subject, day)]
    session.rollback()
    if days:
        _store(session, days, counted)
    return len(days)


def _measures_of(subject: str) -> list[Measure]:
    return [measure for measure in Measure if subject_of(measure) == subject]


def _count_day(session: Session, subject: str, day: int) -> Iterator[dict[str, object]]:
    when = day_of(day)
    for measure in _measures_of(subject):
        for number, region, key, count in session.execute(count_live(measure, None, when, when)):
            yield {"measure": measure, "day": number, "region": region, "key": key, "count": count}


def _store(
    session: Session, days: dict[tuple[str, int], list[int]], counted: Sequence[dict[str, object]]
) -> None:
    """Write the figures and delete their marks, unless somebody else did so meanwhile."""
    seen = {mark for marks in days.values() for mark in marks}
    with transaction(session):
        if not delete_marks(session, StaleDay, seen):
            session.rollback()
            return
        for subject in FigureSubject:
            numbers = [day for of, day in days if of == subject]
            session.execute(
                delete(DailyFigure).where(
                    DailyFigure.measure.in_(_measures_of(subject)), DailyFigure.day.in_(numbers)
                )
            )
        if counted:
            session.execute(insert(DailyFigure), counted)


def _join_days(days: Iterable[int]) -> list[Span]:
    """Ranges of days that follow each other; one range over all where there are more than `MOST_SPANS`."""
    spans: list[Span] = []
    for day in days:
        if spans and day == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return [(spans[0][0], spans[-1][1])] if len(spans) > MOST_SPANS else spans
