"""The receipt of a submitted request, as a page and as a PDF; it grants nothing yet."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from anguan.core.lifecycle import DECIDED, SUBMITTED, Verb, is_allowed
from anguan.core.matter import Matter
from anguan.domain.calendar import format_deadline, promised_day
from anguan.domain.policies import load_policies, policies_of
from anguan.extensions import db, settings
from anguan.models import ChangeRequest
from anguan.pdf.form import FormRow
from anguan.pdf.receipt import Receipt, ReceiptStep, render_receipt
from anguan.portal.blueprint import portal
from anguan.portal.formatting import format_moment
from anguan.portal.requests.progress_steps import makes_edition
from anguan.portal.visitor import crumbs, current_account
from anguan.services.codes import Refusal
from anguan.services.refusals import NotFound
from anguan.services.requests.drafts import definition
from anguan.services.requests.filing import own_request
from anguan.services.requests.status import request_status
from anguan.services.review.review_view import round_attachments, round_items
from anguan.web.access import require_roles
from anguan.web.form_fields import name_certificate
from anguan.web.responses import send_bytes
from anguan.web.steps import Step, StepState


@portal.get("/requests/<id:id>/receipt", endpoint="receipt")
@require_roles("applicant")
def show_receipt(id: int) -> ResponseReturnValue:
    """The receipt of a pending request; in any other state redirects to the progress page."""
    row = own_request(db.session, current_account(), id)
    if row.state not in (SUBMITTED, DECIDED):
        return redirect(url_for(".request", id=id))
    matter = definition(db.session, row)
    return render_template(
        "portal/receipt.html",
        crumbs=crumbs(("办理进度", url_for(".requests")), (row.number or "", None)),
        row=row,
        matter=matter,
        status=request_status(db.session, row),
        steps=list_steps(row, matter),
        named=name_certificate(row.certificate) if row.certificate else "",
        changed=name_changes(row),
        may_withdraw=is_allowed(row.state, Verb.WITHDRAW),
    )


@portal.get("/requests/<id:id>/receipt.pdf", endpoint="receipt_pdf")
@require_roles("applicant")
def download_receipt(id: int) -> ResponseReturnValue:
    """受理回执. Raises NotFound before the first submission."""
    row = own_request(db.session, current_account(), id)
    if row.submitted_at is None or not row.number:
        raise NotFound(Refusal.NOT_SUBMITTED)
    matter, limits = definition(db.session, row), load_policies(db.session)
    facts = [FormRow("证书", name_certificate(row.certificate))] if row.certificate else []
    if changed := name_changes(row):
        facts.append(FormRow("内容", changed))
    attachments = [attachment for attachment in round_attachments(row) if "." not in attachment.material]
    if attachments:
        pages = sum(attachment.file.pages for attachment in attachments)
        facts.append(FormRow("材料", f"{len(attachments)} 份，共 {pages} 页"))
    pdf = render_receipt(
        Receipt(
            number=row.number,
            matter=matter.title,
            filer=row.applicant_name,
            submitted_at=row.submitted_at,
            due=promised_day(row.due_at) if row.due_at else None,
            organ=limits.authority_name,
            progress_url=f"{settings().address}{url_for('.request', id=id)}",
            steps=[ReceiptStep(title, text, state) for title, text, state in list_steps(row, matter)],
            facts=facts,
            phones=(("考核管理部门", limits.review_phone), ("技术支持", limits.support_phone)),
        )
    )
    return send_bytes(pdf, "application/pdf", f"受理回执-{row.number}.pdf", download=True)


def list_steps(row: ChangeRequest, matter: Matter) -> list[Step]:
    """Past and next steps with their due dates."""
    attachments = [attachment for attachment in round_attachments(row) if "." not in attachment.material]
    handed = f"，材料 {len(attachments)} 份" if attachments else ""
    steps = [
        ("提交", f"{format_moment(row.submitted_at)}{handed}", StepState.DONE),
        (
            "考核管理部门审核",
            f"{format_deadline(row.due_at)}有结果。有要补正的会一次告诉您。",
            StepState.NOW,
        ),
        ("通过", "登记信息同时更新，系统发消息给您。", StepState.TODO),
    ]
    if makes_edition(row, matter):
        hours = policies_of(db.session, row).ready_hours
        steps.append(("推送电子证", f"通过后 {hours} 小时内可下载，旧版电子证随之失效。", StepState.TODO))
    return steps


def name_changes(row: ChangeRequest) -> str:
    """Labels of the fields that the request changes."""
    labels = [
        item.label
        for item in round_items(row)
        if not item.mirror_of and (item.changed or item.mode == "issued") and item.mode != "answered"
    ]
    return "、".join(dict.fromkeys(labels))
