"""Citizen identification numbers of 18 characters (GB 11643): validation, reading and composing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from anguan.core import clock
from anguan.core.field_types.field_type import InvalidValue
from anguan.core.field_types.text_cleaning import is_digits

LENGTH = 18
EARLIEST_BIRTH = date(1900, 1, 1)
_OLD_LENGTH = 15
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"

# GB/T 2260: the first two digits of every province, and of the residence permits of 港澳台.
PROVINCES = frozenset(
    str(code)
    for codes in (
        range(11, 16),
        range(21, 24),
        range(31, 38),
        range(41, 47),
        range(50, 55),
        range(61, 66),
        (71, 81, 82, 83),
    )
    for code in codes
)


def citizen_check_character(body: str) -> str:
    """The last character of a number, from its first 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def compose_number(region: str, birth: date, order: int) -> str:
    """The number of a region code, a birth date and a sequence of three digits (odd for men)."""
    body = f"{region}{birth:%Y%m%d}{order:03d}"
    return body + citizen_check_character(body)


def read_birth(number: str) -> date | None:
    """The birth date inside a number of 18 characters; None when it is not a valid date."""
    digits = number[6:14]
    if len(number) != LENGTH or not is_digits(digits):
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def read_gender(number: str) -> str | None:
    """male or female, from the 17th digit; None when the number has none."""
    if len(number) != LENGTH or not is_digits(number[16]):
        return None
    return "male" if int(number[16]) % 2 else "female"


def is_known_region(number: str, regions: Collection[str] = PROVINCES) -> bool:
    """True when the number begins with one of the region codes of two, four or six digits."""
    return any(number[:length] in regions for length in (2, 4, 6))


def check_number(number: str, label: str) -> None:
    """Raise InvalidValue for the first error of a number; `label` is the name of the document."""
    if len(number) == _OLD_LENGTH and is_digits(number):
        raise InvalidValue(f"这是15位的旧号码，{label}号码只能为18位，请填写现在证件上的18位号码。")
    if len(number) != LENGTH:
        raise InvalidValue(f"{label}号码应为18位，现在是{len(number)}位，请核对是否漏填或多填。")
    _check_characters(number, label)
    _check_birth(number, label)
    if citizen_check_character(number[:-1]) != number[-1]:
        raise InvalidValue(f"{label}号码的最后一位与前17位不相符，可能有一位填错，请对照证件逐位核对。")


def _check_characters(number: str, label: str) -> None:
    for place, char in enumerate(number, start=1):
        if is_digits(char) or (place == LENGTH and char == "X"):
            continue
        allowed = "数字或字母X" if place == LENGTH else "数字0到9"
        raise InvalidValue(f"{label}号码的第{place}位是“{char}”，这一位只能是{allowed}，请核对。")


def _check_birth(number: str, label: str) -> None:
    birth = read_birth(number)
    if birth is None:
        raise InvalidValue(f"{label}号码的第7至14位是出生日期，“{number[6:14]}”不是真实的日期，请核对。")
    if birth < EARLIEST_BIRTH:
        raise InvalidValue(f"{label}号码里的出生年份是{birth.year}年，早于1900年，请核对第7至10位。")
    if birth > clock.today():
        raise InvalidValue(f"{label}号码里的出生日期{birth.isoformat()}还没有到，请核对第7至14位。")
