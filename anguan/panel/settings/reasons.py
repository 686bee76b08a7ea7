"""退回理由: stored reasons for reviewers; their blanks are filled in for each request."""

from collections.abc import Mapping
from typing import Any

from wtforms import Form
from wtforms.validators import ValidationError

from anguan.core.placeholders import names_in
from anguan.domain.reason_blanks import KNOWN, OPEN, template_error
from anguan.extensions import db
from anguan.matters.catalog import CATALOG
from anguan.models import Reason
from anguan.panel.common import formatting
from anguan.panel.common.editing import SettingView
from anguan.panel.common.form_fields import choice, switch, text, text_area, whole_number

BLANKS = (
    "可以写变量，审核时自动填上："
    + "、".join(f"{{{name}}}（{meaning}）" for name, (meaning, _) in KNOWN.items())
    + "；由审核人员填写的空格："
    + "、".join(f"{{{name}}}" for name in OPEN)
    + "。"
)


def items() -> list[tuple[str, str]]:
    """Every item of all matters that can be sent back for correction."""
    found: dict[str, str] = {}
    for matter in CATALOG:
        for field in matter.asked:
            place = "证书" if field.path.startswith("certificate.") else "个人信息"
            found.setdefault(f"field:{field.path}", f"项目：{field.label}（{place}）")
        for code, title in matter.material_titles.items():
            found.setdefault(f"paper:{code}", f"材料：{title}")
    return sorted(found.items(), key=lambda entry: entry[1])


class ReasonForm(Form):
    """A stored reason."""

    code = text("代码", 38, code=True, hint="保存后不能改。")
    matter = choice(
        "用于事项", lambda: (("", "所有事项"), *formatting.matter_titles(db.session).items()), required=False
    )
    item = choice("对应的项目或材料", lambda: (("", "不限"), *items()), required=False)
    sentence = text("理由", 500, hint=f"申请人看到的话。{BLANKS}")
    remedy = text_area("怎样补正", 500, hint="接在理由后面一起给申请人。")
    clause = text("依据", 500, required=False)
    position = whole_number("次序", 0, 9999)
    retired = switch("停用")

    def validate_sentence(self, field: Any) -> None:
        """Every blank can be filled. Raises ValidationError."""
        if fault := template_error(field.data or ""):
            raise ValidationError(fault)

    def validate_remedy(self, field: Any) -> None:
        """Every blank can be filled. Raises ValidationError."""
        self.validate_sentence(field)

    def validate_clause(self, field: Any) -> None:
        """A clause has no blanks. Raises ValidationError."""
        if names_in(field.data or ""):
            raise ValidationError("依据里不能有变量")

    def validate_position(self, field: Any) -> None:
        """An empty position is 0."""
        field.data = field.data or 0


class ReasonView(SettingView):
    """退回理由."""

    form = ReasonForm
    page_size = 50
    page_size_options = (50, 100, 200)
    column_list = ("sentence", "remedy", "matter", "item", "position", "retired")
    column_labels = {
        "sentence": "理由", "remedy": "怎样补正", "matter": "事项", "item": "对应", "position": "次序",
        "retired": "状态",
    }  # fmt: skip
    cells = {
        "remedy": lambda row: row.remedy or formatting.QUIET,
        "matter": lambda row: (
            formatting.matter_titles(db.session).get(row.matter, row.matter) if row.matter else "所有事项"
        ),
        "item": lambda row: dict(items()).get(row.item, row.item) or "不限",
        "retired": lambda row: formatting.used(row.retired),
    }
    order = (Reason.retired, Reason.position, Reason.id)
    new_word = "新增理由"

    def scope(self, values: Mapping[str, Any]) -> str:
        """All reasons share one scope."""
        return "reasons"

    def versions_scope(self) -> str:
        """Scope of all reasons."""
        return "reasons"

    def adapt(self, form: Form, row: Any, sent: bool) -> None:
        """The code is fixed."""
        if row is not None:
            del form["code"]

    def describe_row(self, row: Reason) -> str:
        """Beginning of the sentence."""
        return row.sentence[:40]
