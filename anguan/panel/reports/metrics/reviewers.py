"""Decisions of each reviewer in a period: how many, of what kind, undone ones, and how long they took."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from anguan.core.lifecycle import Verb
from anguan.domain.calendar import load_calendar
from anguan.domain.review_permissions import is_filed
from anguan.models import Account, ChangeRequest, Decision, Event
from anguan.models.beijing_days import beijing_day, day_of, within


@dataclass(frozen=True)
class ReviewerFigures:
    """Figures of one reviewer: standing decisions by verdict, undone ones, and the median number of working
    days from the submission of a round to its decision; None without any."""

    name: str
    verdicts: Mapping[str, int]
    undone: int
    days: int | None

    @property
    def decided(self) -> int:
        """Number of decisions that stand."""
        return sum(self.verdicts.values())


def count_reviewers(session: Session, region: str | None, first: date, last: date) -> list[ReviewerFigures]:
    """Figures of all who decided on these days, the one with most decisions first.

    Only decisions of these days are read, by their index.
    """
    inside = [within(Decision.decided_at, first, last), *is_filed(region)]
    joined = ChangeRequest.id == Decision.request_id
    undone = Decision.undone_at.is_not(None)
    counted = (
        select(Decision.actor_id, Account.name, Decision.verdict, undone, func.count())
        .join(ChangeRequest, joined)
        .join(Account, Account.id == Decision.actor_id)
        .where(*inside)
        .group_by(Decision.actor_id, Account.name, Decision.verdict, undone)
    )
    names: dict[int, str] = {}
    standing: defaultdict[int, Counter[str]] = defaultdict(Counter)
    taken_back: Counter[int] = Counter()
    for actor, name, verdict, is_undone, count in session.execute(counted):
        names[actor] = name
        if is_undone:
            taken_back[actor] += count
        else:
            standing[actor][verdict] += count
    took = _working_days(session, [*inside, ~undone, joined])
    found = [
        ReviewerFigures(name, standing[actor], taken_back[actor], _median(took.get(actor, ())))
        for actor, name in names.items()
    ]
    return sorted(found, key=lambda one: (-one.decided, one.name))


def _working_days(session: Session, conditions: Sequence[ColumnElement[bool]]) -> Mapping[int, list[int]]:
    """Working days of each decision since its round was submitted.

    A request keeps the time of its latest submission; those of earlier rounds are read from their events.
    """
    earlier = select(func.max(Event.at)).where(
        Event.request_id == Decision.request_id, Event.verb == Verb.SUBMIT, Event.at <= Decision.decided_at
    )
    latest = Decision.round == ChangeRequest.round
    submitted = case((latest, ChangeRequest.submitted_at), else_=earlier.scalar_subquery())
    decided = (
        select(
            Decision.actor_id,
            beijing_day(submitted).label("came"),
            beijing_day(Decision.decided_at).label("went"),
        )
        .where(*conditions)
        .subquery()
    )
    days = decided.c.actor_id, decided.c.came, decided.c.went
    query = select(*days, func.count()).where(decided.c.came.is_not(None)).group_by(*days)
    calendar = load_calendar(session)
    took: defaultdict[int, list[int]] = defaultdict(list)
    for actor, start, end, count in session.execute(query):
        took[actor] += [max(0, calendar.between(day_of(start), day_of(end)))] * count
    return took


def _median(days: Sequence[int]) -> int | None:
    return median_low(days) if days else None
