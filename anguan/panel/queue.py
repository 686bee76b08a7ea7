"""待审队列 and 已办. Deciding happens on the page of one request."""

from collections.abc import Sequence

from flask_login import current_user
from sqlalchemy import ColumnElement
from sqlalchemy.orm import joinedload

from anguan.grammar.lifecycle import SUBMITTED
from anguan.models import ChangeRequest
from anguan.panel import words
from anguan.panel.filters import Hidden, OneOf
from anguan.panel.requests import RequestList, is_due, is_of_kind, is_waiting, number_or_none

DUE = (("overdue", "已逾期"), ("today", "今天到期"), ("soon", "两个工作日内"))
DONE = (
    ("approved", "已通过"),
    ("rejected", "不通过"),
    ("returned", "退回补正"),
    ("decided", "已决定，未生效"),
    ("withdrawn", "已撤销"),
    ("lapsed", "超时失效"),
)


class QueueView(RequestList):
    """待审队列: what waits for a decision, the promised day first. A search looks at everything filed."""

    column_list = (
        "number",
        "matter",
        "kind",
        "applicant_name",
        "document",
        "unit",
        "change",
        "due_at",
        "state",
    )
    order = (ChangeRequest.due_at, ChangeRequest.id)
    nothing = ("没有等待审核的申请。", "今天的件办完了。")
    list_template = "admin/queue.html"
    row_deeds = True
    column_filters = (
        OneOf(
            "matter",
            "事项",
            lambda s: list(words.matter_titles(s).items()),
            lambda v: ChangeRequest.matter == v,
        ),
        OneOf("kind", "证书类", words.kinds, is_of_kind),
        OneOf("region", "地区", words.regions, lambda v: ChangeRequest.region == v),
        OneOf("due", "到期", DUE, is_due),
        Hidden("person", "本人", lambda v: ChangeRequest.person_id == number_or_none(v)),
    )

    def always(self, searching: bool) -> Sequence[ColumnElement[bool]]:
        """Waiting ones, unless somebody looks for one."""
        return () if searching else is_waiting()


class DoneView(RequestList):
    """已办: what was decided, withdrawn or sent back, the latest first."""

    column_list = (
        "number", "matter", "kind", "applicant_name", "document", "unit", "change", "changed_at", "reviewer",
        "state",
    )  # fmt: skip
    options = (*RequestList.options, joinedload(ChangeRequest.last_reviewer))
    order = (ChangeRequest.submitted_at.desc(), ChangeRequest.id.desc())
    nothing = ("还没有办过的申请。", "")
    column_filters = (
        OneOf(
            "matter",
            "事项",
            lambda s: list(words.matter_titles(s).items()),
            lambda v: ChangeRequest.matter == v,
        ),
        OneOf("state", "结果", DONE, lambda v: ChangeRequest.state == v),
        OneOf("kind", "证书类", words.kinds, is_of_kind),
        OneOf("region", "地区", words.regions, lambda v: ChangeRequest.region == v),
        OneOf(
            "mine", "办理人", (("me", "我办的"),), lambda _: ChangeRequest.last_reviewer_id == current_user.id
        ),
        Hidden("person", "本人", lambda v: ChangeRequest.person_id == number_or_none(v)),
    )

    def always(self, searching: bool) -> Sequence[ColumnElement[bool]]:
        """All but those that wait."""
        return () if searching else [ChangeRequest.state != SUBMITTED]
