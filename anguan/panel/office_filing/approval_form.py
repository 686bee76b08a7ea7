"""审批表: printable approval form of an office request, with a signature box for each reviewer."""

from flask import Response, abort

from anguan.core import clock
from anguan.domain.policies import load_policies
from anguan.extensions import db
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import Account, ChangeRequest
from anguan.pdf.form import FormSheet, render_form
from anguan.pdf.html import show_day
from anguan.pdf.renderer import RenderError
from anguan.services.requests.drafts import definition
from anguan.web.printed_forms import printed_contents
from anguan.web.printed_rows import rows_about
from anguan.web.responses import send_bytes


def print_form(row: ChangeRequest, who: Account) -> Response:
    """The PDF. It shows full numbers, so each download is recorded. Aborts with 503."""
    title = title_of(row)
    try:
        pdf = render_approval_form(row)
    except RenderError as error:
        abort(503, f"{error}。")
    id, actor, said = row.id, actor_of(who), f"下载{title}（含完整号码）"
    with transaction(db.session) as session:
        about = session.get_one(ChangeRequest, id)
        record_event(session, "print_form", said, actor, request=about, visible_to="audit")
    name = f"{row.number or ''} {title}.pdf".strip()
    return send_bytes(pdf, "application/pdf", name, download=True)


def title_of(row: ChangeRequest) -> str:
    """证书更正审批表."""
    return f"{definition(db.session, row).title}审批表"


def render_approval_form(row: ChangeRequest, submitted: bool = False) -> bytes:
    """The PDF, with the contents of `printed_contents`. Raises MissingGlyph or RenderError."""
    session = db.session
    matter, shown = definition(session, row), printed_contents(session, row, submitted)
    return render_form(
        title_of(row),
        row.number or "",
        filer=rows_about(session, row),
        filer_title="登记信息",
        changes=shown.changes,
        change_title=f"{matter.action}内容",
        materials=[
            FormSheet(one.title, one.code in shown.attached, "" if one.required else "选填")
            for one in matter.materials
        ],
        declaration="；".join(line.rstrip("。；") for line in matter.commitments) + "。",
        opinions=[f"{step.title}意见" for step in matter.steps],
        signer="经办人",
        organ=load_policies(session).authority_name,
        printed=f"{show_day(clock.today())}由系统生成",
    )
