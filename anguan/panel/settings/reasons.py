"""退回理由: stored reasons for reviewers; their blanks are filled in for each request."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import Form
from wtforms.validators import ValidationError

from anguan.core.placeholders import names_in
from anguan.domain.memo import read_once
from anguan.domain.reason_blanks import KNOWN, OPEN, template_error
from anguan.extensions import db
from anguan.matters.catalog import CATALOG
from anguan.matters.in_force import in_force
from anguan.models import Reason
from anguan.panel.common import formatting
from anguan.panel.common.form_fields import several, switch, text, text_area, whole_number
from anguan.panel.lists.editing import SettingView

BLANKS = (
    "可以写变量，审核时自动填上："
    + "、".join(f"{{{name}}}（{meaning}）" for name, (meaning, _) in KNOWN.items())
    + "；由审核人员填写的空格："
    + "、".join(f"{{{name}}}" for name in OPEN)
    + "。"
)


def items() -> list[tuple[str, str]]:
    """Every item of all matters in force that can be sent back for correction."""
    found: dict[str, str] = {}
    for matter in (in_force(db.session, declared.code) for declared in CATALOG):
        for field in matter.asked:
            place = "证书" if field.path.startswith("certificate.") else "个人信息"
            found.setdefault(f"field:{field.path}", f"项目：{field.label}（{place}）")
        for code, title in matter.material_titles.items():
            found.setdefault(f"paper:{code}", f"材料：{title}")
    return sorted(found.items(), key=lambda entry: entry[1])


def _item_titles() -> dict[str, str]:
    """Titles of the items, read once for the rows of the list."""
    return read_once(db.session, ("reason items", id(CATALOG)), lambda: dict(items()))


def _named(codes: Iterable[str], titles: Mapping[str, str]) -> str:
    return "、".join(titles.get(code, code) for code in codes)


class ReasonForm(Form):
    """A stored reason."""

    code = text("代码", 38, code=True, hint="保存后不能改。")
    sentence = text("理由", 500, hint=f"申请人看到的话。{BLANKS}")
    remedy = text_area("怎样补正", 500, hint="接在理由后面一起给申请人。")
    clause = text("依据", 500, required=False)
    matters = several(
        "用于事项",
        lambda: tuple(formatting.matter_titles(db.session).items()),
        "都不勾选，所有事项都可以用。",
    )
    kinds = several("用于证书类别", lambda: formatting.kinds(db.session), "都不勾选，不分类别。")
    items = several(
        "对应的项目和材料",
        items,
        "退回这些项时排在最前面，退回别的项时不出现。都不勾选，每一项都可以用。",
    )
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
    column_list = ("sentence", "remedy", "matters", "kinds", "items", "position", "retired")
    column_labels = {
        "sentence": "理由", "remedy": "怎样补正", "matters": "事项", "kinds": "类别", "items": "对应",
        "position": "次序", "retired": "状态",
    }  # fmt: skip
    cells = {
        "remedy": lambda row: row.remedy or formatting.QUIET,
        "matters": lambda row: _named(row.matters, formatting.matter_titles(db.session)) or "所有事项",
        "kinds": lambda row: "、".join(row.kinds) or "不限",
        "items": lambda row: _named(row.items, _item_titles()) or "不限",
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

    def heading(self, row: Reason | None) -> str:
        """Heading of the form; the word for a new row names its kind."""
        return self.new_word if row is None else super().heading(row)

    def describe_row(self, row: Reason) -> str:
        """Beginning of the sentence."""
        return row.sentence[:40]
