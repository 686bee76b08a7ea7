"""Field type for unified social credit codes of organisations (GB 32100-2015)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from anguan.core.field_types.field_type import EMPTY, FieldType, InvalidValue
from anguan.core.field_types.text_cleaning import is_digits, normalise_code

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_NEVER = "IOSVZ"
_OLD_LENGTH = 15
_MODULUS = 31


def uscc_check_character(body: str) -> str:
    """The last character of a code, from its first 17.

    The outer remainder is needed: without it a sum divisible by 31 would ask for a 32nd character.
    """
    total = sum(ALPHABET.index(char) * pow(3, place, _MODULUS) for place, char in enumerate(body))
    return ALPHABET[(_MODULUS - total % _MODULUS) % _MODULUS]


def compose_uscc(body: str) -> str:
    """A whole code from its first 17 characters."""
    return body + uscc_check_character(body)


def check_uscc(code: str) -> None:
    """Raise InvalidValue for the first error of a normalised code."""
    if len(code) == _OLD_LENGTH and is_digits(code):
        raise InvalidValue("这是15位的旧注册号，请填写营业执照上的18位统一社会信用代码。")
    if len(code) != LENGTH:
        raise InvalidValue(f"统一社会信用代码应为18位，现在是{len(code)}位，请核对是否漏填或多填。")
    for place, char in enumerate(code, start=1):
        if char in _NEVER:
            raise InvalidValue(
                f"统一社会信用代码的第{place}位是字母{char}，代码里没有字母I、O、S、V、Z，请核对是否看错。"
            )
        if char not in ALPHABET:
            raise InvalidValue(f"统一社会信用代码的第{place}位是“{char}”，只能是数字或大写字母，请核对。")
        if 3 <= place <= 8 and not is_digits(char):
            raise InvalidValue(f"统一社会信用代码的第3至8位只能是数字，第{place}位现在是“{char}”，请核对。")
    if uscc_check_character(code[:-1]) != code[-1]:
        raise InvalidValue(
            "统一社会信用代码的最后一位与前17位不相符，可能有一位填错，请对照营业执照逐位核对。"
        )


@dataclass(frozen=True)
class Uscc(FieldType):
    """The unified social credit code of an enterprise (统一社会信用代码)."""

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        code = normalise_code(typed)
        if code:
            check_uscc(code)
        return code

    def sample(self, n: int = 0) -> str:
        return compose_uscc(f"91590100MA{n:07d}")

    @property
    def attributes(self) -> Mapping[str, str]:
        return {
            "inputmode": "text",
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
            "maxlength": "64",
        }

    @property
    def width(self) -> int:
        return LENGTH
