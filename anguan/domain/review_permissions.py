"""Who may hear a request: role, region and province of its step, and who must leave it to others (回避)."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import DRAFT, PASS, SUBMITTED
from anguan.core.matter import Matter
from anguan.models import Account, Certificate, ChangeRequest, Decision, Employment, Recusal

REVIEWERS = ("reviewer", "senior_reviewer")


def waiting_for(matter: Matter, step: int) -> dict[str, Any]:
    """What a request's row says of the step at which it waits."""
    hearing = matter.steps[min(step, len(matter.steps) - 1)]
    return {"awaits_role": hearing.role, "awaits_province": not hearing.regional}


def is_filed(region: str | None) -> list[ColumnElement[bool]]:
    """Requests that were handed in, of one region or of all."""
    filed: list[ColumnElement[bool]] = [ChangeRequest.number.is_not(None), ChangeRequest.state != DRAFT]
    return [*filed, ChangeRequest.region == region] if region else filed


def is_waiting() -> list[ColumnElement[bool]]:
    """The queue: filed, and past the minutes in which the filer may still correct."""
    return [ChangeRequest.state == SUBMITTED, ChangeRequest.ready_at <= clock.now()]


def is_reviewable_by(account: Account) -> ColumnElement[bool]:
    """The requests that wait for somebody like this reviewer; nobody's own, and none of those he leaves."""
    if account.role not in REVIEWERS or account.disabled_at is not None:
        return false()
    said = exists().where(
        Decision.request_id == ChangeRequest.id,
        Decision.step < ChangeRequest.step,
        Decision.verdict == PASS,
        Decision.undone_at.is_(None),
        Decision.actor_id == account.id,
    )
    return and_(
        true() if account.role == "senior_reviewer" else ChangeRequest.awaits_role == "reviewer",
        is_in_reach(account),
        ChangeRequest.filer_id != account.id,
        ~said,
        ~is_recused(account),
    )


def is_in_reach(account: Account) -> ColumnElement[bool]:
    """Within his region; one whom no region limits hears the province's steps too."""
    if not account.region:
        return true()
    return and_(ChangeRequest.region == account.region, ChangeRequest.awaits_province.is_(False))


def is_recused(account: Account) -> ColumnElement[bool]:
    """Requests about a person or a firm that this reviewer leaves to others."""
    mine = (Recusal.account_id == account.id,)
    firm = or_(
        Recusal.enterprise_id == ChangeRequest.enterprise_id,
        exists().where(
            Certificate.id == ChangeRequest.certificate_id, Certificate.enterprise_id == Recusal.enterprise_id
        ),
        exists().where(
            Employment.person_id == ChangeRequest.person_id,
            Employment.ended_on.is_(None),
            Employment.enterprise_id == Recusal.enterprise_id,
        ),
    )
    return exists().where(*mine, or_(Recusal.person_id == ChangeRequest.person_id, firm))


def explain_refusal(session: Session, account: Account, request: ChangeRequest) -> str:
    """Why a request that this reviewer can see waits for others; '' when it is out of his reach."""
    inside = select(ChangeRequest.id).where(ChangeRequest.id == request.id)
    if account.role not in REVIEWERS or account.disabled_at is not None or request.filer_id == account.id:
        return ""
    if account.region and request.region != account.region:
        return ""
    if session.scalar(inside.where(is_recused(account))) is not None:
        return "按回避登记，这件申请由其他人员审核"
    if request.awaits_province and account.region:
        return "这一步由省级审核"
    if request.awaits_role == "senior_reviewer" and account.role != "senior_reviewer":
        return "这一步由复核人员办理"
    return "前一步是您办理的，这一步要换一个人"


def can_review(session: Session, account: Account, request: ChangeRequest) -> bool:
    """Does this request, at its present step, wait for this reviewer?"""
    query = select(ChangeRequest.id).where(ChangeRequest.id == request.id, is_reviewable_by(account))
    return session.scalar(query) is not None
