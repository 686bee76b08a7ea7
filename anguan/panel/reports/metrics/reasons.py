"""Reasons given by reviewers, counted by month."""

from collections import Counter
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.models import Reason
from anguan.panel.reports.metrics.days import last_day
from anguan.services.figures.daily import read_figures
from anguan.services.figures.measures import Measure

ReasonCount = tuple[str, tuple[int, ...]]


def count_reasons(session: Session, region: str | None, months: list[date]) -> list[ReasonCount]:
    """Each reason's sentence with its number in each of these months, the most frequent of the last month
    first. A reason counts once per decision, however many documents it names."""
    found: Counter[tuple[str, date]] = Counter()
    for day, code, count in read_figures(session, Measure.REASON, region, months[0], last_day(months[-1])):
        found[code, day.replace(day=1)] += count
    codes = {code for code, _ in found}
    said = dict(session.execute(select(Reason.code, Reason.sentence).where(Reason.code.in_(codes))).all())
    lines = [(said.get(code, code), tuple(found[code, month] for month in months)) for code in codes]
    return sorted(lines, key=lambda line: (line[1][::-1], line[0]), reverse=True)
