"""Ids of records as they stand in URLs and forms."""

import re

LARGEST_ID = 2**31 - 1
"""Largest value of an integer column of PostgreSQL; SQLite would take more."""
_DIGITS = re.compile(r"[1-9][0-9]{0,9}")


def read_id(text: str | None) -> int | None:
    """The id that a text names, in the notation in which pages write it; None when no record can have it."""
    if not text or not _DIGITS.fullmatch(text) or int(text) > LARGEST_ID:
        return None
    return int(text)
