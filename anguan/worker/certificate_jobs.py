"""Certificate jobs: render the PDF of an edition; states waiting, drawing, ready, failed."""

import json
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.fault_injection import crash_point
from anguan.domain.photos import stored_photo
from anguan.domain.policies import load_policies
from anguan.infra.events import SYSTEM, Actor, record_event
from anguan.infra.files import Damaged, store
from anguan.infra.inspection import Clean
from anguan.infra.notices import send_notice
from anguan.infra.transaction import transaction
from anguan.models import Account, Certificate, CertificateJob, Edition, Outbox
from anguan.pdf.certificate import render_certificate
from anguan.pdf.renderer import RenderError
from anguan.services.review.new_editions import enqueue_rendering
from anguan.worker.context import JobContext


class RenderFailed(RuntimeError):
    """The PDF could not be rendered; the text says why. It is tried again later."""


def render_edition(session: Session, tools: JobContext, payload: dict[str, Any]) -> None:
    """Render one edition and store its PDF; a second run changes nothing. Raises RenderFailed."""
    edition = session.get_one(Edition, payload["edition"])
    if edition.job.state == "ready":
        return
    with transaction(session):
        job = _lock_job(session, edition.id)
        job.state = "drawing"
        job.attempts += 1
    facts = read_facts(session, edition)
    kept = stored_photo(session, facts["photo"])
    light = kept.copy.sha256 if kept else facts["photo"]
    address = f"{tools.address}/check/{edition.qr_token}"
    session.rollback()
    try:
        photo = tools.storage.read(light) if light else None
        pdf = render_certificate(facts, photo, address)
    except (RenderError, Damaged) as fault:
        sentence = (
            str(fault) if isinstance(fault, RenderError) else "登记的照片文件缺失或损坏，请联系技术支持"
        )
        _note_failure(session, payload["edition"], sentence)
        raise RenderFailed(sentence) from fault
    crash_point("after_drawing")
    _store_pdf(session, tools, payload["edition"], pdf)


def read_facts(session: Session, edition: Edition) -> dict[str, Any]:
    """Printed values of an edition: its frozen facts, the issuer, the version and the date."""
    facts: dict[str, Any] = json.loads(edition.facts)
    return facts | {
        "issued_by": load_policies(session).issuer_name,
        "version": edition.version,
        "made_on": clock.beijing(edition.made_at).date(),
    }


def try_again(session: Session, actor: Actor, edition_id: int) -> None:
    """Retry a failed edition at once, after its cause was removed; inside the caller's transaction."""
    job = _lock_job(session, edition_id)
    if job.state == "ready":
        return
    job.state = "waiting"
    enqueue_rendering(session, edition_id)  # one that was never queued would wait for ever
    session.execute(
        update(Outbox)
        .where(Outbox.key == f"draw_edition:{edition_id}", Outbox.done_at.is_(None))
        .values(not_before=clock.now(), claimed_until=None)
    )
    record_event(session, "draw_again", "重新制证", actor, certificate=job.edition.certificate)


def _lock_job(session: Session, edition_id: int) -> CertificateJob:
    return session.scalars(
        select(CertificateJob)
        .where(CertificateJob.edition_id == edition_id)
        .with_for_update(of=CertificateJob)
        .execution_options(populate_existing=True)
    ).one()


def _store_pdf(session: Session, tools: JobContext, edition_id: int, pdf: bytes) -> None:
    with transaction(session):
        job = _lock_job(session, edition_id)
        if job.state == "ready":
            return
        certificate = job.edition.certificate
        clean = Clean(pdf, "application/pdf", None, None, 1, f"{certificate.number}.pdf")
        job.file = store(session, tools.storage, clean)
        job.state, job.error, job.ready_at = "ready", "", clock.now()
        version = job.edition.version
        record_event(
            session,
            "finish_edition",
            f"电子证书 {certificate.number} 第 {version} 版已生成",
            SYSTEM,
            certificate=certificate,
            visible_to="holder",
        )
        if version == max(edition.version for edition in certificate.editions):
            _notify_holder(session, certificate)


def _notify_holder(session: Session, certificate: Certificate) -> None:
    account_id = session.scalar(select(Account.id).where(Account.person_id == certificate.person_id))
    if account_id is not None:
        body = f"{certificate.kind} 证书编号 {certificate.number}，可以在“我的证书”查看和下载。"
        send_notice(session, account_id, "电子证书已生成", body)


def _note_failure(session: Session, edition_id: int, sentence: str) -> None:
    with transaction(session):
        job = _lock_job(session, edition_id)
        if job.state == "ready":
            return
        repeated = job.error == sentence
        job.state, job.error = "failed", sentence
        if not repeated:
            certificate = job.edition.certificate
            words = f"证书 {certificate.number} 制证失败：{sentence}"
            record_event(session, "fail_edition", words, SYSTEM, certificate=certificate)
