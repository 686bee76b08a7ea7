"""Declaration of a policy: title, unit, range, group and source with its type and default."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeVar

PolicyKind = Literal["text", "whole", "switch", "choice", "date"]
PolicyData = int | bool | str | date | None
Option = TypeVar("Option", bound=str)
_WHOLE = re.compile(r"[0-9]{1,9}")
SWITCH: Mapping[str, str] = {"on": "开", "off": "关"}


@dataclass(frozen=True)
class PolicyDeclaration:
    """One limit or switch of the authority.

    `default`, like a stored value, is text. `basis` names the document from which the default comes;
    `warning` says what one of the values risks.
    `fixed` policies apply to a request as they were at its first submission; all others as they are now.
    """

    title: str
    kind: PolicyKind
    default: str
    group: str
    basis: str = ""
    unit: str = ""
    options: tuple[tuple[str, str], ...] = ()
    minimum: int = 0
    maximum: int = 100_000
    fixed: bool = False
    warning: str = ""
    name: str = ""

    def value(self, text: str) -> PolicyData:
        """The value of a stored text; raises ValueError with a Chinese sentence when it is invalid."""
        text = text.strip()
        if self.kind == "whole":
            if not _WHOLE.fullmatch(text) or not self.minimum <= int(text) <= self.maximum:
                raise ValueError(f"{self.title}：请填 {self.minimum} 到 {self.maximum} 之间的整数")
            return int(text)
        if self.kind == "switch":
            if text not in SWITCH:
                raise ValueError(f"{self.title}：只能是 on（开）或 off（关）")
            return text == "on"
        if self.kind == "choice":
            if text not in dict(self.options):
                raise ValueError(f"{self.title}：只能是 {'、'.join(dict(self.options))} 之一")
            return text
        if self.kind == "date":
            try:
                return date.fromisoformat(text) if text else None
            except ValueError:
                raise ValueError(f"{self.title}：日期写成 2026-06-30 这样") from None
        return text

    def text(self, value: PolicyData) -> str:
        """The text in which a value is stored; the inverse of `value()`."""
        if self.kind == "switch":
            return "on" if value else "off"
        return "" if value is None else str(value)

    def words(self, value: PolicyData) -> str:
        """The value as used in sentences: the title of a choice, the number, the text."""
        text = self.text(value)
        return {**SWITCH, **dict(self.options)}.get(text, text)


def whole_policy(
    title: str,
    default: int,
    unit: str,
    group: str,
    basis: str = "",
    at_least: int = 0,
    at_most: int = 100_000,
    fixed: bool = False,
) -> int:
    """Declare a whole number in `unit`, from `at_least` to `at_most`; ValueError for an invalid default."""
    bounds: dict[str, Any] = {"minimum": at_least, "maximum": at_most}
    found: int = _declare(
        PolicyDeclaration(title, "whole", str(default), group, basis, unit, fixed=fixed, **bounds)
    )
    return found


def text_policy(title: str, default: str, group: str, basis: str = "") -> str:
    """Declare a text."""
    found: str = _declare(PolicyDeclaration(title, "text", default, group, basis))
    return found


def switch_policy(title: str, default: bool, group: str, basis: str = "", fixed: bool = False) -> bool:
    """Declare a switch, on or off."""
    text = "on" if default else "off"
    found: bool = _declare(PolicyDeclaration(title, "switch", text, group, basis, fixed=fixed))
    return found


def choice_policy(
    title: str,
    default: Option,
    options: tuple[tuple[Option, str], ...],
    group: str,
    basis: str = "",
    fixed: bool = False,
    warning: str = "",
) -> Option:
    """Declare one of several codes, each with its Chinese title."""
    known: dict[str, Any] = {"options": tuple(options), "fixed": fixed, "warning": warning}
    found: Option = _declare(PolicyDeclaration(title, "choice", default, group, basis, **known))
    return found


def date_policy(title: str, group: str, basis: str = "") -> date | None:
    """Declare an optional date."""
    found: date | None = _declare(PolicyDeclaration(title, "date", "", group, basis))
    return found


def _declare(policy: PolicyDeclaration) -> Any:
    # Returns a dataclass field that callers annotate as its value, as dataclasses.field() itself does.
    return field(default=policy.value(policy.default), metadata={"policy": policy})
