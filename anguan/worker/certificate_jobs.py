"""Draws the sheet of an edition: waiting, drawing, ready; or failed, with a sentence that staff read."""

import json
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.fault_injection import crash_point
from anguan.domain.photos import stored_photo
from anguan.domain.policies import load_policies
from anguan.infra.events import WORKER, Actor, record_event
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
    """The sheet could not be drawn; the text says why. It is tried again later."""


def render_edition(session: Session, tools: JobContext, payload: dict[str, Any]) -> None:
    """Draw one edition and keep its PDF. A second run finds it ready and changes nothing."""
    edition = session.get_one(Edition, payload["edition"])
    if edition.job.state == "ready":
        return
    with transaction(session):
        production = _hold(session, edition.id)
        production.state = "drawing"
        production.attempts += 1
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
            str(fault) if isinstance(fault, RenderError) else "登记的照片文件缺失或损坏，请联系系统维护"
        )
        _note_failure(session, payload["edition"], sentence)
        raise RenderFailed(sentence) from fault
    crash_point("after_drawing")
    _keep(session, tools, payload["edition"], pdf)


def read_facts(session: Session, edition: Edition) -> dict[str, Any]:
    """What the sheet says: the frozen facts, and who issues it, which version it is, and when."""
    facts: dict[str, Any] = json.loads(edition.facts)
    return facts | {
        "issued_by": load_policies(session).issuer_name,
        "version": edition.version,
        "made_on": clock.beijing(edition.made_at).date(),
    }


def try_again(session: Session, actor: Actor, edition_id: int) -> None:
    """The cause of a failure is gone: let the worker draw at once. Writes into the caller's transaction."""
    production = _hold(session, edition_id)
    if production.state == "ready":
        return
    production.state = "waiting"
    enqueue_rendering(session, edition_id)  # one that was never queued waits for ever
    session.execute(
        update(Outbox)
        .where(Outbox.key == f"draw_edition:{edition_id}", Outbox.done_at.is_(None))
        .values(not_before=clock.now(), claimed_until=None)
    )
    record_event(session, "draw_again", "重新制证", actor, certificate=production.edition.certificate)


def _hold(session: Session, edition_id: int) -> CertificateJob:
    return session.scalars(
        select(CertificateJob)
        .where(CertificateJob.edition_id == edition_id)
        .with_for_update(of=CertificateJob)
        .execution_options(populate_existing=True)
    ).one()


def _keep(session: Session, tools: JobContext, edition_id: int, pdf: bytes) -> None:
    with transaction(session):
        production = _hold(session, edition_id)
        if production.state == "ready":
            return
        certificate = production.edition.certificate
        clean = Clean(pdf, "application/pdf", None, None, 1, f"{certificate.number}.pdf")
        production.file = store(session, tools.storage, clean)
        production.state, production.error, production.ready_at = "ready", "", clock.now()
        version = production.edition.version
        record_event(
            session,
            "finish_edition",
            f"电子证书 {certificate.number} 第 {version} 版已生成",
            WORKER,
            certificate=certificate,
            visible_to="holder",
        )
        if version == max(edition.version for edition in certificate.editions):
            _tell_holder(session, certificate)


def _tell_holder(session: Session, certificate: Certificate) -> None:
    account_id = session.scalar(select(Account.id).where(Account.person_id == certificate.person_id))
    if account_id is not None:
        body = f"{certificate.kind} 证书编号 {certificate.number}，可以在“我的证书”查看和下载。"
        send_notice(session, account_id, "电子证书已生成", body)


def _note_failure(session: Session, edition_id: int, sentence: str) -> None:
    with transaction(session):
        production = _hold(session, edition_id)
        if production.state == "ready":
            return
        repeated = production.error == sentence
        production.state, production.error = "failed", sentence
        if not repeated:
            certificate = production.edition.certificate
            words = f"证书 {certificate.number} 制证失败：{sentence}"
            record_event(session, "fail_edition", words, WORKER, certificate=certificate)
