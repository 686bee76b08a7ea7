"""抽查复查: randomly selected decided requests, audited by a randomly selected reviewer."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, request
from flask_login import current_user
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload

from anguan.core import clock
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.models import Audit
from anguan.panel.common import formatting
from anguan.panel.common.guard import REGISTER, current_account
from anguan.panel.common.routing import expose
from anguan.panel.lists.filters import OfRecord, OneOf
from anguan.panel.lists.listing import GuardedView
from anguan.panel.requests.request_access import get_visible_or_404, record_view
from anguan.panel.review import review_presenter
from anguan.panel.review.document_viewer import build_viewer
from anguan.services.refusals import NotFound, Refused
from anguan.services.review import audits
from anguan.services.review.review_view import load_review
from anguan.web.access import require_roles
from anguan.web.forms import FormField
from anguan.web.status_signs import Sign

ID = "<id:id>"
OUTCOMES = (("open", "待复查"), ("agreed", "一致"), ("disagreed", "不一致"))
SIGNS = {"open": Sign.WAITING, "agreed": Sign.GOOD, "disagreed": Sign.BAD}
ANSWERS = OUTCOMES[1:]


class AuditView(GuardedView):
    """抽查复查: a reviewer sees their own audits; those who oversee the office see all."""

    allowed_roles = REGISTER
    can_view_details = False
    stock_routes = frozenset({"index_view"})
    list_template = "admin/audits.html"
    row_actions = True
    noun = "件"
    cut = ("matter", "person", "account", "opinion")
    nothing = ("没有抽中的申请。", "每月一日从上月办结的申请里随机抽取。")
    column_list = ("number", "matter", "person", "result", "draw", "account", "outcome", "opinion", "done_at")
    column_labels = {
        "number": "受理编号", "matter": "事项", "person": "姓名", "result": "原结果", "draw": "抽查",
        "account": "复查人", "outcome": "结论", "opinion": "意见", "done_at": "复查时间",
    }  # fmt: skip
    cells = {
        "number": lambda row: formatting.number(row.request.number),
        "matter": lambda row: formatting.matter_titles(db.session).get(
            row.request.matter, row.request.matter
        ),
        "person": lambda row: row.request.applicant_name,
        "result": lambda row: formatting.state(row.request.state),
        "draw": lambda row: formatting.day(clock.beijing(row.sample.drawn_at).date()),
        "account": lambda row: row.account.name,
        "outcome": lambda row: format_outcome(row),
        "opinion": lambda row: formatting.shorten(row.opinion) if row.opinion else formatting.QUIET,
        "done_at": lambda row: formatting.moment(row.done_at) if row.done_at else formatting.QUIET,
    }
    exports = {
        "opinion": lambda row: row.opinion,
        "outcome": lambda row: dict(OUTCOMES)[row.outcome or "open"],
    }
    options = (joinedload(Audit.request), joinedload(Audit.account), joinedload(Audit.sample))
    order = (Audit.done_at.is_not(None), Audit.id.desc())
    column_filters = (
        OneOf("outcome", "结论", OUTCOMES, lambda value: has_outcome(value)),
        OneOf("mine", "复查人", (("me", "我的"),), lambda _: Audit.account_id == current_user.id),
        OfRecord("draw", "这一次抽查", Audit.sample_id),
    )

    def within(self) -> Sequence[ColumnElement[bool]]:
        """A reviewer's own audits; those who oversee the office see all of their region."""
        own = [Audit.account_id == current_user.id] if current_user.role == "reviewer" else []
        return [*super().within(), *own]

    def concludes(self, row: Audit) -> bool:
        """True when this visitor has to conclude the audit."""
        return row.done_at is None and row.account_id == current_user.id and current_user.role in REVIEWERS

    @expose(f"/{ID}")
    @require_roles(*REVIEWERS, "auditor")
    def details(self, id: int) -> str:
        """The decided request, read-only, with the form for the result."""
        row = self.get_one(str(id))
        record_view(get_visible_or_404(row.request_id))
        return self.show(id)

    @expose(f"/{ID}/conclude", methods=("POST",))
    @require_roles(*REVIEWERS)
    def conclude(self, id: int) -> Any:
        """Record the result, 一致 or 不一致, once."""
        outcome, opinion = request.form.get("outcome", ""), request.form.get("opinion", "")
        self.get_one(str(id))
        try:
            audits.conclude(db.session, current_account(), id, outcome, opinion)
        except NotFound:
            flash("这件抽查由抽中的复查人给出结论。", "warn")
        except Refused as refused:
            if self.get_one(str(id)).done_at is not None:
                flash(f"{refused.sentence}。", "warn")
                return redirect(self.link("details", id=id))
            at = "outcome" if outcome not in dict(ANSWERS) else "opinion"
            return self.show(id, (at, f"{refused.sentence}。")), 400
        else:
            flash("结论已记录。", "ok")
        return redirect(self.link("index_view"))

    def show(self, id: int, fault: tuple[str, str] | None = None) -> str:
        """Page of an audit, with what was typed."""
        row: Audit = self.get_one(str(id))
        found = get_visible_or_404(row.request_id)
        review = load_review(db.session, found)
        said = dict([fault] if fault else [])
        chosen, typed = request.form.get("outcome", ""), request.form.get("opinion", "")
        return self.render(
            "admin/audit.html",
            row=row,
            found=found,
            review=review,
            lines=review_presenter.build_lines(review, False, True),
            documents=build_viewer(review),
            decisions=review_presenter.standing_decisions(found.decisions),
            state=formatting.STATES[found.state],
            outcome=dict(OUTCOMES)[row.outcome or "open"],
            concludes=self.concludes(row),
            faults=[fault] if fault else [],
            answer=FormField(
                "outcome", "结论", "radio", "", chosen, said.get("outcome", ""), options=ANSWERS
            ),
            opinion=FormField(
                "opinion", "意见", "textarea", "不一致的必填：哪里不一致，依据哪份材料", typed,
                said.get("opinion", ""), False, attributes={"rows": "4", "maxlength": "1000"},
            ),
        )  # fmt: skip


def has_outcome(outcome: str) -> ColumnElement[bool]:
    """Condition for audits with this result; `open` means none yet."""
    return Audit.outcome.is_(None) if outcome == "open" else Audit.outcome == outcome


def format_outcome(row: Audit) -> Any:
    """The result with its sign."""
    kind = row.outcome or "open"
    return formatting.signed(SIGNS[kind], dict(OUTCOMES)[kind])
