"""Forms of a matter's materials and rules: rows that override what the code declares."""

from typing import Any

from flask import request
from sqlalchemy import select
from wtforms import Form

from anguan.extensions import db
from anguan.models import MaterialConfig, RuleConfig
from anguan.panel.common.routing import expose
from anguan.panel.lists.editing import known
from anguan.panel.matter_config.materials import (
    MaterialForm,
    asked_code,
    declared_material,
    fill_form,
    row_of,
    trim_values,
)
from anguan.panel.matter_config.matters import CODES, MatterPart
from anguan.panel.matter_config.rules import RuleForm


class MaterialView(MatterPart):
    """材料."""

    form = MaterialForm
    part = "materials"
    create_template = edit_template = "admin/material.html"
    help = "改动立即对新的和未提交的申请生效；已提交的申请仍按提交时的材料清单。"

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """A declared material that has a row already is edited instead."""
        row = row_of(self.matter(), asked_code()) if asked_code() else None
        return self.open_form(row)

    def is_declared(self) -> bool:
        """True when the URL names a declared material of the matter."""
        return declared_material(self.matter(), asked_code()) is not None

    def prefill(self) -> MaterialConfig:
        """The declared texts, or an empty material."""
        return fill_form(self.matter(), asked_code())

    def adapt(self, form: Form, row: Any, sent: bool) -> None:
        """The code is fixed; empty columns are shown with the declared texts."""
        if row is None or not row.sample_file:
            del form["drop_sample"]
        if row is None:
            if self.is_declared():
                del form["code"]
            return
        del form["code"]
        if not sent and declared_material(row.matter, row.code) is not None:
            plain = fill_form(row.matter, row.code)
            for name in ("title", "hint", "accept", "limit_mb"):
                form[name].data = form[name].data or getattr(plain, name)

    def complete(self, values: dict[str, Any]) -> dict[str, Any]:
        """A declared material keeps its code."""
        values = {"code": asked_code(), **values} if self.is_declared() else values
        return super().complete(values)

    def values(self, form: Form) -> dict[str, Any]:
        """Only what differs from the declaration, and the sample file: a new one, the old one, or none."""
        values = super().values(form)
        sample, gone = values.pop("sample", None), values.pop("drop_sample", False)
        row = self.get_one(request.args["id"]) if request.args.get("id") else None
        values["sample_file"] = sample or (row.sample_file if row is not None and not gone else None)
        if row is not None:
            return trim_values(values, row.matter, row.code)
        return trim_values(values, self.matter(), asked_code())

    def describe_row(self, row: MaterialConfig) -> str:
        """Title of the material."""
        plain = declared_material(row.matter, row.code)
        return row.title or (plain.title if plain else row.code)


class RuleView(MatterPart):
    """校验规则."""

    form = RuleForm
    part = "rules"
    asks_again = True
    help = "“不检查”以后，系统不再核对这一条，由审核员看材料把关。"

    def rule(self) -> str:
        """The declared rule in the URL."""
        return known(request.args.get("rule", ""), {rule.code for rule in CODES[self.matter()].rules})

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """A rule that has a row already is edited instead."""
        row = db.session.scalar(
            select(RuleConfig).where(RuleConfig.matter == self.matter(), RuleConfig.rule == self.rule())
        )
        return self.open_form(row)

    def is_declared(self) -> bool:
        """Every rule is declared."""
        return True

    def prefill(self) -> RuleConfig:
        """The declared severity."""
        rule = next(rule for rule in CODES[self.matter()].rules if rule.code == self.rule())
        return RuleConfig(severity=rule.severity)

    def complete(self, values: dict[str, Any]) -> dict[str, Any]:
        """The rule in the URL."""
        return super().complete({"rule": self.rule(), **values})

    def heading(self, row: Any) -> str:
        """Title of the rule."""
        return f"校验规则：{self.describe_row(row if row is not None else None)}"

    def describe_row(self, row: RuleConfig | None) -> str:
        """Title of the rule."""
        matter, code = (row.matter, row.rule) if row is not None else (self.matter(), self.rule())
        return next((rule.title for rule in CODES[matter].rules if rule.code == code), code)
