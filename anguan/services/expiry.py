"""Expiry of certificates by date; an open renewal that was filed in time postpones it."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import DRAFT, OPEN, RETURNED
from anguan.domain.policies import load_policies
from anguan.infra.events import SYSTEM, Actor, record_event
from anguan.infra.transaction import transaction
from anguan.models import LIVE, Certificate, CertificateStatus, ChangeItem, ChangeRequest


def renewal_pending(session: Session, certificate: Certificate) -> bool:
    """True when an open request, filed in time, asks for a later end of validity (有效期已过，延续审核中)."""
    return (
        session.scalar(
            select(ChangeRequest.id)
            .join(
                ChangeItem,
                (ChangeItem.request_id == ChangeRequest.id) & (ChangeItem.round == ChangeRequest.round),
            )
            .where(
                ChangeRequest.certificate_id == certificate.id,
                ChangeRequest.state.in_(OPEN),
                ChangeItem.path == "certificate.valid_until",
                ChangeItem.certificate_id == certificate.id,
                ChangeItem.mode.in_(("asked", "computed")),
                ChangeItem.after > ChangeItem.before,
            )
            .limit(1)
        )
        is not None
    )


def lapse_if_expired(session: Session, certificate: Certificate | None, actor: Actor) -> bool:
    """Set 失效 on a certificate whose last day has passed and that no open renewal keeps; True if it did."""
    if certificate is None or certificate.status not in LIVE:
        return False
    if certificate.valid_until >= clock.today() or renewal_pending(session, certificate):
        return False
    certificate.status = CertificateStatus.LAPSED
    certificate.status_reason = "有效期届满未延续"
    session.flush()
    record_event(
        session,
        "lapse_certificate",
        f"证书 {certificate.number or certificate.paper_number} 有效期届满未延续，失效",
        actor,
        certificate=certificate,
        visible_to="holder",
    )
    return True


def expire_certificates(session: Session, batch: int = 200) -> int:
    """Lapse all expired certificates, `batch` rows per transaction, and return how many lapsed."""
    lapsed, after = 0, 0
    while True:
        with transaction(session):
            rows = list(
                session.scalars(
                    select(Certificate)
                    .where(
                        Certificate.status.in_(LIVE),
                        Certificate.valid_until < clock.today(),
                        Certificate.id > after,
                    )
                    .order_by(Certificate.id)
                    .limit(batch)
                    .with_for_update(of=Certificate)
                )
            )
            lapsed += sum(lapse_if_expired(session, row, SYSTEM) for row in rows)
            after = rows[-1].id if rows else 0
        if not rows:
            return lapsed


def stale_requests(session: Session) -> list[int]:
    """IDs of drafts that nobody saved for `draft_days`, and of returned requests past their deadline."""
    policy = load_policies(session)
    now = clock.now()
    stale = list(
        session.scalars(
            select(ChangeRequest.id).where(
                ChangeRequest.state == DRAFT,
                ChangeRequest.changed_at < now - timedelta(days=policy.draft_days),
            )
        )
    )
    overdue = (ChangeRequest.state == RETURNED) & (ChangeRequest.correction_due_at <= now)
    return sorted([*stale, *session.scalars(select(ChangeRequest.id).where(overdue))])
