"""What waits for the office: how urgent it is, for how long it has waited, and what is overdue."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import RETURNED
from anguan.domain.calendar import days_left, load_calendar
from anguan.domain.review_permissions import is_filed, is_waiting
from anguan.models import ChangeRequest

MOST_DAYS = 8
"""Requests with more working days left than this are counted together."""
AGES = ((0, "今天提交"), (3, "1–3 天"), (7, "4–7 天"), (None, "8 天以上"))
"""Days waited, up to and with."""


def waiting_in(region: str | None) -> list[ColumnElement[bool]]:
    """The queue of one region, or of all."""
    return [*is_filed(region), *is_waiting()]


@dataclass(frozen=True)
class QueueCounts:
    """The queue by the working days that are left: -1 is overdue, 0 today, `MOST_DAYS` that many or more."""

    left: Counter[int]
    returned: int

    @property
    def waiting(self) -> int:
        """All of them."""
        return self.left.total()

    @property
    def overdue(self) -> int:
        """The promised day is over."""
        return self.left[-1]

    @property
    def today(self) -> int:
        """The promised day ends tonight."""
        return self.left[0]

    @property
    def soon(self) -> int:
        """Overdue, or within two working days."""
        return sum(self.left[days] for days in (-1, 0, 1, 2))


def count_queue(session: Session, region: str | None) -> QueueCounts:
    """The queue as it stands now. Promised days end at midnight, so there are few of them to count by."""
    now, days = clock.now(), load_calendar(session)
    rows = session.execute(
        select(ChangeRequest.due_at, func.count()).where(*waiting_in(region)).group_by(ChangeRequest.due_at)
    )
    left: Counter[int] = Counter()
    for due, count in rows:
        overdue = due is not None and due <= now
        whole = MOST_DAYS if due is None else days_left(days, due, now)
        left[-1 if overdue else max(0, min(whole, MOST_DAYS))] += count
    returned = select(func.count()).where(*is_filed(region), ChangeRequest.state == RETURNED)
    return QueueCounts(left, session.scalar(returned) or 0)


def count_ages(session: Session, region: str | None) -> dict[str, tuple[int, ...]]:
    """For each matter how many requests have waited how long, in the order of `AGES`."""
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
    """The longest overdue requests, at most so many."""
    late = [*waiting_in(region), ChangeRequest.due_at <= clock.now()]
    order = (ChangeRequest.due_at, ChangeRequest.id)
    return list(session.scalars(select(ChangeRequest).where(*late).order_by(*order).limit(most)))
