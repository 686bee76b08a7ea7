"""WTForms fields of the panel with Chinese error messages, and their data for the form macros."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    FileField,
    Form,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # since 3.3; the stubs know 3.2
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from anguan.core.field_types import Date, InvalidValue
from anguan.infra.printing import printing_fault
from anguan.matters.texts import fault_in_text
from anguan.panel.common.codes_field import CodesField

Choices = Sequence[tuple[str, str]]
PLACEHOLDERS = "文字里的 {ready_hours} 等参数代号，显示时换成参数的值；代号见“参数”页。"
Checks = Sequence[Callable[[Form, Field], None]]
CODE = Regexp(
    r"^[a-z][a-z0-9_]{1,38}\Z", message="只用小写字母、数字和下划线，字母开头，例如 accident_insurance"
)


class DayField(StringField):
    """A date, typed in any usual notation; empty is None."""

    data: Any  # text while it is typed, then a date

    def process_data(self, value: Any) -> None:
        """Show the date in its canonical notation."""
        self.data = value.isoformat() if hasattr(value, "isoformat") else (value or "")

    def pre_validate(self, form: BaseForm) -> None:
        """Parse the date. Raises ValidationError with a hint on the notation."""
        try:
            self.data = Date().to_column(Date().parse(self.data or ""))
        except InvalidValue as invalid:
            raise ValidationError(invalid.sentence) from None

    def _value(self) -> str:
        return str(self.data or "")


class WholeField(IntegerField):
    """A whole number with a Chinese error message."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse the number. Raises ValueError."""
        try:
            super().process_formdata([valuelist[0].strip()] if valuelist and valuelist[0].strip() else [])
        except ValueError:
            self.data = None
            raise ValueError("请填整数") from None


def text(
    label: str,
    limit: int = 100,
    required: bool = True,
    hint: str = "",
    code: bool = False,
    checks: Checks = (),
    printed: bool = True,
) -> Field:
    """Single-line text field; one that is `printed` takes only what the fonts of the PDFs have."""
    validators: list[Any] = [*_needed(required), Length(max=limit, message=f"最多 {limit} 个字"), *checks]
    if printed:
        validators.append(prints)
    if code:
        validators.append(CODE)
    attributes = {"maxlength": str(limit)}
    return StringField(label, validators, description=hint, filters=[_trim], render_kw=attributes)


def text_area(
    label: str, limit: int = 2000, required: bool = False, hint: str = "", checks: Checks = ()
) -> Field:
    """Multi-line text field."""
    validators: list[Any] = [
        *_needed(required),
        Length(max=limit, message=f"最多 {limit} 个字"),
        prints,
        *checks,
    ]
    return TextAreaField(label, validators, description=hint, filters=[_trim])


def whole_number(label: str, least: int, most: int, required: bool = False, hint: str = "") -> Field:
    """Whole-number field with inclusive limits."""

    def fits(_form: Form, field: Field) -> None:
        if field.data is not None and not least <= field.data <= most:
            raise ValidationError(f"请填 {least} 到 {most} 之间的整数")

    checks = [*_needed(required), fits]
    return WholeField(label, checks, description=hint)


def fills(_form: Form, field: Field) -> None:
    """Validator of a text with policy placeholders. Raises ValidationError for an unknown one."""
    if fault := fault_in_text(field.data or ""):
        raise ValidationError(fault)


def prints(_form: Form, field: Field) -> None:
    """Validator of a text that may stand in a PDF. Raises ValidationError naming the character."""
    if fault := printing_fault(field.data or ""):
        raise ValidationError(fault)


def day(label: str, required: bool = False, hint: str = "") -> Field:
    """Date field."""
    return DayField(label, _needed(required), description=hint)


def choice(
    label: str, choices: Choices | Callable[[], Choices], required: bool = True, hint: str = ""
) -> Field:
    """Choice from a list that is read when the form is built."""
    checks = _needed(required, "请选择")

    def listed() -> list[SelectChoice]:
        now = choices() if callable(choices) else choices
        return [SelectChoice(value=value, label=words) for value, words in now]

    return SelectField(  # type: ignore[call-arg]  # the message came with 3.3; the stubs know 3.2
        label,
        checks,
        choices=listed,
        description=hint,
        filters=[_filled],
        invalid_choice_message="请从列表中选择一项",
    )


def several(label: str, choices: Callable[[], Choices], hint: str = "") -> Field:
    """Any number of codes from a list that is read when the form is built; none means all."""
    return CodesField(
        label,
        choices=lambda: [SelectChoice(value=value, label=words) for value, words in choices()],
        description=hint,
    )


def switch(label: str, hint: str = "") -> Field:
    """Yes/no field."""
    return BooleanField(label, description=hint)


def _needed(required: bool, words: str = "请填写") -> list[Any]:
    return [InputRequired(words)] if required else []


def _filled(value: str | None) -> str:
    return value or ""


def _trim(value: str | None) -> str | None:
    return value.strip() if isinstance(value, str) else value


def build_form(form: Form, theirs: Mapping[str, str] | None = None) -> list[Mapping[str, Any]]:
    """The fields as data for the form macros; `theirs` are values that others have saved meanwhile."""
    others = theirs or {}
    return [
        {**_field_data(field), "theirs": _in_words(field, others[field.name]) if field.name in others else ""}
        for field in form
    ]


def texts_of(form: Form) -> dict[str, str]:
    """The text of each field but files, to compare what two people typed."""
    return {field.name: _text(field) for field in form if not isinstance(field, FileField)}


def ask_which(form: Form, theirs: Mapping[str, str]) -> list[tuple[str, str]]:
    """For the summary above the form: the fields that others have changed meanwhile."""
    return [
        (
            name,
            f"{form[name].label.text}：您打开以后，别人改成了“{_in_words(form[name], now)}”，请选择用哪一个",
        )
        for name, now in theirs.items()
    ]


def _text(field: Field) -> str:
    if isinstance(field, BooleanField):
        return "1" if field.data else ""
    value = field.data if isinstance(field, SelectField) else field._value()  # type: ignore[attr-defined]  # not in the stubs
    return str(value or "").replace("\r\n", "\n").strip()


def _in_words(field: Field, text: str) -> str:
    if isinstance(field, BooleanField):
        return "勾选" if text else "不勾选"
    if isinstance(field, CodesField):
        named = dict(field.offered())
        return "、".join(named.get(code, code) for code in text.split(",") if code) or "不限"
    return dict(_options(field)).get(text, text) or "（空）"


def errors_of(form: Form) -> list[tuple[str, str]]:
    """All errors, for the summary above the form."""
    return [(field.name, f"{field.label.text}：{_first(field)}") for field in form if field.errors]


def _first(field: Field) -> str:
    return str(field.errors[0]) if field.errors else ""


def _field_data(field: Field) -> Mapping[str, Any]:
    control = "text"
    if isinstance(field, BooleanField):
        control = "checkbox"
    elif isinstance(field, TextAreaField):
        control = "textarea"
    elif isinstance(field, CodesField):
        control = "several"
    elif isinstance(field, SelectField):
        control = "choice"
    elif isinstance(field, DayField):
        control = "date"
    plain = BooleanField | SelectField | CodesField
    value = field.data if isinstance(field, plain) else field._value()  # type: ignore[attr-defined]  # not in the stubs
    return {
        "name": field.name,
        "label": field.label.text,
        "control": control,
        "value": "" if value is None else value,
        "hint": field.description,
        "error": _first(field),
        "required": any(isinstance(check, InputRequired) for check in field.validators),
        "options": _options(field),
        "attributes": dict(field.render_kw or {}),
        "radio": False,
        "width": 12 if isinstance(field, WholeField | DayField) else 60,
        "optional_word": not isinstance(field, BooleanField),
    }


def _options(field: Field) -> list[tuple[str, str]]:
    if isinstance(field, CodesField):
        return field.offered()
    if not isinstance(field, SelectField):
        return []
    choices: Iterable[SelectChoice] = field.choices or ()
    return [(str(one.value), str(one.label)) for one in choices]
