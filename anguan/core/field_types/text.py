"""Field type for free text on one line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from anguan.core.field_types.field_type import EMPTY, FieldType, InvalidValue
from anguan.core.field_types.text_cleaning import clean_copied, is_noncharacter

_BLANKS = re.compile(r"[\s\u2800\u3164\uffa0]+")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_harmful(char: str) -> bool:
    """True for characters that may not be stored: controls, surrogates, bidi marks, noncharacters."""
    return unicodedata.category(char) in ("Cc", "Cs") or char in _BIDI or is_noncharacter(char)


@dataclass(frozen=True)
class Text(FieldType):
    """One line of text. `none_word` (无) is the value that a form offers for "none"."""

    limit: int = 100
    none_word: str = ""

    def parse(self, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
        line = _BLANKS.sub(" ", clean_copied(typed))
        if any(is_harmful(char) for char in line):
            raise InvalidValue("内容里有看不见的控制字符，请清空后用键盘重新输入，不要粘贴。")
        line = "".join(char for char in line if unicodedata.category(char) != "Cf")
        line = unicodedata.normalize("NFC", _BLANKS.sub(" ", line)).strip()
        if len(line) > self.limit:
            raise InvalidValue(f"最多填写{self.limit}个字，现在有{len(line)}个字，请删减后再保存。")
        return line

    def sample(self, n: int = 0) -> str:
        return f"示例文字{n + 1}"[: self.limit]

    @property
    def attributes(self) -> Mapping[str, str]:
        # Browsers count UTF-16 units and truncate silently: the wide limit leaves the check to parse().
        return {"maxlength": str(self.limit * 4)}

    @property
    def width(self) -> int:
        return min(self.limit, 40)
