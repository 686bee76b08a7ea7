"""Login names: one person types the same name in many ways."""

from __future__ import annotations

from anguan.core.field_types.text_cleaning import strip_blanks


def normalise_login(typed: str) -> str:
    """The one spelling under which a login is stored and looked up: half-width, no blanks, upper case."""
    return strip_blanks(typed)
