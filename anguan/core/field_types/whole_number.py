"""Field type for whole numbers: hours, months, years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from anguan.core.field_types.field_type import EMPTY, FieldType, InvalidValue
from anguan.core.field_types.text_cleaning import half_width, is_digits

_MOST_DIGITS = 18


@dataclass(frozen=True)
class WholeNumber(FieldType):
    """A whole number between two inclusive bounds."""

    minimum: int = 0
    maximum: int = 1_000_000

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        text = half_width(typed)
        if not text:
            return ""
        digits = text.removeprefix("-")
        if not is_digits(digits):
            raise InvalidValue("请填写整数，例如 12。")
        # Python refuses to parse very long numbers; they are out of bounds anyway.
        number = int(text) if len(digits) <= _MOST_DIGITS else None
        if number is None or not self.minimum <= number <= self.maximum:
            raise InvalidValue(f"请填写{self.minimum}到{self.maximum}之间的整数。")
        return str(number)

    def to_column(self, canonical: str) -> object:
        return int(canonical) if canonical else None

    def sample(self, n: int = 0) -> str:
        return str(self.minimum + n % (self.maximum - self.minimum + 1))

    @property
    def attributes(self) -> Mapping[str, str]:
        return {"inputmode": "numeric", "autocomplete": "off", "maxlength": "40"}

    @property
    def width(self) -> int:
        return max(len(str(self.minimum)), len(str(self.maximum)))
