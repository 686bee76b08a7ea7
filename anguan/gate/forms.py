"""The few fields of the door, in the shape that the form macros draw."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import request


@dataclass
class Field:
    """One field: what it is called, what was typed, what is wrong with it. A secret is never given back."""

    name: str
    label: str
    control: str = "text"
    hint: str = ""
    value: str = ""
    error: str = ""
    required: bool = True
    width: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)
    options: tuple[tuple[str, str], ...] = ()
    none_word: str = ""

    def read(self) -> str:
        """What was typed into the field; text is kept for showing it again."""
        typed = request.form.get(self.name, "")
        if self.control != "password":
            self.value = typed
        if not typed.strip():
            self.error = f"请{self.label}。" if self.name == "again" else f"请填写{self.label}。"
        return typed


def errors_of(*fields: Field) -> list[tuple[str, str]]:
    """The faults as the summary lists them, each with the field it leads to."""
    return [(entry.name, entry.error) for entry in fields if entry.error]


def login_field() -> Field:
    """The account name: the number on the document, or the code of the firm."""
    return Field(
        "login",
        "账号",
        hint="个人填身份证号，企业填统一社会信用代码",
        attributes={
            "autocomplete": "username",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": "100",
        },
    )


def secret_field(name: str, label: str, hint: str = "", new: bool = False) -> Field:
    """A password: typed hidden, with a button to show it."""
    habit = "new-password" if new else "current-password"
    return Field(name, label, "password", hint, attributes={"autocomplete": habit, "maxlength": "1000"})


def code_field(name: str, label: str, hint: str) -> Field:
    """A code typed from a phone or a slip of paper."""
    habits = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "characters"}
    return Field(name, label, hint=hint, width=20, attributes={**habits, "maxlength": "40"})
