"""Decisions of each reviewer in a period: how many, of what kind, undone ones, and how long they took."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from anguan.domain.calendar import load_calendar
from anguan.domain.review_permissions import is_filed
from anguan.models import Account, ChangeRequest, Decision
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


def _working_days(session: Session, conditions: Sequence[object]) -> Mapping[int, list[int]]:
    """Working days of each decision about the latest submission; that of earlier rounds is not kept."""
    came, went = beijing_day(ChangeRequest.submitted_at), beijing_day(Decision.decided_at)
    query = (
        select(Decision.actor_id, came, went, func.count())
        .where(*conditions, Decision.round == ChangeRequest.round)  # type: ignore[arg-type]
        .group_by(Decision.actor_id, came, went)
    )
    calendar = load_calendar(session)
    took: defaultdict[int, list[int]] = defaultdict(list)
    for actor, start, end, count in session.execute(query):
        took[actor] += [max(0, calendar.between(day_of(start), day_of(end)))] * count
    return took


def _median(days: Sequence[int]) -> int | None:
    return median_low(days) if days else None
