"""Progress steps of a request: 提交, 审核, 补正, 通过, 推送电子证."""

from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import APPROVED, DRAFT, LAPSED, REJECT, REJECTED, RETURNED, WITHDRAWN
from anguan.core.matter import Matter
from anguan.domain.calendar import format_deadline, promised_until
from anguan.domain.policies import policies_of
from anguan.domain.register_fields import PRINTED
from anguan.models import ChangeRequest
from anguan.portal.formatting import format_moment
from anguan.services.codes import StatusCode
from anguan.services.requests.reminders import is_overdue
from anguan.services.requests.status import last_decision, request_status, unanswered_decision
from anguan.services.review.review_view import round_items
from anguan.web.steps import Step, StepState

PRINTED_PATHS = frozenset(fact.path for fact in PRINTED) | {"certificate.unit"}


def makes_edition(request: ChangeRequest, matter: Matter) -> bool:
    """True when approval creates a new edition of some certificate."""
    if matter.requires_confirmation:
        return False
    return matter.reprints or any(
        item.certificate_id is not None
        and item.path in PRINTED_PATHS
        and (item.changed or item.mode == "issued")
        for item in round_items(request)
    )


def progress_steps(session: Session, request: ChangeRequest, matter: Matter) -> list[Step]:
    """The progress steps of a request in its current state."""
    state = request.state
    filed = ("提交", format_moment(request.submitted_at), StepState.DONE)
    if state == DRAFT:
        if not request.round:
            return [("填写", "现在轮到您", StepState.TURN), *_steps_ahead(request, matter)]
        return [filed, *_sent_back(request), ("取回修改", "现在轮到您", StepState.TURN)]
    if state in (WITHDRAWN, LAPSED):
        first = (
            [filed] if request.submitted_at else [("填写", format_moment(request.created_at), StepState.DONE)]
        )
        return [
            *first,
            *_sent_back(request),
            ("已撤销" if state == WITHDRAWN else "已作废", format_moment(request.changed_at), StepState.DONE),
        ]
    decision = last_decision(request)
    decided = format_moment(decision.effective_at) if decision else ""
    if state == RETURNED:
        again = promised_until(session, request, matter, clock.now())
        return [
            filed,
            ("审核", decided, StepState.DONE),
            ("补正", "现在轮到您", StepState.TURN),
            ("再审", f"今天交回的，{format_deadline(again)}有结果", StepState.TODO),
            *_final_steps(session, request, matter),
        ]
    if state == REJECTED:
        return [filed, ("审核", decided, StepState.DONE), ("审批不通过", decided, StepState.FAULT)]
    if state == APPROVED:
        return [
            filed,
            ("审核", decided, StepState.DONE),
            ("通过", decided, StepState.DONE),
            *_edition_steps(session, request, matter),
        ]
    return [filed, ("审核", _format_promise(request), StepState.NOW), *_final_steps(session, request, matter)]


def _sent_back(request: ChangeRequest) -> list[Step]:
    """The decision that the holder has not answered yet, once the request was taken back or withdrawn."""
    decision = unanswered_decision(request)
    if decision is None:
        return []
    word = "审批不通过" if decision.verdict == REJECT else "退回补正"
    return [(word, format_moment(decision.effective_at), StepState.FAULT)]


def _format_promise(request: ChangeRequest) -> str:
    if request.due_at is None:
        return ""
    day = format_deadline(request.due_at)
    return f"承诺{day}，已逾期" if is_overdue(request) else day


def _steps_ahead(request: ChangeRequest, matter: Matter) -> list[Step]:
    return [
        ("提交", "", StepState.TODO),
        ("审核", f"{matter.promised_days} 个工作日内", StepState.TODO),
        ("通过", "", StepState.TODO),
    ]


def _final_steps(session: Session, request: ChangeRequest, matter: Matter) -> list[Step]:
    steps: list[Step] = [("通过", "", StepState.TODO)]
    if makes_edition(request, matter):
        steps.append(
            ("推送电子证", f"通过后 {policies_of(session, request).ready_hours} 小时内", StepState.TODO)
        )
    return steps


def _edition_steps(session: Session, request: ChangeRequest, matter: Matter) -> list[Step]:
    if not makes_edition(request, matter):
        return []
    waiting = request_status(session, request).code == StatusCode.PRODUCING
    if waiting:
        return [
            ("制证", f"{policies_of(session, request).ready_hours} 小时内", StepState.NOW),
            ("推送电子证", "", StepState.TODO),
        ]
    return [("推送电子证", "可以下载", StepState.DONE)]
