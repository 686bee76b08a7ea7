"""Normalisation of login names."""

from __future__ import annotations

from anguan.core.field_types.text_cleaning import strip_blanks


def normalise_login(typed: str) -> str:
    """The form in which a login is stored and looked up: half-width, no blanks, upper case."""
    return strip_blanks(typed)
