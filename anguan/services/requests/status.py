"""操作状态 and 证书状态 as shown to holders (操作手册, 我的证书)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import (
    APPROVED,
    DECIDED,
    DRAFT,
    LAPSED,
    REJECT,
    REJECTED,
    RETURN,
    RETURNED,
    SUBMITTED,
    WITHDRAWN,
)
from anguan.domain.certificates import renewal_window, status_on
from anguan.domain.editions import latest_edition
from anguan.domain.policies import Policies, load_policies
from anguan.models import (
    STAFF,
    Account,
    Certificate,
    CertificateJob,
    CertificateStatus,
    ChangeItem,
    ChangeRequest,
    Decision,
    Edition,
    Event,
    ProductionState,
)
from anguan.services.codes import StatusCode
from anguan.services.expiry import renewal_pending
from anguan.services.words import STATUS_OF, STATUS_WORDS, format_opinion

_EDITION_CODES = {"": StatusCode.NO_EDITION, ProductionState.READY: StatusCode.READY}
UNANSWERED = (DRAFT, RETURNED, REJECTED, WITHDRAWN)
"""States in which the holder may still answer a decision by submitting again."""


@dataclass(frozen=True)
class StatusLine:
    """A status with its detail and reason; `previous` is the verdict that a draft has not answered yet."""

    code: StatusCode
    detail: str = ""
    reason: str = ""
    previous: StatusCode | None = None

    @property
    def word(self) -> str:
        """Displayed word of the status."""
        return STATUS_WORDS[self.code]


def last_request(session: Session, certificate: Certificate) -> ChangeRequest | None:
    """The holder's latest request for this certificate that was not discarded; None without one."""
    return session.scalar(
        select(ChangeRequest)
        .join(Account, Account.id == ChangeRequest.filer_id)
        .where(ChangeRequest.certificate_id == certificate.id, ChangeRequest.state != LAPSED)
        .where(Account.role.not_in(STAFF))
        .order_by(ChangeRequest.id.desc())
        .limit(1)
    )


def resumable_request(session: Session, draft: ChangeRequest) -> ChangeRequest | None:
    """The last request of this matter about the same record, if it was withdrawn or refused; else None."""
    last = session.scalar(
        select(ChangeRequest)
        .where(
            ChangeRequest.filer_id == draft.filer_id,
            ChangeRequest.matter == draft.matter,
            ChangeRequest.subject_key == draft.subject_key,
            ChangeRequest.state != LAPSED,
        )
        .order_by(ChangeRequest.id.desc())
        .limit(1)
    )
    return last if last is not None and last.state in (WITHDRAWN, REJECTED) else None


def last_decision(request: ChangeRequest) -> Decision | None:
    """The last decision that was not undone, or None."""
    for decision in reversed(request.decisions):
        if decision.undone_at is None:
            return decision
    return None


def unanswered_decision(request: ChangeRequest) -> Decision | None:
    """The 不通过 or 退回补正 of the last round, until the holder submits again; None otherwise."""
    if not request.round or request.state not in UNANSWERED:
        return None
    decision = last_decision(request)
    if decision is None:
        return None
    stands = decision.verdict in (REJECT, RETURN) and decision.round == request.round
    return decision if stands else None


def request_status(session: Session, request: ChangeRequest) -> StatusLine:
    """One of 草稿未提交, 已提交待审核, 审核中, 退回补正, 审批不通过, 已通过, 制证中, 已撤销, 已作废."""
    if request.state == DRAFT:
        sent_back = unanswered_decision(request)
        if sent_back is None:
            return StatusLine(StatusCode.UNSUBMITTED)
        previous = StatusCode.REJECTED if sent_back.verdict == REJECT else StatusCode.RETURNED
        return StatusLine(StatusCode.UNSUBMITTED, reason=format_opinion(sent_back), previous=previous)
    if request.state == SUBMITTED:
        opened = request.step > 0 or session.scalar(
            select(Event.id)
            .where(
                Event.request_id == request.id, Event.verb == "open_request", Event.at >= request.submitted_at
            )
            .limit(1)
        )
        return StatusLine(StatusCode.REVIEWING if opened else StatusCode.WAITING)
    if request.state == DECIDED:
        return StatusLine(StatusCode.REVIEWING)
    decision = last_decision(request)
    opinion = format_opinion(decision) if decision else ""
    if request.state == RETURNED:
        return StatusLine(StatusCode.RETURNED, reason=opinion)
    if request.state == REJECTED:
        return StatusLine(StatusCode.REJECTED, reason=opinion)
    if request.state == APPROVED:
        return StatusLine(StatusCode.PRODUCING if _is_rendering(session, request) else StatusCode.APPROVED)
    return StatusLine(StatusCode.WITHDRAWN if request.state == WITHDRAWN else StatusCode.DISCARDED)


def _is_rendering(session: Session, request: ChangeRequest) -> bool:
    if request.certificate_id is None:
        return False
    edition = latest_edition(session, request.certificate_id)
    return edition is not None and edition.job.state != ProductionState.READY


def certificate_status(
    session: Session, certificate: Certificate, limits: Policies | None = None
) -> StatusLine:
    """证书状态: 有效, 即将到期 (renewal window open), 已过期, 已注销, …; `detail` counts the days left.

    `limits` are the present policies, for callers that have read them already.
    """
    today = clock.today()
    state = status_on(certificate, today)
    if (
        state == CertificateStatus.LAPSED
        and certificate.status == CertificateStatus.VALID
        and renewal_pending(session, certificate)
    ):
        return StatusLine(StatusCode.RENEWAL_PENDING)
    if state == CertificateStatus.VALID:
        left = (certificate.valid_until - today).days
        opens, _ = renewal_window(certificate.valid_until, limits or load_policies(session))
        if opens <= today:
            return StatusLine(StatusCode.EXPIRING, f"距到期 {left} 天" if left else "今天到期")
    return StatusLine(STATUS_OF[state])


def status_since(session: Session, certificate: Certificate) -> date | None:
    """The day on which a request last gave the certificate its status; None without one."""
    decided = session.scalar(
        select(ChangeRequest.decided_at)
        .join(ChangeItem, ChangeItem.request_id == ChangeRequest.id)
        .where(
            ChangeRequest.certificate_id == certificate.id,
            ChangeRequest.state == APPROVED,
            ChangeItem.path == "certificate.status",
            ChangeItem.after == certificate.status,
        )
        .order_by(ChangeRequest.decided_at.desc())
        .limit(1)
    )
    return clock.beijing(decided).date() if decided else None


def edition_mark(session: Session, edition: Edition) -> StatusLine | None:
    """What a copy of this edition must say of itself; None while it is the edition in force.

    The state of the certificate is the stronger cause: an old edition of a cancelled one is 已注销.
    """
    status = certificate_status(session, edition.certificate)
    if status.code not in (StatusCode.VALID, StatusCode.EXPIRING):
        return status
    latest = latest_edition(session, edition.certificate_id)
    superseded = latest is not None and latest.version > edition.version
    return StatusLine(StatusCode.SUPERSEDED) if superseded else None


def edition_status(session: Session, certificate: Certificate) -> StatusLine:
    """电子证: ✓ when the PDF is available, 制证中, or — for a paper certificate."""
    return edition_statuses(session, [certificate.id])[certificate.id]


def edition_statuses(session: Session, ids: Collection[int]) -> Mapping[int, StatusLine]:
    """电子证 of each of these certificates, with one query."""
    rows = (
        select(Edition.certificate_id, CertificateJob.state)
        .join(CertificateJob, CertificateJob.edition_id == Edition.id)
        .where(Edition.certificate_id.in_(ids))
        .order_by(Edition.certificate_id, Edition.version)
    )
    latest = dict(session.execute(rows).all())
    return {id: StatusLine(_EDITION_CODES.get(latest.get(id, ""), StatusCode.PRODUCING)) for id in ids}
