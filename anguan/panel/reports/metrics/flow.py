"""Submitted and closed requests per day and month, their outcomes and processing times."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from anguan.domain.calendar import load_calendar
from anguan.models import Decision
from anguan.models.beijing_days import day_of, within
from anguan.panel.reports.metrics.days import last_day
from anguan.services.figures.daily import read_figures
from anguan.services.figures.measures import AFTER_DUE_DATE, Measure


def count_decisions(
    session: Session, region: str | None, first: date, last: date
) -> Mapping[tuple[date, str], int]:
    """Decisions by day and verdict, undone ones excluded."""
    found: Counter[tuple[date, str]] = Counter()
    for day, key, count in read_figures(session, Measure.VERDICT, region, first, last):
        found[day, key.partition(" ")[2]] += count
    return found


def count_actor(session: Session, account_id: int, first: date, last: date) -> int:
    """Number of decisions of one reviewer, undone ones excluded."""
    mine = [Decision.actor_id == account_id, Decision.undone_at.is_(None)]
    return session.scalar(select(func.count()).where(*mine, within(Decision.decided_at, first, last))) or 0


def count_verdicts(
    session: Session, region: str | None, first: date, last: date
) -> Mapping[tuple[str, str], int]:
    """Decisions by matter and verdict, undone ones excluded."""
    found: Counter[tuple[str, str]] = Counter()
    for _, key, count in read_figures(session, Measure.VERDICT, region, first, last):
        matter, _, verdict = key.partition(" ")
        found[matter, verdict] += count
    return found


def count_filed(session: Session, region: str | None, months: list[date]) -> Mapping[date, int]:
    """Requests by the month of their last submission."""
    return _by_month(session, Measure.FILED, region, months)


def count_closed(session: Session, region: str | None, months: list[date]) -> Mapping[date, int]:
    """Requests by the month in which they were approved or rejected."""
    return _by_month(session, Measure.CLOSED, region, months)


def count_late(session: Session, region: str | None, first: date, last: date) -> dict[str, tuple[int, int]]:
    """For each matter the requests closed on these days, as (all, after the due date)."""
    every: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for _, key, count in read_figures(session, Measure.PROMISE, region, first, last):
        matter, _, kept = key.partition(" ")
        every[matter] += count
        late[matter] += count if kept == AFTER_DUE_DATE else 0
    return {matter: (count, late[matter]) for matter, count in every.items()}


def working_days(session: Session, region: str | None, first: date, last: date) -> tuple[int, int] | None:
    """Working days from submission to decision of the requests closed on these days, as median and 90th
    percentile; None when nothing was closed."""
    days = load_calendar(session)
    took: Counter[int] = Counter()
    for end, start, count in read_figures(session, Measure.TOOK, region, first, last):
        took[max(0, days.between(day_of(int(start)), end))] += count
    return (_percentile(took, 0.5), _percentile(took, 0.9)) if took else None


def _percentile(took: Counter[int], share: float) -> int:
    """Smallest number of days within which at least this share was closed."""
    seen = 0
    for days in sorted(took):
        seen += took[days]
        if seen >= share * took.total():
            return days
    return max(took)


def _by_month(
    session: Session, measure: Measure, region: str | None, months: list[date]
) -> Mapping[date, int]:
    found: Counter[date] = Counter()
    for day, _, count in read_figures(session, measure, region, months[0], last_day(months[-1])):
        found[day.replace(day=1)] += count
    return found
