"""Field type for dates."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from anguan.core import clock
from anguan.core.field_types.field_type import EMPTY, FieldType, InvalidValue
from anguan.core.field_types.text_cleaning import half_width, normalise_dashes

_DAY = re.compile(
    r"([0-9]{4})(?:([0-9]{2})([0-9]{2})| ?[-./年] ?([0-9]{1,2}) ?[-./月] ?([0-9]{1,2}))(?![0-9])(?: ?[日号])?"
)
_BEHIND = re.compile(
    r"""(?:[ ]?\(?(?:星期|周)[一二三四五六日天]\)?)?
    (?:(?:T|[ ]|(?<=[日号]))(?:[上下]午[ ]?)?
        (?P<hour>[01]?[0-9]|2[0-4])(?::(?P<minute>[0-5][0-9])(?::[0-5][0-9](?:[.,][0-9]+)?)?|[时点](?:[0-9]{1,2}分)?)
        (?:[ ]?[AP]M)?(?:[ ]?(?P<zone>Z|[-+](?:0[0-9]|1[0-4]):?[0-5][0-9]))?
    )?""",
    re.VERBOSE,
)
"""What systems export behind a date: a weekday, a time, a zone."""
_EARLIEST = 1900
_FIRST_SAMPLE = date(2020, 1, 15)


@dataclass(frozen=True)
class Date(FieldType):
    """A date; parsed from the usual notations, stored and shown as 2024-12-31.

    A weekday or time that systems export behind a whole date is dropped; a time with a zone gives the date
    in Beijing. A blank is never taken out of a number: 2024/3/1 8 is no date.
    """

    control = "date"

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        text = normalise_dashes(half_width(typed))
        if not text:
            return ""
        found = _DAY.match(text)
        behind = _BEHIND.fullmatch(text, found.end()) if found else None
        if found is None or behind is None:
            raise InvalidValue("日期没有看懂，请按年-月-日填写，例如 2024-12-31 或 20241231。")
        year, month, day = (int(part) for part in found.groups() if part)
        if year < _EARLIEST:
            raise InvalidValue(f"年份是{year}，早于{_EARLIEST}年，请核对。")
        if not 1 <= month <= 12:
            raise InvalidValue(f"月份是{month}，应在1到12之间，请核对。")
        if not 1 <= day <= monthrange(year, month)[1]:
            raise InvalidValue(f"{year}年{month}月没有{day}日，请核对。")
        return _in_beijing(date(year, month, day), behind).isoformat()

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


def _in_beijing(day: date, behind: re.Match[str]) -> date:
    """The day in Beijing at a time with a zone: 2021-02-28T16:00:00Z is the first of March."""
    if not behind["zone"]:
        return day
    moment = datetime.fromisoformat(f"{day}T00:00{behind['zone']}")
    try:
        moment += timedelta(hours=int(behind["hour"]), minutes=int(behind["minute"] or 0))
        return clock.beijing(moment).date()
    except OverflowError:
        return day
