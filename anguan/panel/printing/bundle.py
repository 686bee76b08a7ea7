"""All papers of a request as one PDF: decision, form, documents, certificate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from flask import url_for
from sqlalchemy import select

from anguan.core import clock
from anguan.core.lifecycle import APPROVE, APPROVED
from anguan.domain.policies import load_policies
from anguan.extensions import db, storage
from anguan.models import Attachment, CertificateJob, ChangeRequest, Decision, Edition
from anguan.panel.office_filing.approval_form import render_approval_form
from anguan.panel.printing.unreadable import UnreadablePapers
from anguan.panel.review.documents import draw_pages, faults_as_pages, make_pdf
from anguan.panel.review.review_presenter import standing_decisions
from anguan.pdf.decision import render_decisions
from anguan.pdf.form import FormRow
from anguan.pdf.html import show_minute
from anguan.pdf.merging import merge_pdfs
from anguan.services.requests.drafts import definition
from anguan.services.review.document_reads import document_titles, order_documents
from anguan.services.review.review_view import round_attachments
from anguan.services.words import VERDICT_WORDS
from anguan.web.certificate_copies import read_copy
from anguan.web.printed_forms import print_application

MOST_PAGES = 120
"""Pages of documents in one PDF."""


@dataclass(frozen=True)
class BundlePart:
    """One document of the bundle; `drawings` are the URLs whose HEAD draws its pages ahead of time."""

    row: Attachment
    title: str
    drawings: Sequence[str]


def documents_of(found: ChangeRequest) -> list[BundlePart]:
    """The documents of the latest round in the order of the page."""
    titles = document_titles(definition(db.session, found))
    return [
        BundlePart(
            row,
            titles.get(row.material, row.material),
            [
                url_for("panel_document.scan", id=found.id, attachment=row.id, page=page)
                for page in range(1, row.file.pages + 1)
            ],
        )
        for row in order_documents(round_attachments(found), titles)
    ]


def edition_of(found: ChangeRequest) -> Edition | None:
    """The edition that the approval of this request made, once its PDF is there."""
    approvals = [one for one in standing_decisions(found.decisions) if one.verdict == APPROVE]
    if found.state != APPROVED or found.certificate_id is None or not approvals:
        return None
    return db.session.scalar(
        select(Edition)
        .join(CertificateJob, CertificateJob.edition_id == Edition.id)
        .where(
            Edition.certificate_id == found.certificate_id,
            Edition.made_at >= approvals[0].decided_at,
            CertificateJob.file_id.is_not(None),
        )
        .order_by(Edition.version)
        .limit(1)
    )


def render_bundle(found: ChangeRequest, unreadable: UnreadablePapers) -> bytes:
    """The PDF, with a bookmark for each part; what cannot be read is a sheet that says so, and is noted.

    Raises RenderError; aborts as `faults_as_pages` does when a retry may succeed.
    """
    with faults_as_pages():
        return merge_pdfs(_parts(found, unreadable), f"{found.number} 全部材料")


def _parts(found: ChangeRequest, unreadable: UnreadablePapers) -> Iterator[tuple[str, bytes]]:
    yield "审核决定", _render_decision_sheet(found)
    if definition(db.session, found).filed_by == "office":
        yield "审批表", render_approval_form(found, submitted=True)
    else:
        yield "申请表", print_application(db.session, found, submitted=True)
    for place, part in enumerate(documents_of(found), start=1):
        row, title = part.row, f"{place} {part.title}"
        make = partial(_draw, row, part.title)
        yield unreadable.read(title, row.file.sha256, row.shown_name, make)
    edition = edition_of(found)
    if edition is not None and edition.job.file is not None:
        title = f"电子证书第 {edition.version} 版"
        make = partial(read_copy, db.session, storage(), edition)
        yield unreadable.read(title, edition.job.file.sha256, "", make)


def _draw(row: Attachment, title: str) -> bytes:
    return make_pdf(draw_pages(row), title)


def _render_decision_sheet(found: ChangeRequest) -> bytes:
    matter = definition(db.session, found)
    facts = [
        FormRow("受理编号", found.number or ""),
        FormRow("事项", matter.title),
        FormRow("申请人", found.applicant_name),
        FormRow("提交时间", show_minute(found.submitted_at) if found.submitted_at else ""),
    ]
    decisions = [_decision_rows(found, one) for one in reversed(standing_decisions(found.decisions))]
    return render_decisions(
        found.number or "",
        facts,
        decisions,
        organ=load_policies(db.session).authority_name,
        printed=f"{show_minute(clock.now())} 由系统生成",
    )


def _decision_rows(found: ChangeRequest, decision: Decision) -> tuple[str, list[FormRow]]:
    steps = definition(db.session, found).steps
    step = steps[min(decision.step, len(steps) - 1)].title
    rows = [
        FormRow("结果", VERDICT_WORDS[decision.verdict]),
        FormRow("说明", decision.opinion),
        FormRow("强制通过的理由", decision.override),
        *(FormRow(remark.label, remark.sentence) for remark in decision.remarks),
        FormRow("办理人", decision.actor_name),
        FormRow("时间", show_minute(decision.decided_at)),
    ]
    return f"第 {decision.round} 次提交，{step}", [row for row in rows if row.value]
