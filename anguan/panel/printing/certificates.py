"""批量打印: the PDFs of chosen certificates as one."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import abort, flash, redirect, request
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from anguan.core.record_ids import read_id
from anguan.domain.region_scope import in_region
from anguan.extensions import db, storage
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import Certificate, Edition
from anguan.panel.common.guard import GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.panel.printing.unreadable import UnreadablePapers
from anguan.pdf.merging import merge_pdfs
from anguan.pdf.renderer import RenderError
from anguan.web.certificate_copies import read_copy
from anguan.web.responses import send_bytes

MOST = 50
"""Certificates of one PDF."""


class CertificatePrintMixin(GuardedMixin):
    """Route that prints the ticked rows of the list."""

    most_printed = MOST

    @expose("/print", methods=("POST",))
    def print_chosen(self) -> Any:
        """One PDF of the ticked certificates, each marked unless in force; recorded for each. Aborts
        with 503."""
        ids = {id for id in map(read_id, request.form.getlist("id")) if id}
        rows = _read(ids) if 0 < len(ids) <= MOST else []
        without = [row.number or f"纸质 {row.paper_number or ''}" for row in rows if _printable(row) is None]
        if fault := _fault(len(ids), len(rows), without):
            flash(fault, "warn")
            return redirect(self.link("index_view"))
        editions = [edition for row in rows if (edition := _printable(row)) is not None]
        unreadable = UnreadablePapers()
        try:
            pdf = merge_pdfs(_copy(one, unreadable) for one in editions)
        except RenderError as error:
            abort(503, f"{error}。")
        who, versions = actor_of(current_account()), {row.certificate_id: row.version for row in editions}
        with transaction(db.session) as session:
            for row in _read(ids):
                lost = "，文件无法读取" if row.number in unreadable.titles else ""
                said = f"批量打印电子证书第 {versions[row.id]} 版{lost}"
                record_event(session, "read_sheet", said, who, certificate=row, visible_to="audit")
        return send_bytes(pdf, "application/pdf", f"电子证书 {len(editions)} 本.pdf")


def render_checkbox(row: Certificate) -> Any:
    """Checkbox that adds a certificate to the print; paper ones have nothing to print."""
    if not row.number:
        return ""
    return Markup('<input type="checkbox" name="id" value="{}" form="batch" aria-label="选择 {}">').format(
        row.id, row.number
    )


def _read(ids: set[int]) -> Sequence[Certificate]:
    """The certificates with these ids that the visitor may open, in the order of the list."""
    inside = in_region(Certificate, current_user.region)
    jobs = selectinload(Certificate.editions).joinedload(Edition.job)
    query = select(Certificate).where(Certificate.id.in_(ids), *inside).order_by(Certificate.id.desc())
    return db.session.scalars(query.options(jobs, joinedload(Certificate.enterprise))).all()


def _printable(row: Certificate) -> Edition | None:
    """The current edition, once its PDF is there."""
    newest = row.editions[0] if row.editions else None
    return newest if newest is not None and newest.job is not None and newest.job.file_id else None


def _copy(edition: Edition, unreadable: UnreadablePapers) -> tuple[str, bytes]:
    """Bookmark and PDF of an edition that is `_printable`."""
    number, kept = edition.certificate.number or "", edition.job.file
    copy = partial(read_copy, db.session, storage(), edition)
    return unreadable.read(number, kept.sha256 if kept else "", f"电子证书第 {edition.version} 版", copy)


def _fault(asked: int, found: int, without: Sequence[str]) -> str:
    if not asked:
        return "请先勾选要打印的证书。"
    if asked > MOST:
        return f"一次最多打印 {MOST} 本，现在选了 {asked} 本，请分几次打印。"
    if found < asked:
        return "有证书已经不在您可以查看的范围里，请刷新后重选。"
    if without:
        return f"还没有电子证书，不能打印：{'、'.join(without)}。请取消勾选后再打印。"
    return ""
