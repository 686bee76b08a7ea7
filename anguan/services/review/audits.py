"""双随机抽查: random audits of decided requests by randomly chosen reviewers.

Nobody chooses the requests or the auditors (双随机一公开; domain facts 5, sampling).
"""

import random
import secrets
from datetime import date, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import APPROVED, REJECTED
from anguan.domain.policies import load_policies
from anguan.domain.region_scope import in_region
from anguan.domain.review_permissions import REVIEWERS, is_recused
from anguan.infra.events import SYSTEM, Actor, actor_of, record_event
from anguan.infra.notices import send_notice
from anguan.infra.transaction import transaction
from anguan.models import Account, Audit, AuditSample, ChangeRequest, Decision
from anguan.models.review_state import OUTCOMES
from anguan.services.codes import Refusal
from anguan.services.refusals import NotFound, Refused

MANAGERS = ("senior_reviewer", "administrator")


def draw_sample(
    session: Session, account: Account, first: date, last: date, per_mille: int, seed: str = ""
) -> AuditSample:
    """Sample at least one of the requests decided from `first` to `last`, and a reviewer for each.

    `per_mille` is the rate in ‰; staff of a region draw from their region. The seed is stored: with it and
    the same rows the sample is repeatable.
    Raises NotFound when the account may not sample, Refused for invalid days or an invalid rate.
    """
    if account.role not in MANAGERS:
        raise NotFound(Refusal.NO_MATTER)
    if not first <= last <= clock.today():
        raise Refused(Refusal.BAD_DAYS)
    if not 1 <= per_mille <= 1000:
        raise Refused(Refusal.BAD_RATE)
    actor, chosen = actor_of(account), seed or secrets.token_hex(8)
    with transaction(session):
        return _sample(session, actor, first, last, per_mille, chosen)


def draw_monthly_sample(session: Session, month: date) -> AuditSample | None:
    """Sample the month before `month` as the policies say; None when it exists or nothing was decided."""
    last = month.replace(day=1) - timedelta(days=1)
    policy = load_policies(session)
    first = last - timedelta(days=policy.audit_days - 1)
    with transaction(session):
        known = select(AuditSample.id).where(AuditSample.actor_id.is_(None), AuditSample.last_day == last)
        if session.scalar(known) is not None or not session.scalars(_decided(first, last, None)).first():
            return None
        return _sample(session, SYSTEM, first, last, policy.audit_per_mille, secrets.token_hex(8))


def _sample(
    session: Session, actor: Actor, first: date, last: date, per_mille: int, seed: str
) -> AuditSample:
    rng = random.Random(seed)  # noqa: S311 (its seed is secret; the sample must be repeatable)
    decided = session.scalars(_decided(first, last, actor.region)).all()
    count = max(1, round(len(decided) * per_mille / 1000)) if decided else 0
    made = AuditSample(
        drawn_at=clock.now(),
        actor_id=actor.id,
        actor_name=actor.name,
        first_day=first,
        last_day=last,
        per_mille=per_mille,
        decided=len(decided),
        seed=seed,
    )
    for request_id in sorted(rng.sample(list(decided), count)):
        auditors = eligible_auditors(session, session.get_one(ChangeRequest, request_id))
        if auditors:
            auditor = rng.choice(auditors)
            made.audits.append(Audit(request_id=request_id, account_id=auditor))
            send_notice(session, auditor, "有一件抽查等您复查", f"{first} 至 {last} 办结的申请，随机抽取。")
    session.add(made)
    session.flush()
    sentence = f"双随机抽查：{first} 至 {last} 办结 {len(decided)} 件，抽取 {len(made.audits)} 件"
    record_event(session, "draw_audits", sentence, actor)
    return made


def _decided(first: date, last: date, region: str | None) -> Select[int]:
    begins, ends = clock.midnight(first), clock.midnight(last + timedelta(days=1))
    return (
        select(ChangeRequest.id)
        .where(
            ChangeRequest.state.in_((APPROVED, REJECTED)),
            ChangeRequest.decided_at >= begins,
            ChangeRequest.decided_at < ends,
            *in_region(ChangeRequest, region),
        )
        .order_by(ChangeRequest.id)
    )


def eligible_auditors(session: Session, request: ChangeRequest) -> list[int]:
    """IDs of reviewers who took no part in the request, cover its region and are not recused from it."""
    involved = set(session.scalars(select(Decision.actor_id).where(Decision.request_id == request.id)))
    involved.add(request.filer_id)
    reviewers = session.scalars(
        select(Account).where(Account.role.in_(REVIEWERS), Account.disabled_at.is_(None)).order_by(Account.id)
    )
    found = []
    for account in reviewers:
        if account.id in involved or (account.region and account.region != request.region):
            continue
        left = select(ChangeRequest.id).where(ChangeRequest.id == request.id, is_recused(account.id))
        if session.scalar(left) is None:
            found.append(account.id)
    return found


def own_audit(session: Session, account: Account, audit_id: int) -> Audit:
    """The audit, if it is assigned to this reviewer. Raises NotFound."""
    found = session.scalar(select(Audit).where(Audit.id == audit_id, Audit.account_id == account.id))
    if found is None:
        raise NotFound(Refusal.NO_AUDIT)
    return found


def conclude(session: Session, account: Account, audit_id: int, outcome: str, opinion: str) -> Audit:
    """Record the outcome (一致 or 不一致) once; senior reviewers are notified of a disagreement.

    Raises NotFound when the audit is somebody else's, Refused without outcome or reason, or when it is done.
    """
    if outcome not in OUTCOMES:
        raise Refused(Refusal.NO_OUTCOME)
    opinion = opinion.strip()[:1000]
    if outcome == "disagreed" and not opinion:
        raise Refused(Refusal.NO_REASON)
    with transaction(session):
        own_audit(session, account, audit_id)
        held = session.get_one(Audit, audit_id, with_for_update={"of": Audit}, populate_existing=True)
        if held.done_at is not None:
            raise Refused(Refusal.AUDIT_DONE)
        held.outcome, held.opinion, held.done_at = outcome, opinion, clock.now()
        request = session.get_one(ChangeRequest, held.request_id)
        words = "一致" if outcome == "agreed" else "不一致"
        record_event(
            session,
            "conclude_recheck",
            f"抽查结论：{words}",
            actor_of(session.get_one(Account, account.id)),
            request=request,
            after=opinion,
        )
        if outcome == "disagreed":
            _notify_seniors(session, request, opinion)
    return held


def _notify_seniors(session: Session, request: ChangeRequest, opinion: str) -> None:
    seniors = select(Account.id).where(Account.role == "senior_reviewer", Account.disabled_at.is_(None))
    for senior in session.scalars(seniors):
        send_notice(session, senior, f"抽查结论不一致：{request.number}", opinion)


def count_outcomes(session: Session, sample_id: int, region: str | None = None) -> dict[str, int]:
    """Number of open, agreed and disagreed audits of a sample, of one region or of all."""
    query = select(Audit.outcome, func.count()).where(Audit.sample_id == sample_id, *in_region(Audit, region))
    rows = session.execute(query.group_by(Audit.outcome))
    found = {outcome or "open": count for outcome, count in rows}
    return {word: found.get(word, 0) for word in ("open", *OUTCOMES)}
