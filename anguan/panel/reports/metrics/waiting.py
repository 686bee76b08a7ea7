"""Waiting requests: urgency, days waited, and overdue ones."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import RETURNED
from anguan.domain.calendar import days_left, load_calendar
from anguan.domain.review_permissions import is_filed, is_waiting
from anguan.models import ChangeRequest

MOST_DAYS = 8
"""Requests with at least this many working days left are counted together."""
AGES = ((0, "今天提交"), (3, "1–3 天"), (7, "4–7 天"), (None, "8 天以上"))
"""Upper limits of the days waited (inclusive), with their labels."""


def waiting_in(region: str | None) -> list[ColumnElement[bool]]:
    """Conditions for the queue of one region, or of all."""
    return [*is_filed(region), *is_waiting()]


@dataclass(frozen=True)
class QueueCounts:
    """Number of requests by remaining working days: -1 is overdue, 0 today, `MOST_DAYS` that many or more."""

    left: Counter[int]
    returned: int

    @property
    def waiting(self) -> int:
        """Number of all waiting requests."""
        return self.left.total()

    @property
    def overdue(self) -> int:
        """Number of requests past their due date."""
        return self.left[-1]

    @property
    def today(self) -> int:
        """Number of requests due today."""
        return self.left[0]

    @property
    def soon(self) -> int:
        """Number of requests overdue or due within two working days."""
        return sum(self.left[days] for days in (-1, 0, 1, 2))


def count_queue(session: Session, region: str | None) -> QueueCounts:
    """Current counts of the queue. Due dates end at midnight, so there are few groups to count."""
    now, days = clock.now(), load_calendar(session)
    rows = session.execute(
        select(ChangeRequest.state, ChangeRequest.due_at, func.count())
        .where(*is_filed(region), or_(and_(*is_waiting()), ChangeRequest.state == RETURNED))
        .group_by(ChangeRequest.state, ChangeRequest.due_at)
    )
    left: Counter[int] = Counter()
    returned = 0
    for state, due, count in rows:
        if state == RETURNED:
            returned += count
            continue
        overdue = due is not None and due <= now
        whole = MOST_DAYS if due is None else days_left(days, due, now)
        left[-1 if overdue else max(0, min(whole, MOST_DAYS))] += count
    return QueueCounts(left, returned)


def count_ages(session: Session, region: str | None) -> dict[str, tuple[int, ...]]:
    """For each matter the number of requests by days waited, in the order of `AGES`."""
    today = clock.today()
    starts = [None if most is None else clock.midnight(today - timedelta(days=most)) for most, _ in AGES]
    columns, later = [], None
    for start in starts:
        old = ChangeRequest.submitted_at >= start if start is not None else ChangeRequest.id.is_not(None)
        inside = old if later is None else old & (ChangeRequest.submitted_at < later)
        columns.append(func.sum(case((inside, 1), else_=0)))
        later = start
    rows = session.execute(
        select(ChangeRequest.matter, *columns).where(*waiting_in(region)).group_by(ChangeRequest.matter)
    )
    return {matter: tuple(int(count) for count in counts) for matter, *counts in rows}


def list_overdue(session: Session, region: str | None, most: int) -> list[ChangeRequest]:
    """The longest overdue requests, at most `most`."""
    late = [*waiting_in(region), ChangeRequest.due_at <= clock.now()]
    order = (ChangeRequest.due_at, ChangeRequest.id)
    return list(session.scalars(select(ChangeRequest).where(*late).order_by(*order).limit(most)))
