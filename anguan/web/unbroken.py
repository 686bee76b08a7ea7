"""Dates, times and numbers inside a sentence, which must not be broken over two lines."""

import re
from typing import Any

from markupsafe import Markup, escape

_WHOLE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?"  # 2026-12-09 17:30
    r"|(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:（含）前)?"
    r"|[A-Z]{2}\d{4}-\d{6}"  # a request number
    r"|[一-龥]?水安[A-C](?:[（(]\d{4}[）)])?\d+"  # a certificate number
    r"|0\d{2,3}-\d{7,8}"  # a telephone number
    r"|(?<![\dA-Za-z*])[\dX*]{11,18}(?![\dA-Za-z*])"  # a mobile or document number, masked or not
)


def keep_unbroken(text: Any) -> Any:
    """The text with each date, time and number in an element that does not wrap; markup stays as it is."""
    if not isinstance(text, str) or hasattr(text, "__html__"):
        return text
    parts, at = [], 0
    for found in _WHOLE.finditer(text):
        parts += [escape(text[at : found.start()]), Markup('<span class="nowrap">{}</span>').format(found[0])]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])]) if parts else text
