"""Who may review a request: role, region and province of its step, own requests and recusals (回避)."""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, or_, select, true
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import DRAFT, PASS, SUBMITTED
from anguan.core.matter import Matter
from anguan.models import Account, Certificate, ChangeRequest, Decision, Employment, Recusal, UtcDateTime

REVIEWERS = ("reviewer", "senior_reviewer")
_WAITING = (
    ChangeRequest.state == SUBMITTED,
    ChangeRequest.ready_at <= bindparam(None, callable_=clock.now, type_=UtcDateTime()),
)
"""The time is read when the statement runs, so that the conditions are built once."""


def waiting_for(matter: Matter, step: int) -> dict[str, Any]:
    """The columns of a request that describe the review step at which it waits."""
    current = matter.steps[min(step, len(matter.steps) - 1)]
    return {"awaits_role": current.role, "awaits_province": not current.regional}


def is_filed(region: str | None) -> list[ColumnElement[bool]]:
    """Conditions for submitted requests, of one region or of all."""
    filed: list[ColumnElement[bool]] = [ChangeRequest.number.is_not(None), ChangeRequest.state != DRAFT]
    return [*filed, ChangeRequest.region == region] if region else filed


def is_waiting() -> list[ColumnElement[bool]]:
    """Conditions for the queue (待审队列): submitted, and past the minutes in which the filer may revise."""
    return list(_WAITING)


def is_reviewable_by(account: Account) -> ColumnElement[bool]:
    """Condition for requests this reviewer may review by role and region; own and recused ones excluded."""
    if account.role not in REVIEWERS or account.disabled_at is not None:
        return false()
    return _reviewable(account.id, account.role, account.region)


@lru_cache(maxsize=500)
def _reviewable(account: int, role: str, region: str | None) -> ColumnElement[bool]:
    """Built once: a list asks for it a dozen times per page."""
    decided_before = exists().where(
        Decision.request_id == ChangeRequest.id,
        Decision.step < ChangeRequest.step,
        Decision.verdict == PASS,
        Decision.undone_at.is_(None),
        Decision.actor_id == account,
    )
    return and_(
        true() if role == "senior_reviewer" else ChangeRequest.awaits_role == "reviewer",
        is_in_reach(region),
        ChangeRequest.filer_id != account,
        ~decided_before,
        ~is_recused(account),
    )


def is_in_reach(region: str | None) -> ColumnElement[bool]:
    """Condition for the reviewer's region; a reviewer without a region reviews provincial steps too."""
    if not region:
        return true()
    return and_(ChangeRequest.region == region, ChangeRequest.awaits_province.is_(False))


def is_recused(account: int) -> ColumnElement[bool]:
    """Condition for requests about a person or an enterprise from which the reviewer with this account id
    is recused."""
    own = (Recusal.account_id == account,)
    by_enterprise = or_(
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
    return exists().where(*own, or_(Recusal.person_id == ChangeRequest.person_id, by_enterprise))


def explain_refusal(session: Session, account: Account, request: ChangeRequest) -> str:
    """The Chinese sentence that says why a request waits for others; '' when this account cannot see it."""
    inside = select(ChangeRequest.id).where(ChangeRequest.id == request.id)
    if account.role not in REVIEWERS or account.disabled_at is not None or request.filer_id == account.id:
        return ""
    if account.region and request.region != account.region:
        return ""
    if session.scalar(inside.where(is_recused(account.id))) is not None:
        return "按回避登记，这件申请由其他人员审核"
    if request.awaits_province and account.region:
        return "这一步由省级审核"
    if request.awaits_role == "senior_reviewer" and account.role != "senior_reviewer":
        return "这一步由高级审核员办理"
    return "前一步是您办理的，这一步要换一个人"


def can_review(session: Session, account: Account, request: ChangeRequest) -> bool:
    """True when this reviewer may review the request at its current step."""
    query = select(ChangeRequest.id).where(ChangeRequest.id == request.id, is_reviewable_by(account))
    return session.scalar(query) is not None
