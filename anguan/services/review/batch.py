"""批量通过: previews a batch, then approves item by item, each in its own transaction."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.check_result import Outcome
from anguan.core.lifecycle import APPROVE, SUBMITTED
from anguan.domain.certificates import IDENTITY
from anguan.domain.policies import load_policies
from anguan.domain.review_permissions import explain_refusal, is_reviewable_by
from anguan.infra.files import Storage
from anguan.infra.transaction import Busy
from anguan.models import Account, ChangeRequest, Claim
from anguan.services.codes import Refusal
from anguan.services.judgements import Judgement, judge_all
from anguan.services.refusals import NotFound, Refused, StaleRequest
from anguan.services.review.batch_report import note_refusal, standing_decisions
from anguan.services.review.claims import format_holder, running_claims
from anguan.services.review.decisions import DecisionInput, decide
from anguan.services.review.review_view import ReviewView


class BatchVerdict(StrEnum):
    """Whether a batch may include a request."""

    FITS = "fits"
    STOP = "stop"


@dataclass(frozen=True)
class BatchPreview:
    """Forecast for one request of a batch: it will pass, or not, and why."""

    request: ChangeRequest
    judged: Judgement
    verdict: BatchVerdict
    why: str = ""

    @property
    def review(self) -> ReviewView:
        """What a reviewer decides on."""
        return self.judged.view


@dataclass(frozen=True)
class BatchResult:
    """Result of one request of a batch."""

    request_id: int
    number: str
    done: bool
    sentence: str


@dataclass(frozen=True)
class ChosenRequest:
    """A request in the version that the reviewer saw in the preview."""

    request_id: int
    version: int
    digest: str


def preview_batch(session: Session, account: Account, ids: Sequence[int]) -> list[BatchPreview]:
    """What would happen, without doing it. Raises Refused for none, or more than `batch_most` requests."""
    most = load_policies(session).batch_most
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise Refused(Refusal.NOTHING_PICKED)
    if len(wanted) > most:
        raise Refused(Refusal.BATCH_TOO_LARGE, most=most, count=len(wanted))
    judged = judge_all(session, wanted)
    mine = set(
        session.scalars(
            select(ChangeRequest.id).where(ChangeRequest.id.in_(wanted), is_reviewable_by(account))
        )
    )
    held = {row.request_id: row for row in session.scalars(running_claims(wanted))}
    lines = []
    for one in (judged[request_id] for request_id in wanted if request_id in judged):
        request = one.view.request
        if request.number is None:
            continue
        why = "" if request.id in mine else explain_refusal(session, account, request)
        if request.id not in mine and not why:
            continue
        why = why or _obstacle(account, request, one.view, held.get(request.id))
        lines.append(BatchPreview(request, one, BatchVerdict.STOP if why else BatchVerdict.FITS, why))
    return lines


def _obstacle(account: Account, request: ChangeRequest, view: ReviewView, held: Claim | None) -> str:
    """Why this request must be decided individually; '' when a batch may include it."""
    if request.state != SUBMITTED:
        return "已不在待审队列"
    if request.ready_at is not None and request.ready_at > clock.now():
        return "申请人还可以修改，请稍后再审"
    if held is not None and held.account_id != account.id:
        return format_holder(held)
    if held is not None and held.remind_at is not None:
        return "您已暂缓这件申请，请单独审核"
    if view.matter.no_batch or any(row.changed and row.path in IDENTITY for row in view.rows):
        return "注销和姓名、证件变更要逐件审核"
    if view.drifted:
        return "提交之后登记内容有了变化"
    doubts = [finding.sentence for finding in view.findings if finding.outcome != Outcome.PASS]
    return "；".join(doubts)


def new_batch() -> str:
    """A unique batch name: the day and a random part."""
    return f"{clock.today():%Y%m%d}-{secrets.token_hex(4)}"


def decide_one(
    session: Session, storage: Storage, account: Account, chosen: ChosenRequest, batch: str
) -> BatchResult:
    """Approve one request of a batch in the version that was previewed; no Refused is raised.

    After an interruption, requests already decided in this batch count as done. What was not done is
    recorded as an event, for the report.
    """
    session.rollback()
    request = session.get(ChangeRequest, chosen.request_id)
    number = request.number or "" if request is not None else ""
    if _was_decided(session, account, chosen.request_id, batch):
        return BatchResult(chosen.request_id, number, True, "已通过")
    try:
        lines = preview_batch(session, account, [chosen.request_id])
        if not lines:
            return BatchResult(chosen.request_id, "", False, "没有这件申请")
        if lines[0].verdict != BatchVerdict.FITS:
            raise Refused(Refusal.NOT_IN_BATCH, sentence=lines[0].why)
        decision_input = DecisionInput(APPROVE, chosen.version, chosen.digest, batch=batch)
        decide(session, storage, account, chosen.request_id, decision_input, lines[0].judged)
    except (Refused, StaleRequest, NotFound) as refused:
        session.rollback()
        if _was_decided(session, account, chosen.request_id, batch):  # by a second window, just now
            return BatchResult(chosen.request_id, number, True, "已通过")
        note_refusal(session, account, chosen.request_id, batch, refused.sentence)
        return BatchResult(chosen.request_id, number, False, refused.sentence)
    except Busy:
        session.rollback()
        return BatchResult(chosen.request_id, number, False, "系统正忙，这件没有办理，请稍后再试")
    return BatchResult(chosen.request_id, number, True, "已通过")


def _was_decided(session: Session, account: Account, request_id: int, batch: str) -> bool:
    return any(one.request_id == request_id for one in standing_decisions(session, account, batch))
