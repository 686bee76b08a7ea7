"""The few fields of the door, in the shape that the form macros draw."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import request


@dataclass(frozen=True)
class ReusableFile:
    """One photo of an earlier request: the value of its button, its words, and where it is seen."""

    value: str
    words: str
    url: str


@dataclass
class FormField:
    """What a form draws for one field: what it is called, what was typed, what is wrong with it.

    A secret is never given back. `optional_word` False leaves out （选填） where a choice is no question.
    The rest is known for a fact of a draft: `before` what is registered, `after` what is asked for, in words;
    without `open` it may not be changed now. `places` follow it, `note` says what the last return asks to
    mend, `secret` is a number shown in part unless `revealed`. A photo has addresses of pictures, the key of
    the attachment that can be removed, what the checks warn of, and earlier photos to use `again`.
    """

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
    optional_word: bool = True
    before: str = ""
    after: str = ""
    open: bool = True
    places: tuple[str, ...] = ()
    note: str = ""
    secret: bool = False
    revealed: bool = False
    before_photo: str = ""
    after_photo: str = ""
    removable: int = 0
    warnings: tuple[str, ...] = ()
    again: tuple[ReusableFile, ...] = ()

    def read(self) -> str:
        """What was typed into the field; text is kept for showing it again."""
        typed = request.form.get(self.name, "")
        if self.control != "password":
            self.value = typed
        if not typed.strip():
            self.error = f"请{self.label}。" if self.name == "again" else f"请填写{self.label}。"
        return typed


def errors_of(*fields: FormField) -> list[tuple[str, str]]:
    """The faults as the summary lists them, each with the field it leads to."""
    return [(entry.name, entry.error) for entry in fields if entry.error]


def login_field() -> FormField:
    """The account name: the number on the document, or the code of the firm."""
    return FormField(
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


def secret_field(name: str, label: str, hint: str = "", new: bool = False) -> FormField:
    """A password: typed hidden, with a button to show it."""
    habit = "new-password" if new else "current-password"
    return FormField(name, label, "password", hint, attributes={"autocomplete": habit, "maxlength": "1000"})


def code_field(name: str, label: str, hint: str) -> FormField:
    """A code typed from a phone or a slip of paper."""
    habits = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "characters"}
    return FormField(name, label, hint=hint, width=20, attributes={**habits, "maxlength": "40"})
