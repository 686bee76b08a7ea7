"""Field types for a value out of a list, and for yes or no."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from anguan.core.field_types.field_type import EMPTY, FieldType, InvalidValue
from anguan.core.field_types.text_cleaning import strip_blanks

Option = tuple[str, str]

GENDERS: tuple[Option, ...] = (("male", "男"), ("female", "女"))
_YES_NO: tuple[Option, ...] = (("yes", "是"), ("no", "否"))


@dataclass(frozen=True)
class Choice(FieldType):
    """A value of a list of (value, label); `dictionary` names the 字典 that supplies the options."""

    control = "choice"

    options: tuple[Option, ...] = ()
    dictionary: str = ""

    def with_options(self, options: Iterable[Option]) -> Self:
        """A copy with other options, such as the current entries of the dictionary."""
        return replace(self, options=tuple(options))

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        wanted = strip_blanks(typed)
        if not wanted:
            return ""
        for value, _ in self.options:
            if value == typed or strip_blanks(value) == wanted:
                return value
        for value, label in self.options:
            if strip_blanks(label) == wanted:
                return value
        raise InvalidValue("请从列表中选择一项。")

    def show(self, canonical: str) -> str:
        return dict(self.options).get(canonical, canonical)

    def sample(self, n: int = 0) -> str:
        return self.options[n % len(self.options)][0] if self.options else ""

    @property
    def width(self) -> int:
        return max((len(label) for _, label in self.options), default=20)


@dataclass(frozen=True)
class YesNo(Choice):
    """A choice between 是 and 否, stored as a boolean column."""

    options: tuple[Option, ...] = _YES_NO

    def to_column(self, canonical: str) -> object:
        return canonical == "yes" if canonical else None

    def from_column(self, value: object) -> str:
        return "" if value is None else "yes" if value else "no"
