"""Masking of document numbers, telephone numbers and names."""

from __future__ import annotations

import re

STAR = "*"
_RESIDENT_LENGTH = 18
_LONG = re.compile(r"[0-9]{14,17}[0-9Xx]")
_DAY = r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_SHORT = re.compile(
    rf"(?<![A-Za-z0-9])(?<!水安)(?!{_DAY})"
    r"(?:[A-Za-z]?[0-9]{8}(?:[0-9]{2})?|[A-Za-z]{2}[0-9]{7}|[A-Za-z]{3}[0-9]{12})(?![A-Za-z0-9])"
)
"""Passports (E00000000, EA0000000), permits to travel (H00000000, H0000000000, 00000000) and to reside.

Not days (20240101) and not the numbers of certificates (水安A…).
"""


def mask_document(number: str) -> str:
    """530102***********X: neither the birth date nor more than the last character can be read."""
    if len(number) == _RESIDENT_LENGTH:
        return _hide(number, 6, 1)
    return _hide(number, 2 if len(number) >= 8 else 1, 1)


def mask_documents(text: str) -> str:
    """The text with every run of digits that may be a document number masked."""
    return _LONG.sub(lambda found: mask_document(found[0]), text)


def mask_file_name(name: str) -> str:
    """The name of a file with document numbers of every type masked: passports and travel permits too."""
    return _SHORT.sub(lambda found: mask_document(found[0]), mask_documents(name))


def mask_phone(number: str) -> str:
    """138****1234; of a landline the area code and the last two digits are kept, without the extension."""
    if "-" in number:
        area, line = number.split("-")[:2]
        return f"{area}-{_hide(line, 0, 2)}"
    return _hide(number, 3, 4)


def mask_name(name: str) -> str:
    """张**: the first character is kept; a name of one character is masked completely."""
    return _hide(name, 1, 0)


def _hide(text: str, head: int, tail: int) -> str:
    """Stars in the middle; a text that is too short becomes stars altogether."""
    hidden = len(text) - head - tail
    if hidden < 1:
        return STAR * len(text)
    return text[:head] + STAR * hidden + text[len(text) - tail :]
