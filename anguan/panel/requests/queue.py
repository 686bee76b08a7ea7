"""待审队列 and 已办: lists of waiting and of decided requests."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import redirect, request
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, exists, true
from sqlalchemy.orm import joinedload, selectinload

from anguan.core import clock
from anguan.core.lifecycle import DECIDED, SUBMITTED
from anguan.domain.review_permissions import REVIEWERS, is_reviewable_by, is_waiting
from anguan.models import ChangeItem, ChangeRequest
from anguan.panel.common import formatting
from anguan.panel.common.guard import current_account, id_from_text
from anguan.panel.common.routing import expose
from anguan.panel.lists.filters import OfRecord, OneOf, Tab
from anguan.panel.lists.list_query import Order
from anguan.panel.requests.check_summary import render_counts
from anguan.panel.requests.claim_column import HolderFilter, is_mine, read_claims, render_claim
from anguan.panel.requests.request_list import RequestList, format_step, is_due, is_of_kind
from anguan.panel.review.undo import undo_decision
from anguan.services.stored_findings import stored_counts
from anguan.web.access import require_roles

DUE = (("overdue", "已逾期"), ("today", "今天到期"), ("soon", "两个工作日内"))
VIEWS = (
    ("green", "全绿可批"),
    ("doubt", "有警告"),
    ("again", "补正后再审"),
    ("insurance", "社保"),
    ("kind_b", "B 类"),
    ("mine", "我的"),
)
ROUNDS = (("first", "首次提交"), ("again", "补正后再审"))
DONE = (
    ("approved", "已通过"),
    ("rejected", "不通过"),
    ("returned", "退回补正"),
    ("decided", "已决定，未生效"),
    ("withdrawn", "已撤销"),
    ("lapsed", "已作废"),
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
    if view == "again":
        return is_in_round("again")
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


def is_in_round(which: str) -> ColumnElement[bool]:
    """Condition for requests in their first round, or in a later one, after a correction."""
    return ChangeRequest.round > 1 if which == "again" else ChangeRequest.round <= 1


class QueueView(RequestList):
    """待审队列: requests that wait for this reviewer, by due date."""

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
    fixed = ("pick", "number")
    more_columns = ("submitted_at",)
    order = Order(ChangeRequest.due_at)
    sorts = RequestList.sorts | {"due_at": ChangeRequest.due_at}
    nothing = ("没有等待您审核的申请。", "今天的件办完了。")
    list_template = "admin/queue.html"
    column_filters = (
        Tab("view", "视图", VIEWS, is_in_view),
        MATTER,
        KIND,
        REGION,
        OneOf("due", "到期", DUE, is_due),
        HolderFilter(),
        OneOf("round", "轮次", ROUNDS, is_in_round),
        PERSON,
    )

    def always(self, searching: bool) -> Sequence[ColumnElement[bool]]:
        """Requests that wait for this reviewer; auditors see all waiting ones."""
        if current_user.role not in REVIEWERS:
            return is_waiting()
        return [*is_waiting(), is_reviewable_by(current_account())]

    def prepare(self, rows: Sequence[ChangeRequest]) -> None:
        """Load the claims of these requests."""
        read_claims(rows)

    def extra_counts(self) -> Sequence[Sequence[ColumnElement[bool]]]:
        """Requests that are overdue, and those that are due by the end of today."""
        return [[*self.always(False), is_due(span)] for span in ("overdue", "today")]

    def lead(self, counts: Sequence[int]) -> str:
        """The numbers of requests that are overdue and due today, in words."""
        overdue, today = counts
        parts = [
            f"今天到期 {today - overdue} 件" if today > overdue else "",
            f"逾期 {overdue} 件" if overdue else "",
        ]
        return "，".join(part for part in parts if part)


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
    more_columns = ("submitted_at",)
    order = Order(ChangeRequest.decided_at, descending=True)
    sorts = RequestList.sorts | {"decided_at": ChangeRequest.decided_at}
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
        """All requests that are not waiting."""
        return [ChangeRequest.state != SUBMITTED]

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
