"""我发起的: requests filed by the office (更正, 暂扣, 发还, 撤销, 吊销), decided by two other reviewers."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, abort, flash, redirect, url_for
from flask_login import current_user
from sqlalchemy import ColumnElement

from anguan.core.field_types import Choice
from anguan.core.lifecycle import DRAFT, LAPSED, RETURNED, Verb, is_allowed
from anguan.core.matter import Matter
from anguan.domain.register_fields import REGISTER_FIELDS, StatusField
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.models import Account, Certificate, ChangeRequest, Person
from anguan.panel.common import formatting
from anguan.panel.common.guard import current_account
from anguan.panel.common.routing import expose
from anguan.panel.lists.filters import OneOf
from anguan.panel.lists.list_query import Order
from anguan.panel.office_filing.approval_form import print_form
from anguan.panel.office_filing.form_views import ID, list_changes, own, record_of
from anguan.panel.office_filing.start_views import OWN, StartMixin
from anguan.panel.office_filing.upload_fields import describe_file
from anguan.panel.requests.request_list import RequestList, format_change
from anguan.panel.review import review_presenter
from anguan.panel.review.documents import send_copy
from anguan.services.refusals import NotFound, Refused
from anguan.services.requests import filing
from anguan.services.requests.drafts import definition, read_draft
from anguan.services.requests.eligibility import Eligibility, list_eligibility
from anguan.services.requests.subjects import subject_of
from anguan.services.review.document_reads import document_titles
from anguan.services.review.review_view import round_attachments, round_changes
from anguan.web.draft_form import WORKING
from anguan.web.steps import Step, StepState

STATES = (
    ("draft", "草稿"),
    ("submitted", "待审核"),
    ("returned", "退回补正"),
    ("approved", "已通过"),
    ("rejected", "不通过"),
    ("withdrawn", "已撤销"),
)


class FilingView(StartMixin, RequestList):
    """我发起的."""

    allowed_roles = REVIEWERS
    list_template = "admin/office_requests.html"
    row_actions = True
    column_list = ("number", "matter", "person", "change", "changed_at", "state")
    column_labels = RequestList.column_labels | {"person": "对象"}
    column_export_list = ("number", "matter", "applicant_name", "document", "change", "changed_at", "state")
    cells = RequestList.cells | {
        "number": lambda row: formatting.link(_url(row), row.number or "尚未提交"),
        "change": lambda row: formatting.QUIET if row.state == DRAFT else format_change(row),
    }
    exports = RequestList.exports | {"number": lambda row: row.number or "尚未提交"}
    order = Order(ChangeRequest.id, descending=True)
    nothing = (
        "您还没有发起过更正或处理。",
        "在“登记簿”里打开一本证书或一个人，点右上角的“更正”或“暂扣、撤销等…”。",
    )
    column_filters = (
        OneOf("matter", "事项", OWN, lambda value: ChangeRequest.matter == value),
        OneOf("state", "状态", STATES, lambda value: ChangeRequest.state == value),
    )

    def within(self) -> Sequence[ColumnElement[bool]]:
        """The visitor's own requests without discarded drafts."""
        return [ChangeRequest.filer_id == current_user.id, ChangeRequest.state != LAPSED]

    @expose(f"/{ID}")
    def progress(self, id: int) -> str:
        """Page of one request: state, content and decisions."""
        row = own(id)
        matter = definition(db.session, row)
        draft = read_draft(db.session, row) if row.state in WORKING else None
        documents = (
            round_attachments(row) if draft is None else [one for slot in draft.slots for one in slot.files]
        )
        return self.render(
            "admin/office_progress.html",
            row=row,
            matter=matter,
            about=record_of(row),
            state=formatting.STATES[row.state],
            changed=list_changes(draft.changes if draft else round_changes(row)),
            ready=draft is not None and not draft.faults,
            documents=[
                (document_titles(matter).get(one.material, one.material), describe_file(one))
                for one in documents
            ],
            decisions=review_presenter.standing_decisions(row.decisions),
            events=review_presenter.history_of(db.session, current_user, row),
            returned=row.state == RETURNED,
            steps=_progress_steps(row, matter),
            may_withdraw=is_allowed(row.state, Verb.WITHDRAW),
            may_revise=is_allowed(row.state, Verb.REVISE),
            left=formatting.days_left(row.due_at),
        )

    @expose(f"/{ID}/withdraw", methods=("POST",))
    def withdraw(self, id: int) -> Any:
        """撤销申请."""
        return self._apply(id, filing.withdraw, "申请已撤销。登记没有改动。", "progress")

    @expose(f"/{ID}/revise", methods=("POST",))
    def revise(self, id: int) -> Any:
        """重新补充信息: back to the form with all values kept."""
        return self._apply(
            id, filing.revise, "申请已取回，现在尚未提交。改好后请重新提交，编号不变。", "edit"
        )

    @expose(f"/{ID}/discard", methods=("POST",))
    def discard(self, id: int) -> Any:
        """删除草稿."""
        number = own(id).number
        said = f"申请 {number} 已作废。需要办理的，请重新发起。" if number else "草稿已删除。"
        return self._apply(id, filing.discard, said, "index_view")

    @expose(f"/{ID}/file/<id:attachment>")
    def file(self, id: int, attachment: int) -> Response:
        """A document of an own request, as a picture with the reader's watermark."""
        return send_copy(own(id), attachment)

    @expose(f"/{ID}/form.pdf")
    def form_pdf(self, id: int) -> Response:
        """审批表, to be signed and filed."""
        return print_form(own(id), current_account())

    def _apply(self, id: int, action: Callable[..., None], said: str, onward: str) -> Any:
        own(id)
        try:
            action(db.session, current_account(), id)
        except NotFound:
            abort(404)
        except Refused as refused:
            flash(f"{refused.sentence}。", "warn")
            return redirect(self.link("progress", id=id))
        flash(said, "ok")
        return redirect(self.link(onward, **({} if onward == "index_view" else {"id": id})))


def _progress_steps(row: ChangeRequest, matter: Matter) -> list[Step]:
    """Progress steps of a submitted request as (title, note, state)."""
    reviews = [
        (
            step.title,
            "",
            StepState.DONE if place < row.step else StepState.NOW if place == row.step else StepState.TODO,
        )
        for place, step in enumerate(matter.steps)
    ]
    return [("提交", "", StepState.DONE), *reviews, ("生效", "", StepState.TODO)]


def _url(row: ChangeRequest) -> str:
    return url_for("panel_filing.progress", id=row.id)


def actions_of(who: Account, certificate: Certificate | None, person: Person | None) -> list[dict[str, Any]]:
    """Buttons on a record's page: matters the office may start about it, each with the reason if it may
    not."""
    if who.role not in REVIEWERS:
        return []
    try:
        subject_of(db.session, who, certificate.id if certificate else None, person.id if person else None)
    except Refused as refused:
        why = refused.sentence
    else:
        why = ""
    about = {"certificate": certificate.id} if certificate else {"person": person.id if person else 0}
    about_whom = certificate.person if certificate else person
    return [
        {
            "code": one.matter.code,
            "label": _label(one),
            "why": why or one.sentence,
            "draft": one.draft.id if one.draft else 0,
            "about": about,
        }
        for one in list_eligibility(db.session, who, certificate, about_whom)
    ]


def _label(offer: Eligibility) -> str:
    """Label of a button; where a choice is asked, with its first options: 暂扣、撤销等…."""
    matter = offer.matter
    kinds = [
        field.resolved for field in matter.asked if isinstance(REGISTER_FIELDS.get(field.path), StatusField)
    ]
    if matter.requires_confirmation and kinds and isinstance(kinds[0], Choice):
        return f"{'、'.join(label for _, label in kinds[0].options[:2])}等…"
    return matter.action
