"""Registers the fonts with reportlab and xhtml2pdf once per process, and writes correct ToUnicode tables.

Registered fonts are parsed once; an @font-face in the stylesheet would parse 10 MB again for every page.
"""

from collections.abc import Sequence

from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import ttfonts
from svglib.fonts import register_font
from xhtml2pdf.default import DEFAULT_FONT

from anguan.infra.fonts import BODY, FACES, FontsMissing, is_installed, read_coverage


def register_families() -> None:
    """Register every installed family; the CSS names are the keys of FACES. Raises FontsMissing."""
    ttfonts.makeToUnicodeCMap = write_unicode_map
    for family, (regular, bold) in FACES.items():
        if family in BODY:
            read_coverage(family)
        if not is_installed(family):
            continue
        names = (family, family if bold == regular else f"{family}-bold")
        # The SVG library keeps a list of its own and also registers the font with reportlab.
        for name, path, weight in zip(names, (regular, bold), ("normal", "bold"), strict=True):
            if register_font(family, str(path), weight=weight, rlgFontName=name) == (None, False):
                raise FontsMissing(f"字体文件无法使用：{path.name}")
        for heavy in (0, 1):
            for slanted in (0, 1):
                addMapping(family, heavy, slanted, names[heavy])
        DEFAULT_FONT[family] = family


def write_unicode_map(fontname: str, subset: Sequence[int]) -> str:
    """ToUnicode table of one font subset, which a PDF reader uses for copying and searching.

    Reportlab's own table writes a code point beyond U+FFFF as five digits, which readers take for another
    character; the format requires UTF-16, and at most a hundred lines to a block.
    """
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        f"/CIDSystemInfo << /Registry ({fontname}) /Ordering ({fontname}) /Supplement 0 >> def",
        f"/CMapName /{fontname} def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        f"<00> <{len(subset) - 1:02X}>",
        "endcodespacerange",
    ]
    pairs = [f"<{code:02X}> <{_utf16(point)}>" for code, point in enumerate(subset)]
    for start in range(0, len(pairs), 100):
        block = pairs[start : start + 100]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)


def _utf16(point: int) -> str:
    return chr(point).encode("utf-16-be", "surrogatepass").hex().upper()
