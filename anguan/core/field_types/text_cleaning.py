"""Removal of invisible characters and normalisation of typed text."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Mapping

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_RAISE = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
_NARROW = str.maketrans("（）［］", "()[]")
_WIDE = str.maketrans("()[]", "（）［］")
_MINUS = "\u2212"
_KANGXI = range(0x2F00, 0x2FD6)
_SUPPLEMENT = (
    "⺁厂⺄乙⺊卜⺒巳⺓幺⺛旡⺞歺⺟母⺠民⺩王⺬示⺶羊⺻聿⻁虎⻄西⻅见⻆角⻉贝⻋车⻑長⻓长⻔门⻗雨⻘青⻙韦⻚页"
    "⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻬齐⻮齿⻰龙⻱龜⻲亀⻳龟"
)
"""Radicals that are whole characters, each before the character it looks like (Unicode's
EquivalentUnifiedIdeograph). Unlike the Kangxi radicals they have no compatibility form."""
_ZERO_WIDTH = "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_COPIED: Mapping[int, int | None] = {
    **{point: ord(unicodedata.normalize("NFKC", chr(point))) for point in _KANGXI},
    **dict(zip(map(ord, _SUPPLEMENT[::2]), map(ord, _SUPPLEMENT[1::2]), strict=True)),
    **dict.fromkeys(map(ord, _ZERO_WIDTH)),
    **dict.fromkeys((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))),
}


def clean_copied(text: str) -> str:
    """The text without what copying from a PDF or chat brings along; idempotent.

    PDFs carry radicals (⽅) in place of characters (方), and zero-width characters and variation selectors
    that nobody sees but every comparison does.
    """
    return text if text.isascii() else text.translate(_COPIED)


def selects_variant(char: str) -> bool:
    """True for variation selectors."""
    return (
        "\ufe00" <= char <= "\ufe0f" or "\u180b" <= char <= "\u180f" or "\U000e0100" <= char <= "\U000e01ef"
    )


def is_invisible(char: str) -> bool:
    """True for characters that are not visible: blanks, controls, joiners, lone surrogates."""
    return unicodedata.category(char) in _UNSEEN or char in _BLANK_LETTERS or selects_variant(char)


def is_noncharacter(char: str) -> bool:
    """True for the code points that Unicode reserves as noncharacters."""
    return ord(char) & 0xFFFE == 0xFFFE or "\ufdd0" <= char <= "\ufdef"


def upper_ascii(text: str) -> str:
    """Upper case for ASCII only: `str.upper` would turn other letters (ı, ß) into ASCII ones."""
    return text.translate(_RAISE)


def is_dash(char: str) -> bool:
    """True for every character that people type as a hyphen."""
    return char == _MINUS or unicodedata.category(char) == "Pd"


def normalise_dashes(text: str) -> str:
    """The text with every kind of dash written as the ASCII hyphen."""
    return "".join("-" if is_dash(char) else char for char in text)


def strip_blanks(typed: str) -> str:
    """Half-width upper-case text without blanks and invisible characters; idempotent.

    Decomposed first: compatibility forms may hide blanks, and removing one may let marks join letters.
    """
    apart = unicodedata.normalize("NFKD", clean_copied(typed))
    seen = "".join(char for char in apart if not is_invisible(char))
    return unicodedata.normalize("NFKC", upper_ascii(seen))


def half_width(typed: str) -> str:
    """Half-width upper-case text without invisible characters, each run of blanks as one space."""
    apart = unicodedata.normalize("NFKD", clean_copied(typed))
    spaced = "".join(" " if char.isspace() or char in _BLANK_LETTERS else char for char in apart)
    seen = "".join(char for char in spaced if char == " " or not is_invisible(char))
    return " ".join(unicodedata.normalize("NFKC", upper_ascii(seen)).split())


def normalise_code(typed: str) -> str:
    """A number or code without blanks, invisible characters and hyphens, in half-width upper case."""
    return "".join(char for char in strip_blanks(typed) if not is_dash(char))


def bracket_spellings(text: str) -> tuple[str, ...]:
    """The text as typed, with half-width and with full-width brackets: whichever of them was registered."""
    return tuple(dict.fromkeys((text, text.translate(_NARROW), text.translate(_WIDE))))


def narrow_brackets(text: str) -> str:
    """The text with half-width brackets."""
    return text.translate(_NARROW)


def same_text(one: str, other: str) -> bool:
    """True when two texts differ in nothing but the width of their characters, case and blanks."""
    return one == other or half_width(one) == half_width(other)


def is_digits(text: str) -> bool:
    """True for one or more ASCII digits; `str.isdigit` also accepts those of other scripts."""
    return text.isascii() and text.isdigit()
