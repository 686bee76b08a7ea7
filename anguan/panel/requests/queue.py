"""待审队列 and 已办: lists of waiting and of decided requests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import redirect, request
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, ScalarSelect, exists, func, select, true
from sqlalchemy.orm import joinedload, selectinload

from anguan.core import clock
from anguan.core.lifecycle import DECIDED, SUBMITTED
from anguan.domain.review_permissions import REVIEWERS, is_reviewable_by, is_waiting
from anguan.extensions import db
from anguan.models import ChangeItem, ChangeRequest
from anguan.panel.common import formatting
from anguan.panel.common.filters import OfRecord, OneOf, Tab
from anguan.panel.common.guard import current_account, id_from_text
from anguan.panel.common.routing import expose
from anguan.panel.requests.check_summary import render_counts
from anguan.panel.requests.claim_column import is_mine, read_claims, render_claim
from anguan.panel.requests.request_list import RequestList, format_step, is_due, is_of_kind
from anguan.panel.review.undo import undo_decision
from anguan.services.stored_findings import stored_counts
from anguan.web.access import require_roles

DUE = (("overdue", "已逾期"), ("today", "今天到期"), ("soon", "两个工作日内"))
VIEWS = (
    ("green", "全绿可批"),
    ("doubt", "有警告"),
    ("insurance", "社保"),
    ("kind_b", "B 类"),
    ("mine", "我的"),
)
COUNTED = 1000
DONE = (
    ("approved", "已通过"),
    ("rejected", "不通过"),
    ("returned", "退回补正"),
    ("decided", "已决定，未生效"),
    ("withdrawn", "已撤销"),
    ("lapsed", "超时失效"),
)
MATTER = OneOf(
    "matter",
    "事项",
    lambda session: list(formatting.matter_titles(session).items()),
    lambda value: ChangeRequest.matter == value,
)
KIND = OneOf("kind", "证书类", formatting.kinds, is_of_kind)
REGION = OneOf("region", "地区", formatting.regions, lambda value: ChangeRequest.region == value)
PERSON = OfRecord("person", "本人", ChangeRequest.person_id)


def is_in_view(view: str) -> ColumnElement[bool]:
    """Condition of a saved view. A request that is still to be judged is neither green nor in doubt."""
    if view in ("green", "doubt"):
        return ChangeRequest.is_green == (view == "green")
    if view == "mine":
        return is_mine()
    if view == "kind_b":
        return is_of_kind("B")
    if view == "insurance":
        return exists().where(
            ChangeItem.request_id == ChangeRequest.id,
            ChangeItem.round == ChangeRequest.round,
            ChangeItem.path == "certificate.unit",
            ChangeItem.after != ChangeItem.before,
        )
    return true()


class QueueView(RequestList):
    """待审队列: requests that wait for this reviewer, by due date. A search covers every submitted
    request."""

    column_list = (
        "pick", "number", "matter", "kind", "person", "document", "unit", "change", "check", "due_at",
        "holder",
    )  # fmt: skip
    column_export_list = (
        "number", "matter", "kind", "applicant_name", "document", "unit", "change", "due_at", "state",
    )  # fmt: skip
    cells = RequestList.cells | {
        "pick": lambda row: render_checkbox(row),
        "matter": lambda row: format_step(row),
        "check": lambda row: (
            render_counts(stored_counts(row)) if row.state == SUBMITTED else formatting.QUIET
        ),
        "due_at": lambda row: (
            formatting.days_left_and_reminder(row) if row.state == SUBMITTED else formatting.state(row.state)
        ),
        "holder": render_claim,
    }
    order = (ChangeRequest.due_at, ChangeRequest.id)
    nothing = ("没有等待您审核的申请。", "今天的件办完了。")
    list_template = "admin/queue.html"
    column_filters = (
        Tab("view", "视图", VIEWS, is_in_view),
        MATTER,
        KIND,
        REGION,
        OneOf("due", "到期", DUE, is_due),
        PERSON,
    )

    def always(self, searching: bool) -> Sequence[ColumnElement[bool]]:
        """Requests that wait for this reviewer, without limit for a search; auditors see all waiting ones."""
        if searching:
            return ()
        if current_user.role not in REVIEWERS:
            return is_waiting()
        return [*is_waiting(), is_reviewable_by(current_account())]

    def get_list(self, *asked: Any, **more: Any) -> tuple[int, list[Any]]:
        """The rows of one page, with their claims loaded."""
        count, rows = super().get_list(*asked, **more)
        read_claims(rows)
        return count, rows

    def lead(self) -> str:
        """Numbers of requests that are overdue or due today, in words."""
        waits = [*self.within(), *self.always(False)]
        counts = [self._count(*waits, is_due(within)) for within in ("overdue", "today")]
        overdue, today = db.session.execute(select(counts[0], counts[1])).one()
        parts = [
            f"今天到期 {today - overdue} 件" if today > overdue else "",
            f"逾期 {overdue} 件" if overdue else "",
        ]
        return "，".join(part for part in parts if part)

    def _count(self, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
        keys = select(ChangeRequest.id).where(*conditions).limit(COUNTED).subquery()
        return select(func.count()).select_from(keys).scalar_subquery()


def render_checkbox(row: ChangeRequest) -> Any:
    """Checkbox that adds a request to a batch."""
    if row.state != SUBMITTED:
        return ""
    return Markup('<input type="checkbox" name="id" value="{}" form="batch" aria-label="选择 {}">').format(
        row.id, row.number
    )


class DoneView(RequestList):
    """已办: decided, withdrawn and returned requests, the last decided first, so that 撤回 is at hand."""

    column_list = (
        "number", "matter", "kind", "person", "document", "unit", "change", "decided_at", "reviewer", "state",
    )  # fmt: skip
    column_export_list = (
        "number", "matter", "kind", "applicant_name", "document", "unit", "change", "decided_at", "reviewer",
        "state",
    )  # fmt: skip
    options = (
        *RequestList.options,
        joinedload(ChangeRequest.last_reviewer),
        selectinload(ChangeRequest.decisions),
    )
    order = (ChangeRequest.decided_at.desc(), ChangeRequest.id.desc())
    nothing = ("还没有办过的申请。", "")
    list_template = "admin/done.html"
    row_actions = True
    column_filters = (
        MATTER,
        OneOf("state", "结果", DONE, lambda value: ChangeRequest.state == value),
        KIND,
        REGION,
        OneOf(
            "mine", "办理人", (("me", "我办的"),), lambda _: ChangeRequest.last_reviewer_id == current_user.id
        ),
        PERSON,
    )

    def always(self, searching: bool) -> Sequence[ColumnElement[bool]]:
        """All requests that are not waiting; no limit for a search."""
        return () if searching else [ChangeRequest.state != SUBMITTED]

    def until(self, row: ChangeRequest) -> datetime | None:
        """Until when this visitor may undo the decision; None when they may not."""
        last = next((one for one in reversed(row.decisions) if one.undone_at is None), None)
        if row.state != DECIDED or last is None or current_user.role not in REVIEWERS:
            return None
        may = last.actor_id == current_user.id or current_user.role == "senior_reviewer"
        return last.effective_at if may and last.effective_at > clock.now() else None

    def seconds(self, row: ChangeRequest) -> int:
        """Seconds left to undo the decision."""
        until = self.until(row)
        return int((until - clock.now()).total_seconds()) if until else 0

    @expose("/undo", methods=("POST",))
    @require_roles(*REVIEWERS)
    def undo(self) -> Any:
        """撤回: undo the decision; the request returns to the claim of its reviewer."""
        row = self.get_one(id_from_text(request.form.get("id", "")))
        undo_decision(row.id, row.number)
        return redirect(self.link("index_view"))
