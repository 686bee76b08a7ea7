"""Decisions of a reviewer: decide on what was seen, undo, refresh the values before the change."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.fault_injection import crash_point
from anguan.core.lifecycle import APPROVE, DECIDED, PASS, REJECT, RETURN, SUBMITTED, Verb
from anguan.domain.policies import load_policies, policies_of
from anguan.infra.events import actor_of
from anguan.infra.files import Storage
from anguan.infra.outbox import enqueue
from anguan.infra.transaction import transaction
from anguan.models import Account, ChangeRequest, Decision, Remark
from anguan.models.base import key_of
from anguan.services.codes import Refusal
from anguan.services.judgements import Judgement, judge, still_holds
from anguan.services.refusals import Refused, StaleRequest
from anguan.services.review.approval import apply_decision, standing_decision
from anguan.services.review.claims import (
    claim_of,
    clear_claim,
    format_holder,
    require_reviewer,
    restore_claim,
)
from anguan.services.review.damaged_files import DamagedFiles, check_files, record_damage, require_intact
from anguan.services.review.review_view import ReviewView, load_review
from anguan.services.rule_failures import record_failures
from anguan.services.transitions import lock_request, transition
from anguan.services.words import describe_decision


@dataclass(frozen=True)
class DecisionInput:
    """Decision of a reviewer, with the version and digest of what they saw.

    `remarks` maps items (`field:person.name`, `paper:training`) to what has to be corrected there.
    `override` is a senior reviewer's reason for overriding a block (强制通过). `reason` and `reasons`
    (by item) are the codes of chosen standard reasons; `batch` names the batch the decision belongs to.
    """

    verdict: str
    seen_version: int
    seen_digest: str
    opinion: str = ""
    override: str = ""
    remarks: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    batch: str = ""


def decide(
    session: Session,
    storage: Storage,
    account: Account,
    request_id: int,
    given: DecisionInput,
    judged: Judgement | None = None,
) -> ChangeRequest:
    """Compare and set: nothing is decided unless version and digest are those that the reviewer saw.

    The request is judged before the transaction, unless the caller has just done so, and judged again in it
    only when something has changed meanwhile.
    Raises StaleRequest when something changed, DamagedFiles when an approval rests on unreadable files,
    NotFound or Refused when the account may not decide so.
    """
    account_id = key_of(account)
    approves = given.verdict in (APPROVE, PASS)
    judged = judged or judge(session, request_id)
    if judged is not None and approves:
        judged = replace(judged, files=check_files(session, storage, request_id))
    try:
        _decide(session, account_id, request_id, given, judged)
    except DamagedFiles as damaged:
        with transaction(session):
            actor = actor_of(session.get_one(Account, account_id))
            record_damage(session, lock_request(session, request_id), damaged, actor)
        raise
    crash_point("before_answer")
    return session.get_one(ChangeRequest, request_id)


def _decide(
    session: Session, account_id: int, request_id: int, given: DecisionInput, judged: Judgement | None
) -> None:
    with transaction(session):
        account = session.get_one(Account, account_id, populate_existing=True)
        request = lock_request(session, request_id)
        require_reviewer(session, account, request)
        if request.state != SUBMITTED:
            raise StaleRequest(Refusal.TAKEN_BACK)
        held = claim_of(session, request_id)
        if held is not None and held.account_id != account_id:
            raise Refused(Refusal.HELD_NO_DECISION, holder=format_holder(held))
        if request.ready_at is not None and request.ready_at > clock.now():
            minutes = policies_of(session, request).edit_minutes
            raise Refused(Refusal.TOO_EARLY, minutes=minutes)
        holds = judged is not None and still_holds(session, request, judged)
        view = judged.view if judged is not None and holds else load_review(session, request)
        if (given.seen_version, given.seen_digest) != (request.version, view.digest):
            raise StaleRequest(Refusal.CHANGED_SINCE_OPENED)
        files = judged.files if judged is not None else {}
        if given.verdict in (APPROVE, PASS) and not (holds and all(files.values())):
            require_intact(session, request, files)
        decision = _write(session, account, request, view, given)
        record_failures(session, request, view.findings)
        crash_point("after_decision")
        if decision.effective_at <= clock.now():
            apply_decision(session, request, decision, actor_of(account))
        else:
            enqueue(
                session,
                "take_effect",
                f"take_effect:{decision.id}",
                {"request": request.id},
                not_before=decision.effective_at,
            )


def _write(
    session: Session, account: Account, request: ChangeRequest, view: ReviewView, given: DecisionInput
) -> Decision:
    last = request.step + 1 >= len(view.matter.steps)
    verdict = given.verdict
    if verdict in (APPROVE, PASS):
        verdict = APPROVE if last else PASS
        _check_approval(account, view, given)
    elif verdict not in (REJECT, RETURN):
        raise Refused(Refusal.NO_VERDICT)
    opinion = given.opinion.strip()
    remarks = {item: text.strip() for item, text in given.remarks.items() if text.strip()}
    if verdict == RETURN and not remarks:
        raise Refused(Refusal.NO_REMARKS)
    if verdict == REJECT and not opinion:
        raise Refused(Refusal.NO_OPINION)
    now = clock.now()
    decision = Decision(
        request_id=request.id,
        round=request.round,
        step=request.step,
        actor_id=account.id,
        actor_name=account.name,
        verdict=verdict,
        opinion=opinion,
        override=given.override.strip(),
        digest=view.digest,
        decided_at=now,
        effective_at=now + timedelta(seconds=load_policies(session).undo_seconds),
        reason=given.reason if verdict == REJECT else "",
        batch=given.batch,
        remarks=[],
    )
    if verdict == RETURN:
        labels = view.item_labels
        unknown = set(remarks) - set(labels)
        if unknown:
            raise Refused(Refusal.UNKNOWN_REMARK)
        decision.remarks = [
            Remark(item=item, label=labels[item], sentence=text, reason=given.reasons.get(item, ""))
            for item, text in remarks.items()
        ]
    session.add(decision)
    try:
        session.flush()
    except IntegrityError:
        raise StaleRequest(Refusal.DECIDED_BY_OTHER) from None
    transition(
        session,
        request,
        Verb.DECIDE,
        actor_of(account),
        f"决定：{describe_decision(decision)}",
        visible_to="office",
        last_reviewer_id=account.id,
    )
    clear_claim(session, request.id)
    return decision


def _check_approval(account: Account, view: ReviewView, given: DecisionInput) -> None:
    if view.drifted:
        raise StaleRequest(Refusal.DRIFTED)
    if not view.blocks:
        return
    if final := [finding.sentence for finding in view.blocks if finding.final]:
        raise Refused(Refusal.FINAL_BLOCK, sentences="；".join(final))
    if not given.override.strip():
        raise Refused(Refusal.BLOCKED, sentences="；".join(f.sentence for f in view.blocks))
    if account.role != "senior_reviewer":
        raise Refused(Refusal.OVERRIDE_FOR_SENIOR)


def undo(session: Session, account: Account, request_id: int) -> None:
    """撤回决定: undo a decision before it is effective, by the same reviewer or a senior reviewer.

    The reviewer's own request is claimed again; one that a senior reviewer undoes is free. Raises Refused.
    """
    with transaction(session):
        account = session.get_one(Account, account.id, populate_existing=True)
        request = lock_request(session, request_id)
        decision = standing_decision(session, request)
        if request.state != DECIDED or decision is None or decision.effective_at <= clock.now():
            raise Refused(Refusal.IN_EFFECT)
        if decision.actor_id != account.id and account.role != "senior_reviewer":
            raise Refused(Refusal.UNDO_NOT_YOURS)
        decision.undone_at = clock.now()
        whose = "" if decision.actor_id == account.id else f"{decision.actor_name}的"
        sentence = f"撤回{whose}决定：{describe_decision(decision)}"
        transition(session, request, Verb.UNDO, actor_of(account), sentence, visible_to="office")
        if decision.actor_id == account.id:
            restore_claim(session, account, request)
