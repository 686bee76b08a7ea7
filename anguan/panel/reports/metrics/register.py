"""Certificates by the month of expiry, and by status."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TypeVarTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from anguan.models import Certificate, Enterprise
from anguan.panel.reports.metrics.days import last_day
from anguan.services.figures.daily import read_figures
from anguan.services.figures.measures import Measure

Columns = TypeVarTuple("Columns")


def count_ending(
    session: Session, region: str | None, first: date, last: date
) -> Mapping[tuple[date, str], int]:
    """Valid certificates that expire between the two dates, by month and kind; `last` extends to the end
    of its month."""
    found: Counter[tuple[date, str]] = Counter()
    for day, kind, count in read_figures(session, Measure.ENDING, region, first, last_day(last)):
        found[day.replace(day=1), kind] += count
    return found


def count_certificates(session: Session, region: str | None) -> Mapping[tuple[str, str], int]:
    """Certificates by kind and status."""
    query = select(Certificate.kind_code, Certificate.status, func.count()).group_by(
        Certificate.kind_code, Certificate.status
    )
    rows = session.execute(_of_region(query, region))
    return Counter({(kind, status): count for kind, status, count in rows})


def _of_region(query: Select[*Columns], region: str | None) -> Select[*Columns]:
    if not region:
        return query
    return query.join(Enterprise, Enterprise.id == Certificate.enterprise_id).where(
        Enterprise.region == region
    )
