"""Yearly report: assessments by matter, kind and outcome, and the training of the year."""

from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from anguan.core.lifecycle import APPROVED, LAPSED, REJECTED, RETURN, WITHDRAWN
from anguan.domain.review_permissions import is_filed
from anguan.models import Certificate, ChangeRequest, Decision, Employment, Enterprise, Training
from anguan.models.beijing_days import within

AssessmentCount = dict[tuple[str, str], list[int]]
ENDS = (APPROVED, REJECTED, WITHDRAWN, LAPSED)


def count_assessments(session: Session, region: str | None, year: int) -> AssessmentCount:
    """For each matter and certificate kind ('' for none), in this year: submitted, approved, rejected,
    withdrawn, lapsed, and number of returns."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    kind = func.coalesce(Certificate.kind_code, "")
    found: AssessmentCount = {}

    def note(place: int, matter: str, code: str, count: int) -> None:
        found.setdefault((matter, code), [0] * 6)[place] = count

    base = select(ChangeRequest.matter, kind, func.count()).outerjoin(
        Certificate, Certificate.id == ChangeRequest.certificate_id
    )
    grouped = (ChangeRequest.matter, kind)
    filed = base.where(*is_filed(region), within(ChangeRequest.submitted_at, first, last)).group_by(*grouped)
    for matter, code, count in session.execute(filed):
        note(0, matter, code, count)
    for place, state in enumerate(ENDS, start=1):
        moment = ChangeRequest.decided_at if state in (APPROVED, REJECTED) else ChangeRequest.changed_at
        ended = base.where(*is_filed(region), ChangeRequest.state == state, within(moment, first, last))
        for matter, code, count in session.execute(ended.group_by(*grouped)):
            note(place, matter, code, count)
    returned = base.join(Decision, Decision.request_id == ChangeRequest.id).where(
        *is_filed(region),
        within(Decision.decided_at, first, last),
        Decision.undone_at.is_(None),
        Decision.verdict == RETURN,
    )
    for matter, code, count in session.execute(returned.group_by(*grouped)):
        note(5, matter, code, count)
    return found


def count_training(
    session: Session, region: str | None, year: int, enough: int
) -> list[tuple[str, int, int, int]]:
    """For each region ('' without an enterprise): people trained in the year, people with enough hours,
    hours."""
    place = func.coalesce(Enterprise.region, "")
    query = (
        select(
            place,
            func.count(),
            func.sum(case((Training.hours >= enough, 1), else_=0)),
            func.sum(Training.hours),
        )
        .select_from(Training)
        .outerjoin(Employment, (Employment.person_id == Training.person_id) & Employment.ended_on.is_(None))
        .outerjoin(Enterprise, Enterprise.id == Employment.enterprise_id)
        .where(Training.year == year)
        .group_by(place)
        .order_by(place)
    )
    if region:
        query = query.where(Enterprise.region == region)
    return [
        (code, count, int(met or 0), int(hours or 0)) for code, count, met, hours in session.execute(query)
    ]
