"""Submitted and closed requests per day and month, their outcomes and processing times."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from anguan.core.lifecycle import APPROVED, REJECTED
from anguan.domain.calendar import load_calendar
from anguan.domain.review_permissions import is_filed
from anguan.models import ChangeRequest, Decision
from anguan.panel.reports.metrics.days import beijing_day, day_of, last_day, within

FINAL = (APPROVED, REJECTED)


def closed_within(region: str | None, first: date, last: date) -> list[ColumnElement[bool]]:
    """Condition for requests that were approved or rejected on these days."""
    return [
        *is_filed(region),
        ChangeRequest.state.in_(FINAL),
        within(ChangeRequest.decided_at, first, last),
    ]


def count_decisions(
    session: Session, region: str | None, first: date, last: date
) -> Mapping[tuple[date, str], int]:
    """Decisions by day and verdict, undone ones excluded."""
    day = beijing_day(Decision.decided_at)
    query = (
        select(day, Decision.verdict, func.count())
        .join(ChangeRequest, ChangeRequest.id == Decision.request_id)
        .where(within(Decision.decided_at, first, last), Decision.undone_at.is_(None), *is_filed(region))
        .group_by(day, Decision.verdict)
    )
    return Counter({(day_of(number), verdict): count for number, verdict, count in session.execute(query)})


def count_actor(session: Session, account_id: int, first: date, last: date) -> int:
    """Number of decisions of one reviewer, undone ones excluded."""
    mine = [Decision.actor_id == account_id, Decision.undone_at.is_(None)]
    return session.scalar(select(func.count()).where(*mine, within(Decision.decided_at, first, last))) or 0


def count_verdicts(
    session: Session, region: str | None, first: date, last: date
) -> Mapping[tuple[str, str], int]:
    """Decisions by matter and verdict, undone ones excluded."""
    query = (
        select(ChangeRequest.matter, Decision.verdict, func.count())
        .join(ChangeRequest, ChangeRequest.id == Decision.request_id)
        .where(within(Decision.decided_at, first, last), Decision.undone_at.is_(None), *is_filed(region))
        .group_by(ChangeRequest.matter, Decision.verdict)
    )
    return Counter({(matter, verdict): count for matter, verdict, count in session.execute(query)})


def count_filed(session: Session, region: str | None, months: list[date]) -> Mapping[date, int]:
    """Requests by the month of their last submission."""
    return _by_month(session, ChangeRequest.submitted_at, months, is_filed(region))


def count_closed(session: Session, region: str | None, months: list[date]) -> Mapping[date, int]:
    """Requests by the month in which they were approved or rejected."""
    return _by_month(
        session, ChangeRequest.decided_at, months, [*is_filed(region), ChangeRequest.state.in_(FINAL)]
    )


def count_late(session: Session, region: str | None, first: date, last: date) -> dict[str, tuple[int, int]]:
    """For each matter the requests closed on these days, as (all, after the due date)."""
    late = func.sum(case((ChangeRequest.decided_at > ChangeRequest.due_at, 1), else_=0))
    rows = session.execute(
        select(ChangeRequest.matter, func.count(), late)
        .where(*closed_within(region, first, last))
        .group_by(ChangeRequest.matter)
    )
    return {matter: (count, int(after)) for matter, count, after in rows}


def working_days(session: Session, region: str | None, first: date, last: date) -> tuple[int, int] | None:
    """Working days from submission to decision of the requests closed on these days, as median and 90th
    percentile; None when nothing was closed."""
    came, went = beijing_day(ChangeRequest.submitted_at), beijing_day(ChangeRequest.decided_at)
    query = select(came, went, func.count()).where(*closed_within(region, first, last)).group_by(came, went)
    days = load_calendar(session)
    took: Counter[int] = Counter()
    for start, end, count in session.execute(query):
        took[max(0, days.between(day_of(start), day_of(end)))] += count
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
    session: Session,
    moment: InstrumentedAttribute[datetime | None],
    months: list[date],
    conditions: list[ColumnElement[bool]],
) -> Mapping[date, int]:
    day = beijing_day(moment)
    found: Counter[date] = Counter()
    span = within(moment, months[0], last_day(months[-1]))
    for number, count in session.execute(select(day, func.count()).where(span, *conditions).group_by(day)):
        found[day_of(number).replace(day=1)] += count
    return found
