"""审批表: printable approval form of an office request, with a signature box for each reviewer."""

from flask import Response, abort

from anguan.core import clock
from anguan.core.lifecycle import DRAFT, RETURNED
from anguan.domain.policies import load_policies
from anguan.extensions import db
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import Account, ChangeRequest
from anguan.pdf.form import FormSheet, render_form
from anguan.pdf.html import show_day
from anguan.pdf.renderer import RenderError
from anguan.services.requests.drafts import definition, read_draft
from anguan.services.review.review_view import round_attachments, round_changes
from anguan.web.printed_rows import printed, rows_about
from anguan.web.responses import send_bytes


def print_form(row: ChangeRequest, who: Account) -> Response:
    """The PDF. It shows full numbers, so each download is recorded. Aborts with 503."""
    session = db.session
    matter = definition(session, row)
    if row.state in (DRAFT, RETURNED):
        draft = read_draft(session, row)
        cells = draft.changes
        attached = {slot.material.code for slot in draft.slots if slot.files}
    else:
        cells = round_changes(row)
        attached = {one.material for one in round_attachments(row)}
    title = f"{matter.title}审批表"
    try:
        pdf = render_form(
            title,
            row.number or "",
            filer=rows_about(session, row),
            filer_title="登记信息",
            changes=[printed(cell) for cell in cells if not cell.mirror_of],
            change_title=f"{matter.action}内容",
            materials=[
                FormSheet(one.title, one.code in attached, "" if one.required else "选填")
                for one in matter.materials
            ],
            declaration="；".join(line.rstrip("。；") for line in matter.commitments) + "。",
            opinions=[f"{step.title}意见" for step in matter.steps],
            signer="经办人",
            organ=load_policies(session).authority_name,
            printed=f"{show_day(clock.today())}由系统生成",
        )
    except RenderError as error:
        abort(503, f"{error}。")
    id, actor, said = row.id, actor_of(who), f"下载{title}（含完整号码）"
    with transaction(session):
        about = session.get_one(ChangeRequest, id)
        record_event(session, "print_form", said, actor, request=about, visible_to="audit")
    name = f"{row.number or ''} {title}.pdf".strip()
    return send_bytes(pdf, "application/pdf", name, download=True)
