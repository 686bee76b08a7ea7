"""Waiting requests: urgency, days waited, and overdue ones."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import RETURNED, SUBMITTED
from anguan.domain.calendar import days_left, load_calendar
from anguan.domain.review_permissions import is_filed, is_waiting
from anguan.models import ChangeRequest
from anguan.models.beijing_days import beijing_day, day_of
from anguan.services.figures.daily import read_figures
from anguan.services.figures.measures import Measure

MOST_DAYS = 8
"""Requests with at least this many working days left are counted together."""
AGES = ((0, "今天提交"), (3, "1–3 天"), (7, "4–7 天"), (None, "8 天以上"))
"""Upper limits of the days waited (inclusive), with their labels."""
EARLIEST = date(2000, 1, 1)
EDITABLE = timedelta(days=1)
"""Longer than any filer may still revise after submission (policy `edit_minutes`)."""


def waiting_in(region: str | None) -> list[ColumnElement[bool]]:
    """Conditions for the queue of one region, or of all."""
    return [*is_filed(region), *is_waiting()]


@dataclass(frozen=True)
class QueueCounts:
    """Number of requests by remaining working days: -1 is overdue, 0 today, `MOST_DAYS` that many or more.

    `ages` are for each matter the numbers by days waited, in the order of `AGES`.
    """

    left: Counter[int]
    returned: int
    ages: Mapping[str, tuple[int, ...]]

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
    """Current counts of the queue, from daily figures. A due date is a midnight, and so a day."""
    now, today, days = clock.now(), clock.today(), load_calendar(session)
    found: Counter[tuple[date, str, str]] = Counter()
    for day, key, count in read_figures(session, Measure.OPEN, region, EARLIEST, today):
        matter, _, due = key.partition(" ")
        found[day, matter, due] += count
    for one in _not_ready(session, region):
        found[one] -= 1
    left: Counter[int] = Counter()
    ages: defaultdict[str, Counter[int]] = defaultdict(Counter)
    returned = 0
    for (day, matter, due), count in found.items():
        if due == RETURNED:
            returned += count
        elif count > 0:
            end = clock.midnight(day_of(int(due)))
            left[-1 if end <= now else max(0, min(days_left(days, end, now), MOST_DAYS))] += count
            ages[matter][_age((today - day).days)] += count
    return QueueCounts(
        left,
        returned,
        {matter: tuple(each[age] for age in range(len(AGES))) for matter, each in ages.items()},
    )


def _not_ready(session: Session, region: str | None) -> Iterator[tuple[date, str, str]]:
    """Submitted requests that do not yet wait for review, as keys of the figures."""
    now = clock.now()
    early = [ChangeRequest.submitted_at >= now - EDITABLE, ChangeRequest.ready_at > now]
    query = select(
        beijing_day(ChangeRequest.submitted_at), ChangeRequest.matter, beijing_day(ChangeRequest.due_at)
    ).where(*is_filed(region), ChangeRequest.state == SUBMITTED, *early)
    for day, matter, due in session.execute(query):
        yield day_of(day), matter, str(due)


def _age(days: int) -> int:
    return next(place for place, (most, _) in enumerate(AGES) if most is None or days <= most)


def list_overdue(session: Session, region: str | None, most: int) -> list[ChangeRequest]:
    """The longest overdue requests, at most `most`."""
    late = [*waiting_in(region), ChangeRequest.due_at <= clock.now()]
    order = (ChangeRequest.due_at, ChangeRequest.id)
    return list(session.scalars(select(ChangeRequest).where(*late).order_by(*order).limit(most)))
