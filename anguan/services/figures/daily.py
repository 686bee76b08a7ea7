"""Reads daily figures, exact at any time, and counts days again whose records have changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import delete, func, insert, not_, select, union_all
from sqlalchemy.orm import Session

from anguan.domain.memo import read_once
from anguan.infra.transaction import transaction
from anguan.models import DailyFigure, StaleDay
from anguan.models.beijing_days import day_of, number_of
from anguan.models.figures import FigureSubject
from anguan.services.figures.measures import Measure, count_live, subject_of

Span = tuple[int, int]
MOST_SPANS = 8
"""Most ranges of days that one query counts for itself; more are counted as one range."""
MOST_MARKS = 2000
"""Marks that are read at once; a day with more is counted more than once."""


def read_figures(
    session: Session, measure: Measure, region: str | None, first: date, last: date
) -> Iterator[tuple[date, str, int]]:
    """Day, key and count of a measure from `first` to `last` (inclusive), for one region or for all.

    Kept figures where no record has changed since they were counted, else the records themselves.
    """
    begin, end = number_of(first), number_of(last)
    stale = _stale_days(session)[subject_of(measure)]
    spans = _join_days([day for day in stale if begin <= day <= end])
    kept = (
        select(DailyFigure.day, DailyFigure.key, func.sum(DailyFigure.count))
        .where(DailyFigure.measure == measure, DailyFigure.day.between(begin, end))
        .where(*(not_(DailyFigure.day.between(*span)) for span in spans))
        .where(*([DailyFigure.region == region] if region else []))
        .group_by(DailyFigure.day, DailyFigure.key)
    )
    parts = [kept]
    for span in spans:
        live = count_live(measure, region, day_of(span[0]), day_of(span[1])).subquery()
        parts.append(select(live.c.day, live.c.key, live.c["count"]))
    for day, key, count in session.execute(union_all(*parts) if spans else kept):
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
        mine = delete(StaleDay).where(StaleDay.id.in_(seen)).returning(StaleDay.id)
        if set(session.scalars(mine)) != seen:  # another worker counted them, perhaps with later records
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


def _stale_days(session: Session) -> dict[str, list[int]]:
    """The marked days of each subject in order, read once per transaction."""
    return read_once(session, "stale days", lambda: _read_stale_days(session))


def _read_stale_days(session: Session) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    query = select(StaleDay.subject, StaleDay.day).distinct().order_by(StaleDay.subject, StaleDay.day)
    for subject, day in session.execute(query):
        found[subject].append(day)
    return found


def _join_days(days: Iterable[int]) -> list[Span]:
    """Ranges of days that follow each other; one range over all where there are more than `MOST_SPANS`."""
    spans: list[Span] = []
    for day in days:
        if spans and day == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return [(spans[0][0], spans[-1][1])] if len(spans) > MOST_SPANS else spans
