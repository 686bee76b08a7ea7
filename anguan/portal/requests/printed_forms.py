"""The forms that a holder prints, signs and uploads: filled from the request, or blank."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from anguan.core import clock
from anguan.core.matter import Matter
from anguan.domain.field_changes import FieldChange
from anguan.domain.policies import load_policies
from anguan.extensions import db
from anguan.matters.in_force import in_force
from anguan.models import ChangeRequest
from anguan.pdf.form import FormRow, FormSheet, render_commitment, render_form
from anguan.pdf.html import show_day
from anguan.portal.blueprint import portal
from anguan.portal.visitor import current_account
from anguan.services.requests.drafts import definition
from anguan.services.requests.filing import own_request
from anguan.web.access import require_roles
from anguan.web.printed_forms import declaration_of, print_application, title_of
from anguan.web.printed_rows import FILER, rows_about
from anguan.web.responses import send_bytes


@portal.get("/requests/<id:id>/<any(application, commitment):paper>.pdf", endpoint="form_pdf")
@require_roles("applicant")
def download_form(id: int, paper: str) -> ResponseReturnValue:
    """申请表 or 承诺书, filled from the request."""
    return print_form(own_request(db.session, current_account(), id), paper)


def print_form(row: ChangeRequest, paper: str) -> Response:
    """The form of a request, which need not have been saved yet."""
    matter = definition(db.session, row)
    _must_have(matter, paper)
    pdf = (
        render_commitment(
            title_of(matter, paper),
            matter.commitments,
            number=row.number or "",
            filer=rows_about(db.session, row),
            addressee=load_policies(db.session).authority_name,
            printed=f"{show_day(clock.today())}由系统生成",
        )
        if paper == "commitment"
        else print_application(db.session, row)
    )
    return send_bytes(pdf, "application/pdf", f"{title_of(matter, paper)}.pdf", download=True)


@portal.get("/blank/<code>/<any(application, commitment):paper>.pdf", endpoint="blank_pdf")
@require_roles("public")
def download_blank(code: str, paper: str) -> ResponseReturnValue:
    """The same forms, blank (模板)."""
    try:
        matter = in_force(db.session, code)
    except LookupError:
        abort(404)
    _must_have(matter, paper)
    organ = load_policies(db.session).authority_name
    filer = [FormRow(label) for label, _ in FILER] + [FormRow("工作单位")]
    if matter.subject == "certificate":
        filer.append(FormRow("证书编号"))
    pdf = (
        render_commitment(title_of(matter, paper), matter.commitments, filer=filer, addressee=organ)
        if paper == "commitment"
        else render_form(
            title_of(matter, paper),
            filer=filer,
            changes=[
                FieldChange(field.path, field.label, field.mode, "", None, "", "")
                for field in matter.fields
                if field.mode in ("asked", "answered")
            ],
            materials=[
                FormSheet(one.title, False, "" if one.required else "选填") for one in matter.materials
            ],
            declaration=declaration_of(matter),
            organ=organ,
        )
    )
    return send_bytes(pdf, "application/pdf", f"{title_of(matter, paper)}(模板).pdf", download=True)


def _must_have(matter: Matter, paper: str) -> None:
    """Abort with 404 for the 承诺书 of a matter without commitments; every matter has a 申请表."""
    if paper == "commitment" and not matter.commitments:
        abort(404)
