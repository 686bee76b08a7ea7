"""Typefaces of the PDFs and their character coverage.

A name that cannot be printed must be an error that somebody sees, never an empty box on a certificate. So
every text is checked against the character tables of the fonts before it is rendered.
"""

import unicodedata
from functools import cache
from pathlib import Path

from anguan.infra.sandbox.font_folder import FOLDER

LAST_RESORT = Path("/usr/share/fonts/truetype/hanazono")

FACES: dict[str, tuple[Path, Path]] = {
    "song": (FOLDER / "NotoSerifSC-Regular.ttf", FOLDER / "NotoSerifSC-Bold.ttf"),
    "hei": (FOLDER / "NotoSansSC-Regular.ttf", FOLDER / "NotoSansSC-Bold.ttf"),
    "hana": (LAST_RESORT / "HanaMinA.ttf", LAST_RESORT / "HanaMinA.ttf"),
    "hanb": (LAST_RESORT / "HanaMinB.ttf", LAST_RESORT / "HanaMinB.ttf"),
}
"""CSS family name → regular and bold file. The last two exist only where they were installed."""

BODY = ("song", "hei")
"""Families used by the templates: a character that both can print needs no other font."""


class FontsMissing(Exception):
    """The PDF fonts are not installed; set-up puts them into static/vendor/fonts."""


def is_installed(family: str) -> bool:
    """True when both files of a family exist."""
    return all(path.is_file() for path in FACES[family])


@cache
def read_coverage(family: str) -> frozenset[int]:
    """Code points that a family can print; empty for a fallback not installed. Raises FontsMissing."""
    if is_installed(family):
        from reportlab.pdfbase.ttfonts import TTFontFile  # noqa: PLC0415 - loaded by the first use

        return frozenset(TTFontFile(str(FACES[family][0])).charToGlyph)
    if family in BODY:
        raise FontsMissing(f"找不到打印字体 {FACES[family][0].name}，请先运行安装步骤（make run 会自动安装）")
    return frozenset()


def drop_invisible(text: str) -> str:
    """The text without invisible characters: control and format characters, variation selectors."""
    return "".join(c for c in text if c in "\n\t" or not _is_invisible(c))


def split_runs(text: str) -> list[tuple[str | None, str]]:
    """Split a text into (family, piece): "" is the page's own font, None means that no font has it.

    Blanks stay with the piece before them, so that a run never begins with one.
    """
    runs: list[tuple[str | None, str]] = []
    for char in drop_invisible(text):
        family = runs[-1][0] if runs and char.isspace() else _find_family(char)
        if runs and runs[-1][0] == family:
            runs[-1] = (family, runs[-1][1] + char)
        else:
            runs.append((family, char))
    return runs


def missing_glyphs(text: str) -> list[str]:
    """Characters of a text that no installed font can print, each once, in order."""
    return [c for c in drop_invisible("".join(dict.fromkeys(text))) if _find_family(c) is None]


def _find_family(char: str) -> str | None:
    point = ord(char)
    if char.isspace() or all(point in read_coverage(family) for family in BODY):
        return ""
    return next((family for family in FACES if point in read_coverage(family)), None)


def _is_invisible(char: str) -> bool:
    if unicodedata.category(char) in ("Cc", "Cf"):
        return True
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
