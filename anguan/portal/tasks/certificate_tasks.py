"""Task cards about certificates: those that expire soon, and those that are not in force."""

from collections.abc import Mapping
from datetime import timedelta

from flask import url_for
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.clock import format_day
from anguan.domain.calendar import format_deadline
from anguan.domain.certificates import renewal_window
from anguan.domain.policies import load_policies
from anguan.portal.certificates import CertificateLine
from anguan.portal.formatting import TaskKind
from anguan.portal.tasks.task import Task
from anguan.services.codes import StatusCode
from anguan.services.expiry import renewal_pending
from anguan.services.requests.eligibility import Eligibility
from anguan.services.requests.status import status_since
from anguan.web.form_fields import name_certificate

WHAT_TO_DO: Mapping[StatusCode, str] = {
    StatusCode.SUSPENDED: "暂扣期间证书不能使用，也不能办理证书业务。发还后恢复有效。",
    StatusCode.RENEWAL_PENDING: "延续申请已在有效期内提交，审核通过后有效期延长。现在不用重复办理。",
    StatusCode.EXPIRED: "证书不能再使用，也不能再延续。需要重新取得的，请咨询考核管理部门。",
    StatusCode.CANCELLED: "注销后不能恢复。需要重新取得的，请咨询考核管理部门。",
    StatusCode.ANNULLED: "证书不能再使用，也不能恢复。",
    StatusCode.REVOKED: "证书不能再使用，也不能恢复。",
    StatusCode.MOVED_OUT: "证书已办理转出，在本系统不能再办理业务，请到转入地的主管部门办理。",
}
"""What a holder does about a certificate that is not in force."""


def expiring(session: Session, line: CertificateLine) -> Task | None:
    """The task of a certificate that expires soon and is not being renewed."""
    if line.status.code != StatusCode.EXPIRING:
        return None
    offer = open_matter(line, "certificate.valid_until", "computed")
    if offer is None:
        return _cannot_renew(session, line)
    if offer.draft is not None:
        return None
    _, last = renewal_window(line.certificate.valid_until, load_policies(session))
    days = (last - clock.today()).days
    return Task(
        TaskKind.EXPIRING,
        name_certificate(line.certificate),
        f"证书{format_day(line.certificate.valid_until)}到期，现在可以办理{offer.matter.action}",
        offer.matter.action,
        url_for("portal.start", code=offer.matter.code, certificate=line.certificate.id),
        lead="到期前没有提交的，证书到期失效。",
        until=f"{format_deadline(last)}提交",
        left_words=line.status.detail,
        left=min(days, 20),
    )


def _cannot_renew(session: Session, line: CertificateLine) -> Task | None:
    """The task of a certificate that expires soon and whose renewal cannot be started."""
    offer = find_matter(line, "certificate.valid_until", "computed")
    if offer is None or offer.draft is not None or renewal_pending(session, line.certificate):
        return None
    until = format_day(line.certificate.valid_until)
    return Task(
        TaskKind.EXPIRING,
        name_certificate(line.certificate),
        f"证书{until}到期，现在不能办理{offer.matter.action}",
        "查看证书",
        url_for("portal.certificate", id=line.certificate.id),
        lines=(("原因", offer.sentence),),
        phone=load_policies(session).review_phone,
    )


def find_matter(line: CertificateLine, path: str, mode: str) -> Eligibility | None:
    """The matter that changes this field of the certificate, open or not."""
    for offer in line.eligibilities:
        if any(f.path == path and f.mode == mode for f in offer.matter.fields):
            return offer
    return None


def open_matter(line: CertificateLine, path: str, mode: str) -> Eligibility | None:
    """The available matter that changes this field of the certificate."""
    offer = find_matter(line, path, mode)
    return offer if offer and offer.open else None


def not_in_force(session: Session, line: CertificateLine) -> Task | None:
    """The task of a certificate that cannot be used: its state, why, since when, and what to do."""
    code, certificate = line.status.code, line.certificate
    if code not in WHAT_TO_DO:
        return None
    since = status_since(session, certificate)
    if code == StatusCode.EXPIRED:
        since = certificate.valid_until + timedelta(days=1)
    return Task(
        TaskKind.NOT_IN_FORCE,
        name_certificate(certificate),
        f"证书状态：{line.status.word}{f'，自{format_day(since)}起' if since else ''}",
        "查看证书",
        url_for("portal.certificate", id=certificate.id),
        lines=(("原因", certificate.status_reason),) if certificate.status_reason else (),
        lead=WHAT_TO_DO[code],
        turn=False,
        phone=load_policies(session).review_phone,
        state=line.status,
    )
