"""双随机抽查: random audit samples, their results, and the form that draws a sample."""

from datetime import date, timedelta
from typing import Any

from flask import flash, g, redirect, request, url_for
from flask_login import current_user

from anguan.core import clock
from anguan.domain.policies import load_policies
from anguan.extensions import db
from anguan.infra.events import SYSTEM
from anguan.models import AuditSample
from anguan.panel.common import formatting
from anguan.panel.common.guard import current_account
from anguan.panel.common.routing import expose
from anguan.panel.lists.list_query import Order
from anguan.panel.lists.listing import GuardedView
from anguan.services.refusals import Refused
from anguan.services.review import audits
from anguan.web.access import require_roles
from anguan.web.forms import FormField


class AuditSampleView(GuardedView):
    """双随机抽查: audit samples, read by those who oversee the office."""

    allowed_roles = ("senior_reviewer", "administrator", "auditor")
    can_view_details = False
    stock_routes = frozenset({"index_view"})
    list_template = "admin/audit_samples.html"
    noun = "次"
    cut = ("actor_name",)
    nothing = ("还没有抽查过。", "每月一日自动抽查上月办结的申请，也可以现在抽。")
    column_list = ("drawn_at", "days", "per_mille", "decided", "drawn", "done", "disagreed", "actor_name")
    column_labels = {
        "drawn_at": "抽取时间", "days": "办结日期", "per_mille": "比例", "decided": "办结件数",
        "drawn": "抽取件数", "done": "已复查", "disagreed": "不一致", "actor_name": "抽取人",
    }  # fmt: skip
    cells = {
        "drawn_at": lambda row: formatting.moment(row.drawn_at),
        "decided": lambda row: formatting.QUIET if current_user.region else row.decided,
        "days": lambda row: formatting.number(f"{row.first_day} 至 {row.last_day}"),
        "per_mille": lambda row: f"{row.per_mille}‰",
        "drawn": lambda row: formatting.link(
            url_for("panel_audit.index_view", flt_draw=row.id),
            f"{sum(format_outcomes(row.id).values())} 件",
        ),
        "done": lambda row: format_outcomes(row.id)["agreed"] + format_outcomes(row.id)["disagreed"],
        "disagreed": lambda row: format_outcomes(row.id)["disagreed"],
        "actor_name": lambda row: row.actor_name if row.actor_id else SYSTEM.name,
    }
    exports = {"drawn": lambda row: sum(format_outcomes(row.id).values())}
    order = Order(AuditSample.id, descending=True)
    sorts = {"drawn_at": AuditSample.id}

    @expose("/new", methods=("GET", "POST"))
    @require_roles(*audits.MANAGERS)
    def draw(self) -> Any:
        """The form of a new sample, and the draw."""
        fields = build_fields(request.form if request.method == "POST" else None)
        if request.method != "POST":
            return self._show(fields)
        first, last, count = read_day(fields[0]), read_day(fields[1]), read_count(fields[2])
        if first is None or last is None or count is None:
            return self._show(fields), 400
        try:
            sample = audits.draw_sample(db.session, current_account(), first, last, count)
        except Refused as refused:
            fields[0].error = f"{refused.sentence}。"
            return self._show(fields), 400
        made = sum(format_outcomes(sample.id).values())
        flash(
            f"{sample.first_day} 至 {sample.last_day} 办结 {sample.decided} 件，"
            f"抽取 {made} 件，已通知复查人。",
            "ok",
        )
        return redirect(self.link("index_view"))

    def _show(self, fields: list[FormField]) -> str:
        faults = [(field.name, field.error) for field in fields if field.error]
        return self.render("admin/audit_sample.html", fields=fields, faults=faults)


def build_fields(form: Any) -> list[FormField]:
    """起止日期 and 比例 (per mille): what was typed, else the defaults of the policies."""
    policy, today = load_policies(db.session), clock.today()
    plain = {
        "first": str(today - timedelta(days=policy.audit_days - 1)),
        "last": str(today),
        "per_mille": str(policy.audit_per_mille),
    }
    typed = {
        name: form.get(name, "").strip()[:20] if form is not None else text for name, text in plain.items()
    }
    day = {"placeholder": "2026-01-31", "maxlength": "10", "autocomplete": "off"}
    return [
        FormField("first", "办结日期从", hint="年-月-日", value=typed["first"], width=12, attributes=day),
        FormField("last", "到", hint="年-月-日，不晚于今天", value=typed["last"], width=12, attributes=day),
        FormField(
            "per_mille", "抽查比例（‰）", hint="1 到 1000；至少抽 1 件", value=typed["per_mille"], width=6,
            attributes={"inputmode": "numeric", "maxlength": "4", "autocomplete": "off"},
        ),
    ]  # fmt: skip


def read_day(field: FormField) -> date | None:
    """The typed date; None when it is invalid, with the error on the field."""
    try:
        return date.fromisoformat(field.value)
    except ValueError:
        field.error = f"{field.label}：请按年-月-日填写，例如 2026-01-31。"
        return None


def read_count(field: FormField) -> int | None:
    """The typed share per mille; None when it is invalid, with the error on the field."""
    if field.value.isascii() and field.value.isdigit() and 1 <= int(field.value) <= 1000:
        return int(field.value)
    field.error = "抽查比例：填 1 到 1000 之间的整数。"
    return None


def format_outcomes(id: int) -> dict[str, int]:
    """Audit results of one sample, cached per request."""
    known: dict[int, dict[str, int]] = g.setdefault("draw_tallies", {})
    if id not in known:
        known[id] = audits.count_outcomes(db.session, id, current_user.region)
    return known[id]
