"""Field type for telephone numbers of mainland China."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from anguan.core import masks
from anguan.core.field_types.field_type import EMPTY, FieldType, InvalidValue
from anguan.core.field_types.text_cleaning import is_digits, normalise_dashes, strip_blanks

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(?P<area>0(?:10|2[0-9]|[3-9][0-9]{2}))-*(?P<rest>[0-9][0-9-]*)")
_LINE = re.compile(r"(?P<line>[0-9]{7,8})(?:-(?P<extension>[0-9]{1,6}))?")
_EXTENSION = re.compile(r"(?:转|分机|EXT\.?|X|#|\*|,)[-:]?(?=[0-9]{1,6}$)")
_COUNTRY = re.compile(r"^\(?(?:\+|00)86\)?-?(?:\(0\))?")
_MOBILE_LENGTH = 11
_NO_LANDLINE = "这里要填11位手机号，不能填固定电话，例如 13800000000。"
_HELP = "请填写11位手机号，或带区号的固定电话，例如 0871-00000000，分机写在后面：0871-00000000-123。"


def read_phone(typed: str) -> str | None:
    """The number as 13800000000, 0871-00000000 or 0871-00000000-123; None when it cannot be parsed."""
    text, abroad = _COUNTRY.subn("", normalise_dashes(strip_blanks(typed)))
    text = _EXTENSION.sub("-", text.replace("(", "").replace(")", "-"))
    together = text.replace("-", "")
    if together.startswith("86") and _MOBILE.fullmatch(together[2:]):
        together = together[2:]
    if _MOBILE.fullmatch(together):
        return together
    return _read_landline("0" + text if abroad and not text.startswith("0") else text)


def _read_landline(text: str) -> str | None:
    match = _LANDLINE.fullmatch(text)
    if match is None:
        return None
    rest = match["rest"]
    # As typed first; then without the hyphens that only group the digits: 0871-0000-0000, 0871-0000-0000-123.
    head, _, tail = rest.rpartition("-")
    for reading in (rest, rest.replace("-", ""), f"{head.replace('-', '')}-{tail}"):
        if line := _LINE.fullmatch(reading):
            return "-".join(part for part in (match["area"], *line.groups()) if part)
    return None


@dataclass(frozen=True)
class Phone(FieldType):
    """A mobile number or a landline with its area code and, where there is one, an extension.

    With `mobile` a landline is refused: the field says 手机号码.
    """

    sensitive = True

    autocomplete: str = "tel"
    mobile: bool = False

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        text = strip_blanks(typed)
        if not text:
            return ""
        number = read_phone(typed)
        if number is not None and self.mobile and not _MOBILE.fullmatch(number):
            raise InvalidValue(_NO_LANDLINE)
        if number is not None:
            return number
        if is_digits(text) and text.startswith("1") and len(text) != _MOBILE_LENGTH:
            raise InvalidValue(f"手机号应为11位，现在是{len(text)}位，请核对是否漏填或多填。")
        if is_digits(text) and text.startswith("1"):
            raise InvalidValue(f"没有以{text[:2]}开头的手机号，请核对前两位。")
        if self.mobile:
            raise InvalidValue("请填写11位手机号，例如 13800000000。")
        if is_digits(text) and len(text) in (7, 8):
            raise InvalidValue("固定电话请加上区号，例如 0871-00000000。")
        raise InvalidValue(_HELP)

    def show(self, canonical: str) -> str:
        if _MOBILE.fullmatch(canonical):
            return f"{canonical[:3]} {canonical[3:7]} {canonical[7:]}"
        return canonical

    def mask(self, canonical: str) -> str:
        return masks.mask_phone(canonical)

    def sample(self, n: int = 0) -> str:
        return f"138{n:08d}"

    @property
    def attributes(self) -> Mapping[str, str]:
        return {"inputmode": "tel", "autocomplete": self.autocomplete, "maxlength": "40"}

    @property
    def width(self) -> int:
        return 18
