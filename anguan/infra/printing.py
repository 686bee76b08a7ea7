"""Refuses text that no font of the PDFs prints, at the field where it was typed.

A certificate or form that cannot be printed would be noticed only by its holder, weeks later.
"""

import unicodedata
from collections.abc import Mapping

from anguan.core.field_types import EMPTY, FieldType, InvalidValue
from anguan.infra.fonts import FontsMissing, missing_glyphs


def parse_printable(kind: FieldType, typed: str, beside: Mapping[str, str] = EMPTY) -> str:
    """Canonical text of the input, as `kind.parse`. Raises InvalidValue also for what cannot be printed."""
    value = kind.parse(typed, beside)
    if fault := printing_fault(value):
        raise InvalidValue(fault)
    return value


def printing_fault(text: str) -> str:
    """The sentence about the first character that no font prints; '' when there is none.

    Without the fonts nothing can be printed at all, which `doctor` reports: then nothing is refused.
    """
    try:
        missing = missing_glyphs(text)
    except FontsMissing:
        return ""
    if not missing:
        return ""
    char = missing[0]
    where = f"第{text.index(char) + 1}个字“{name_character(char)}”"
    if unicodedata.category(char) == "Lo":
        return f"{where}不在系统的字库里，印不到证书上，请联系考核管理部门加装字库。"
    return f"{where}打印不出来，请删去，或换成常用的文字。"


def name_character(char: str) -> str:
    """The character itself, or its code point where a page could not show it."""
    return char if char.isprintable() and unicodedata.category(char) != "Co" else f"U+{ord(char):04X}"
