"""附加问题: extra questions of a matter that have no column in the register."""

from typing import Any

from wtforms import Form
from wtforms.validators import ValidationError

from anguan.models import QuestionConfig
from anguan.panel.common.form_fields import PLACEHOLDERS, choice, fills, switch, text, whole_number
from anguan.panel.matter_config.matters import KINDS, MatterPart


class QuestionForm(Form):
    """An extra question."""

    code = text("代码", 38, code=True, hint="保存后不能改。")
    label = text("问题", 100, checks=(fills,))
    kind = choice("回答方式", KINDS)
    options = text("选项", 500, required=False, hint="回答方式为“选项”时填写，用逗号分开。")
    hint = text("填写提示", 500, False, PLACEHOLDERS, checks=(fills,))
    required = switch("必填")
    position = whole_number("次序", 0, 9999, hint="小的在前。")
    retired = switch("停用", "停用后新申请不再问，旧申请里的回答保留。")

    def validate_options(self, field: Any) -> None:
        """A choice needs at least two options. Raises ValidationError."""
        words = {word.strip() for word in (field.data or "").replace("，", ",").split(",") if word.strip()}
        if self.kind.data == "choice" and len(words) < 2:
            raise ValidationError("至少写两个选项，用逗号分开")

    def validate_position(self, field: Any) -> None:
        """An empty position is 0."""
        field.data = field.data or 0


class QuestionView(MatterPart):
    """附加问题."""

    form = QuestionForm
    part = "questions"

    def prefill(self) -> QuestionConfig:
        """A question is required by default."""
        return QuestionConfig(kind="text", required=True, position=0)

    def adapt(self, form: Form, row: Any, sent: bool) -> None:
        """The code is fixed, because old requests refer to it."""
        if row is not None:
            del form["code"]

    def describe_row(self, row: QuestionConfig) -> str:
        """Label of the question."""
        return row.label
