"""Fields of forms that are not a draft (login, registration …) as form macros render them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import request

from anguan.web.upload_fields import UploadField

SECRETS = frozenset({"password", "again", "current"})
"""Names of password inputs: their values are taken as typed."""


@dataclass
class FormField:
    """One input of a form: label, typed value, error.

    A secret is never rendered again. With `blocked` the error is not about what was typed. `optional_word`
    False leaves out （选填） where a choice is no question.
    Only for a field of a draft: `before` is the registered and `after` the requested value, in words;
    without `open` it may not be changed now; with `unchanged` it is asked for as it is registered. `places`
    follow it, `note` is the remark of the last return, `masked` numbers have a button that shows them,
    `theirs` is what somebody else saved meanwhile. A photo has the URL of the registered one and an upload
    `slot`.
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
    unchanged: bool = False
    places: tuple[str, ...] = ()
    note: str = ""
    masked: bool = False
    theirs: str = ""
    before_photo: str = ""
    slot: UploadField | None = None
    blocked: bool = False

    def block(self, sentence: str) -> None:
        """Say at this field why nothing typed helps now, such as a time to wait."""
        self.error, self.blocked = sentence, True

    def read(self) -> str:
        """Read the posted value and keep it for showing it again."""
        typed = request.form.get(self.name, "")
        if self.control != "password":
            self.value = typed
        if not typed.strip():
            self.error = f"请{self.label}。" if self.name == "again" else f"请填写{self.label}。"
        return typed


def errors_of(*fields: FormField) -> list[tuple[str, str]]:
    """The errors for the error summary, each with the field it links to; '' where nothing typed helps."""
    return [("" if entry.blocked else entry.name, entry.error) for entry in fields if entry.error]


def login_field() -> FormField:
    """The account name: the number of the identity document, or the enterprise's credit code."""
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
    """A password input with a button to show it. Raises ValueError for a name outside SECRETS."""
    if name not in SECRETS:
        raise ValueError(f"{name} is not in SECRETS")
    habit = "new-password" if new else "current-password"
    return FormField(name, label, "password", hint, attributes={"autocomplete": habit, "maxlength": "1000"})


def code_field(name: str, label: str, hint: str) -> FormField:
    """A one-time code typed from a phone or from paper."""
    habits = {"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "characters"}
    return FormField(name, label, hint=hint, width=20, attributes={**habits, "maxlength": "40"})
