"""Field type for dates."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from anguan.core import clock
from anguan.core.field_types.field_type import EMPTY, FieldType, InvalidValue
from anguan.core.field_types.text_cleaning import normalise_dashes, strip_blanks

_PACKED = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SPACED = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})[日号]?")
_EARLIEST = 1900
_FIRST_SAMPLE = date(2020, 1, 15)


@dataclass(frozen=True)
class Date(FieldType):
    """A date; parsed from the usual notations, stored and shown as 2024-12-31."""

    control = "date"

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        text = normalise_dashes(strip_blanks(typed))
        if not text:
            return ""
        match = _PACKED.fullmatch(text) or _SPACED.fullmatch(text)
        if match is None:
            raise InvalidValue("日期没有看懂，请按年-月-日填写，例如 2024-12-31 或 20241231。")
        year, month, day = (int(part) for part in match.groups())
        if year < _EARLIEST:
            raise InvalidValue(f"年份是{year}，早于{_EARLIEST}年，请核对。")
        if not 1 <= month <= 12:
            raise InvalidValue(f"月份是{month}，应在1到12之间，请核对。")
        if not 1 <= day <= monthrange(year, month)[1]:
            raise InvalidValue(f"{year}年{month}月没有{day}日，请核对。")
        return date(year, month, day).isoformat()

    def to_column(self, canonical: str) -> object:
        return date.fromisoformat(canonical) if canonical else None

    def from_column(self, value: object) -> str:
        if isinstance(value, datetime):
            return clock.beijing(value).date().isoformat()
        return "" if value is None else str(value)

    def sample(self, n: int = 0) -> str:
        return (_FIRST_SAMPLE + timedelta(days=37 * n)).isoformat()

    @property
    def attributes(self) -> Mapping[str, str]:
        return {"inputmode": "numeric", "autocomplete": "off", "maxlength": "40"}

    @property
    def width(self) -> int:
        return 11
