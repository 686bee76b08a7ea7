"""Reasons given by reviewers, counted by month."""

from collections import Counter
from datetime import date

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from anguan.domain.review_permissions import is_filed
from anguan.models import ChangeRequest, Decision, Reason, Remark
from anguan.panel.reports.metrics.days import beijing_day, day_of, last_day, within

ReasonCount = tuple[str, tuple[int, ...]]


def count_reasons(session: Session, region: str | None, months: list[date]) -> list[ReasonCount]:
    """Each reason's sentence with its number in each of these months, the most frequent of the last month
    first. A reason counts once per decision, however many documents it names."""
    standing = [
        within(Decision.decided_at, months[0], last_day(months[-1])),
        Decision.undone_at.is_(None),
        *is_filed(region),
    ]
    joined = select(Decision.id, beijing_day(Decision.decided_at).label("day")).join(
        ChangeRequest, ChangeRequest.id == Decision.request_id
    )
    given = union(
        joined.add_columns(Decision.reason.label("code")).where(*standing, Decision.reason != ""),
        joined.add_columns(Remark.reason.label("code"))
        .join(Remark, Remark.decision_id == Decision.id)
        .where(*standing, Remark.reason != ""),
    ).subquery()
    query = select(given.c.code, given.c.day, func.count()).group_by(given.c.code, given.c.day)
    found: Counter[tuple[str, date]] = Counter()
    for code, number, count in session.execute(query):
        found[code, day_of(number).replace(day=1)] += count
    codes = {code for code, _ in found}
    said = dict(session.execute(select(Reason.code, Reason.sentence).where(Reason.code.in_(codes))).all())
    lines = [(said.get(code, code), tuple(found[code, month] for month in months)) for code in codes]
    return sorted(lines, key=lambda line: (line[1][::-1], line[0]), reverse=True)
