"""参数: policies of the authority, declared defaults and changed values."""

import re
import string
from collections.abc import Mapping
from typing import Any

from flask import abort
from flask_admin.helpers import get_form_data
from sqlalchemy import select
from wtforms import Form
from wtforms.validators import ValidationError

from anguan.domain.policies import DECLARED
from anguan.domain.policy_fields import SWITCH, PolicyDeclaration
from anguan.extensions import db
from anguan.models import PolicyValue
from anguan.panel.common.form_fields import choice, text
from anguan.panel.common.routing import expose
from anguan.panel.lists.editing import SettingView

SHAPE = "格式写错了，例如 {prov}水安{kind}{year}{seq:07d}"
FIXED = "对已提交的申请不起作用：它们按首次提交时的值办到底。"
PARTS = frozenset({"prov", "kind", "year", "seq"})


class PolicyView(SettingView):
    """参数: one line per declared policy, with or without a row; there are no others."""

    can_create = False
    asks_again = True
    form = type("PolicyForm", (Form,), {"value": text("值")})
    delete_note = "恢复为系统默认值。"

    @expose("/")
    def index_view(self) -> str:
        """The policies by group."""
        rows = dict(db.session.execute(select(PolicyValue.name, PolicyValue.value)).all())
        groups: dict[str, list[Mapping[str, Any]]] = {}
        for name, policy in DECLARED.items():
            value = rows.get(name, policy.default)
            groups.setdefault(policy.group, []).append(
                {
                    "policy": policy,
                    "value": format_value(policy, value),
                    "default": format_value(policy, policy.default),
                    "turned": name in rows and rows[name] != policy.default,
                    "row": name in rows,
                }
            )
        return self.render("admin/policies.html", groups=groups, may_edit=self.may("edit_view"))

    def scope(self, values: Mapping[str, Any]) -> str:
        """All policies share one scope."""
        return "policies"

    def read_key(self, text: str) -> str:
        """A declared name; aborts with 404 for all others, internal rows of the table included."""
        if text not in DECLARED:
            abort(404)
        return text

    def get_one(self, id: Any) -> PolicyValue:
        """The row, or an unsaved one with the declared value."""
        name = self.read_key(str(id))
        found = db.session.get(PolicyValue, name)
        return found or PolicyValue(name=name, value=DECLARED[name].default)

    def edit_form(self, obj: PolicyValue | None = None) -> Form:
        """A form for the kind of the policy."""
        policy = DECLARED[obj.name if obj is not None else ""]
        options = {"switch": tuple(SWITCH.items()), "choice": policy.options}.get(policy.kind, ())
        hint = format_hint(policy)
        field = choice(policy.title, options, hint=hint) if options else text(policy.title, 500, False, hint)

        def validate_value(form: Form, entered: Any) -> None:
            check(policy, entered.data or "")

        fitting = type("PolicyForm", (Form,), {"value": field, "validate_value": validate_value})
        form: Form = fitting(get_form_data(), obj=obj)
        return form

    def update_model(self, form: Form, model: PolicyValue) -> Any:
        """Insert or update the row and publish a version."""
        name, value = model.name, (form["value"].data or "").strip()
        words = f"修改参数“{DECLARED[name].title}”为“{format_value(DECLARED[name], value)}”"

        def write(session: Any) -> None:
            if not self.kept(form, self.get_one(name)):
                session.merge(PolicyValue(name=name, value=value))

        return self._publish(form, "policies", words, write)

    def heading(self, row: PolicyValue) -> str:
        """Heading with the title of the policy."""
        return f"参数：{self.describe_row(row)}"

    def describe_row(self, row: PolicyValue) -> str:
        """Title of the policy."""
        return DECLARED[row.name].title


def format_value(policy: PolicyDeclaration, value: str) -> str:
    """A value in words."""
    if policy.kind == "switch":
        return SWITCH.get(value, value)
    return f"{dict(policy.options).get(value, value)} {policy.unit}".strip() or "（空）"


def format_hint(policy: PolicyDeclaration) -> str:
    """Valid values, the default, its legal basis, and what a value risks."""
    limits = (
        f"{policy.minimum} 到 {policy.maximum} 之间的整数（{policy.unit}）。"
        if policy.kind == "whole"
        else ""
    )
    basis = f"依据：{policy.basis}。" if policy.basis else ""
    reach = FIXED if policy.fixed else ""
    return f"{limits}系统默认：{format_value(policy, policy.default)}。{basis}{reach}{policy.warning}"


def check(policy: PolicyDeclaration, text: str) -> None:
    """Validate a typed value. Raises ValidationError."""
    try:
        policy.value(text)
    except ValueError as fault:
        raise ValidationError(str(fault).removeprefix(f"{policy.title}：")) from None
    if policy.name != "certificate_number":
        return
    try:
        pieces = [piece[1:] for piece in string.Formatter().parse(text) if piece[1] is not None]
    except ValueError:
        raise ValidationError(SHAPE) from None
    parts = {name for name, _, _ in pieces}
    if any(turned or not re.fullmatch(r"(0[1-9]d)?", spec or "") for _, spec, turned in pieces):
        raise ValidationError(SHAPE)
    if not parts <= PARTS or not {"kind", "year", "seq"} <= parts or len(text) > 50:
        raise ValidationError("只能用 {prov} {kind} {year} {seq}，并且要有 {kind}、{year} 和 {seq}")
