"""我的证书: the list with the actions available for each certificate, and the page of one certificate."""

from base64 import b64encode
from collections import defaultdict
from dataclasses import dataclass
from operator import itemgetter

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.masks import mask_document
from anguan.core.matter import Matter
from anguan.domain.certificates import differing, status_on
from anguan.domain.editions import latest_edition
from anguan.domain.policies import load_policies
from anguan.domain.register_fields import register_field
from anguan.extensions import db, settings, storage
from anguan.infra.events import read_events
from anguan.models import LIVE, Account, Certificate, CertificateKind, ChangeRequest, Event
from anguan.pdf.qr import render_qr
from anguan.portal.blueprint import portal
from anguan.portal.calendar import write_calendar
from anguan.portal.formatting import format_status
from anguan.portal.visitor import crumbs, current_account
from anguan.services.codes import StatusCode
from anguan.services.requests.drafts import definition
from anguan.services.requests.eligibility import Eligibility, list_eligibility
from anguan.services.requests.status import (
    StatusLine,
    certificate_status,
    edition_status,
    last_request,
    request_status,
    status_since,
)
from anguan.services.requests.subjects import own_certificate
from anguan.web.access import require_roles
from anguan.web.certificate_copies import read_copy
from anguan.web.responses import send_bytes


@dataclass(frozen=True)
class CertificateLine:
    """One certificate with its status, the matters open for it, and why the others are not."""

    certificate: Certificate
    document: str
    gender: str
    status: StatusLine
    edition: StatusLine
    operation: StatusLine
    words: str
    request: ChangeRequest | None
    matter: Matter | None
    eligibilities: tuple[Eligibility, ...]
    why: tuple[tuple[str, str], ...]
    mismatch: tuple[str, ...]

    @property
    def amending(self) -> Eligibility | None:
        """The open matter that writes the person's present facts into the certificate, not begun yet."""
        return next((o for o in self.eligibilities if o.matter.amends and o.open and not o.draft), None)

    def reason_id(self, offer: Eligibility) -> str:
        """The element id of the reason why this matter is not available."""
        for index, (_, sentence) in enumerate(self.why):
            if sentence == offer.sentence:
                return f"why-{self.certificate.id}-{index}"
        return ""


def own_certificates(session: Session, me: Account) -> list[Certificate]:
    """The holder's certificates: valid ones first, then by end of validity."""
    rows = session.scalars(select(Certificate).where(Certificate.person_id == me.person_id)).all()
    return sorted(rows, key=lambda row: (row.status not in LIVE, row.valid_until, row.id))


def read_line(session: Session, me: Account, certificate: Certificate) -> CertificateLine:
    """Everything that the list shows about one certificate."""
    filed = last_request(session, certificate)
    matter = definition(session, filed) if filed else None
    operation = request_status(session, filed) if filed else StatusLine(StatusCode.NONE)
    live = certificate.status in LIVE and status_on(certificate, clock.today()) in LIVE
    offered = list_eligibility(session, me, certificate)
    grouped: dict[str, list[str]] = defaultdict(list)
    for offer in offered:
        if not offer.open:
            grouped[offer.sentence].append(offer.matter.action)
    return CertificateLine(
        certificate,
        mask_document(certificate.document_number),
        register_field("certificate.gender").text(session, certificate.gender),
        certificate_status(session, certificate),
        edition_status(session, certificate),
        operation,
        format_status(matter, operation) if matter else operation.word,
        filed,
        matter,
        tuple(offered) if live else (),
        tuple(("、".join(actions), sentence) for sentence, actions in grouped.items()),
        _differing(certificate) if live else (),
    )


@portal.get("/certificates", endpoint="certificates")
@require_roles("applicant")
def list_certificates() -> ResponseReturnValue:
    """我的证书列表, filtered by type and status."""
    me = current_account()
    lines = [read_line(db.session, me, row) for row in own_certificates(db.session, me)]
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    shown = [
        line for line in lines if kind in ("", line.certificate.kind_code) and state in ("", line.status.code)
    ]
    return render_template(
        "portal/certificates.html",
        crumbs=crumbs(("证书", None), ("我的证书", None)),
        lines=shown,
        total=len(lines),
        kinds=[(row.code, str(row)) for row in db.session.scalars(select(CertificateKind)).all()],
        states=sorted({(line.status.code, line.status.word) for line in lines}, key=itemgetter(1)),
        kind=kind,
        state=state,
        ready_hours=load_policies(db.session).ready_hours,
    )


@portal.get("/certificates/<id:id>", endpoint="certificate")
@require_roles("applicant")
def show_certificate(id: int) -> ResponseReturnValue:
    """详情: the printed facts, the PDF, all editions, all requests."""
    me = current_account()
    certificate = own_certificate(db.session, me, id)
    edition = latest_edition(db.session, id)
    url = f"{settings().address}/check/{edition.qr_token}" if edition else ""
    filed = db.session.scalars(
        select(ChangeRequest)
        .where(ChangeRequest.certificate_id == id, ChangeRequest.filer_id == me.id)
        .order_by(ChangeRequest.id.desc())
    ).all()
    return render_template(
        "portal/certificate.html",
        crumbs=crumbs(("我的证书", url_for(".certificates")), ("详情", None)),
        line=read_line(db.session, me, certificate),
        certificate=certificate,
        edition=edition,
        since=status_since(db.session, certificate) if certificate.status_reason else None,
        check_url=url,
        qr=f"data:image/png;base64,{b64encode(render_qr(url)).decode()}" if url else "",
        filed=[(row, definition(db.session, row).title, request_status(db.session, row)) for row in filed],
        events=_events(id),
        ready_hours=load_policies(db.session).ready_hours,
    )


@portal.get("/certificates/<id:id>.pdf", endpoint="certificate_pdf")
@require_roles("applicant")
def download_certificate(id: int) -> ResponseReturnValue:
    """The certificate PDF, marked unless in force; while it is not yet made, the page that says so."""
    certificate = own_certificate(db.session, current_account(), id)
    edition = latest_edition(db.session, id)
    if edition is None:
        abort(404)
    if edition.job.file is None:
        flash("电子证书正在制作，做好后会发消息给您，在这里下载。", "news")
        return redirect(url_for(".certificate", id=id))
    name = f"安管人员证书-{certificate.kind}-第{edition.version}版.pdf"
    return send_bytes(read_copy(db.session, storage(), edition), "application/pdf", name, download=True)


@portal.get("/certificates.ics", endpoint="calendar")
@require_roles("applicant")
def download_calendar() -> ResponseReturnValue:
    """The days on which renewal opens and ends, as a calendar file."""
    live = [row for row in own_certificates(db.session, current_account()) if row.status in LIVE]
    text = write_calendar(live, load_policies(db.session), settings().address)
    return send_bytes(text.encode(), "text/calendar", "证书到期日.ics", download=True)


def _differing(certificate: Certificate) -> tuple[str, ...]:
    """The fields in which it differs from its holder; a paper certificate has no photo to compare."""
    found = differing(certificate, certificate.person)
    return tuple(label for path, label in found if certificate.photo or path != "certificate.photo")


def _events(id: int) -> list[Event]:
    return list(read_events(db.session, current_account(), Event.certificate_id == id, most=50))
