"""字典: entries of the dictionaries."""

from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import Form
from wtforms.validators import Regexp

from anguan.models import DictionaryEntry
from anguan.panel.common import formatting
from anguan.panel.common.form_fields import choice, switch, text, whole_number
from anguan.panel.lists.editing import SettingView
from anguan.panel.lists.filters import OneOf

DICTIONARIES = (
    ("title", "技术职称"),
    ("education", "文化程度"),
    ("position", "职位"),
    ("region", "地区"),
    ("qualification_category", "资质类别"),
    ("qualification_grade", "资质等级"),
)
NAMES = dict(DICTIONARIES)


class WordForm(Form):
    """One dictionary entry."""

    dictionary = choice("字典", DICTIONARIES)
    code = text("代码", 38, hint="写进登记的值，保存后不能改。地区填 6 位行政区划代码。")
    label = text("文字", 100)
    position = whole_number("次序", 0, 9999, hint="小的在前。")
    retired = switch("停用", "停用后不能再选，已登记的内容不变。")

    def validate_code(self, field: Any) -> None:
        """The code of a region has six digits. Raises ValidationError."""
        if self.dictionary and self.dictionary.data == "region":
            Regexp(r"^[0-9]{6}\Z", message="地区代码是 6 位数字")(self, field)

    def validate_position(self, field: Any) -> None:
        """An empty position is 0."""
        field.data = field.data or 0


class DictionaryView(SettingView):
    """字典."""

    form = WordForm
    page_size = 50
    page_size_options = (50, 100, 200)
    column_list = ("dictionary", "label", "code", "position", "retired")
    column_labels = {
        "dictionary": "字典", "label": "文字", "code": "代码", "position": "次序", "retired": "状态",
    }  # fmt: skip
    cells = {
        "dictionary": lambda row: NAMES.get(row.dictionary, row.dictionary),
        "retired": lambda row: formatting.used(row.retired),
    }
    order = (DictionaryEntry.dictionary, DictionaryEntry.position, DictionaryEntry.id)
    column_filters = (
        OneOf("dictionary", "字典", DICTIONARIES, lambda v: DictionaryEntry.dictionary == v),
        OneOf(
            "retired",
            "状态",
            (("no", "启用"), ("yes", "停用")),
            lambda v: DictionaryEntry.retired.is_(v == "yes"),
        ),
    )
    new_word = "新增一项"
    delete_note = "已经用到它的登记不变，只是显示代码。建议改用“停用”。"

    def scope(self, values: Mapping[str, Any]) -> str:
        """Each dictionary is a scope of its own."""
        return f"dictionary:{values['dictionary']}"

    def versions_scope(self) -> str:
        """Scope of the dictionary that is shown."""
        chosen = request.args.get("flt_dictionary", "")
        return f"dictionary:{chosen}" if chosen in NAMES else ""

    def prefill(self) -> DictionaryEntry:
        """The dictionary that was shown before."""
        return DictionaryEntry(dictionary=request.args.get("dictionary", "title"), position=0)

    def adapt(self, form: Form, row: Any, sent: bool) -> None:
        """Code and dictionary are fixed, because the register refers to them."""
        if row is not None:
            del form["dictionary"]
            del form["code"]

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        """URL of the same dictionary."""
        named = getattr(model, "dictionary", "") or ""
        return self.link(
            "index_view", flt_dictionary=named if isinstance(named, str) else named.data or "title"
        )

    def describe_row(self, row: DictionaryEntry) -> str:
        """Label of the entry."""
        return row.label
