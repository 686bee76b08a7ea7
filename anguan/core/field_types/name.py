"""Field type for names of persons, as written on the identity document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from anguan.core.field_types.field_type import EMPTY, FieldType, InvalidValue
from anguan.core.field_types.text_cleaning import clean_copied, is_invisible, is_noncharacter

MIDDLE_DOT = "\u00b7"
_DOTS = str.maketrans(dict.fromkeys("\u2022\uff0e\u2027\u2219\u30fb\uff65\u22c5", MIDDLE_DOT))
_HAN = "[\u3007\u3400-\U0003ffff]"
_DOT_IN_HAN = re.compile(rf"(?<={_HAN})\s*[.{MIDDLE_DOT}]\s*(?={_HAN})")
_GAP_IN_HAN = re.compile(rf"(?<={_HAN}) +(?={_HAN})")
_BLANKS = re.compile(r"[ \u00a0\u2000-\u200a\u202f\u205f\u3000]+")
LOST = frozenset("?？\ufffd")
"""What programs write in place of a character that their encoding lacks."""
_PUNCTUATION = frozenset(f"{MIDDLE_DOT}.,'‘’-‐‑")
"""What may stand in a name besides letters, for names of other countries."""
_STRANGE = frozenset({"Ps", "Pe", "Pi", "Pf", "Po", "Pd", "Pc", "Sm", "Sc"})
_SAMPLES = ("张示例", "欧阳示例", "阿卜杜·示例", "𠮷示例", "李示例", "王示例")


def tidy_name(typed: str) -> str:
    """The name in NFC with single blanks, one kind of middle dot and no blanks between Han characters."""
    name = unicodedata.normalize("NFC", clean_copied(typed)).translate(_DOTS)
    name = _BLANKS.sub(" ", name).strip()
    name = _DOT_IN_HAN.sub(MIDDLE_DOT, name)
    return unicodedata.normalize("NFC", _GAP_IN_HAN.sub("", name))


def find_name_error(name: str) -> str | None:
    """The Chinese sentence about the first invalid character of a name; None when there is none."""
    if any((char != " " and is_invisible(char)) or is_noncharacter(char) for char in name):
        return "姓名里有看不见的字符，请清空后用键盘重新输入，不要粘贴。"
    kinds = {unicodedata.category(char) for char in name}
    if "Co" in kinds:
        return (
            "姓名里有只在个别电脑上才能显示的自造字，请改用国家标准字库里的字；打不出来请联系考核管理部门。"
        )
    if any(char in LOST for char in name):
        return "姓名里有问号，可能是生僻字没有存下来，请按证件上的姓名重新填写。"
    if "So" in kinds:
        return "姓名里不能有表情或符号，请按证件上的姓名填写。"
    strange = next((char for char in name if _is_strange(char)), "-" if name.startswith("-") else "")
    if strange:
        return f"姓名里不能有“{strange}”，请只填证件上的姓名，不加括号、说明和符号。"
    # Characters newer than this Python's Unicode tables are unassigned (Cn) to it: they are letters here.
    if not any(kind[0] == "L" or kind in ("Nl", "Cn") for kind in kinds):
        return "姓名不能只有数字或标点，请按证件上的姓名填写。"
    return None


def _is_strange(char: str) -> bool:
    return unicodedata.category(char) in _STRANGE and char not in _PUNCTUATION


@dataclass(frozen=True)
class Name(FieldType):
    """A person's name; rare characters of every Unicode plane are accepted."""

    limit: int = 50
    autocomplete: str = "name"

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        name = tidy_name(typed)
        if not name:
            return ""
        if fault := find_name_error(name):
            raise InvalidValue(fault)
        if len(name) > self.limit:
            raise InvalidValue(f"姓名最多{self.limit}个字，现在有{len(name)}个字，请核对。")
        return name

    def sample(self, n: int = 0) -> str:
        return _SAMPLES[n] if n < len(_SAMPLES) else f"赵示例{_count_in_han(n)}"

    @property
    def attributes(self) -> Mapping[str, str]:
        # Browsers count a character outside the basic plane as two units.
        return {"autocomplete": self.autocomplete, "spellcheck": "false", "maxlength": str(self.limit * 4)}


def _count_in_han(n: int) -> str:
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(n))
