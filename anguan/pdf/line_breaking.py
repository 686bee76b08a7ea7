"""Line breaking for Chinese: no mark at the start of a line, no bracket at its end, no split numbers.

The renderer's own algorithm for Chinese cuts numbers and words anywhere, ignores forced line breaks and
leaves an empty line behind a mark that exceeds the margin; this one replaces it in the subprocess.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from xhtml2pdf import reportlab_paragraph as typesetter

NOT_FIRST = frozenset("，。、；：？！）》」』】〕〉”’…—·～％℃,.;:?!)]}%")
NOT_LAST = frozenset("（《「『【〔〈“‘([{￥$＃#")
WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_/.@*+&=")
SLACK = 1e-3


def install_line_breaking() -> None:
    """Use this algorithm for every paragraph that wraps as Chinese."""
    typesetter.Paragraph.breakLinesCJK = break_lines


def break_lines(paragraph: Any, width: Any) -> Any:
    """The lines of a paragraph for a width in points (or widths: first line, later lines)."""
    widths = list(width) if isinstance(width, list | tuple) else [width]
    typesetter._handleBulletWidth(paragraph.bulletText, paragraph.style, widths, rtl=paragraph.dir == "rtl")
    leading = getattr(paragraph, "autoLeading", getattr(paragraph.style, "autoLeading", ""))
    chars = [typesetter.cjkU(char, frag, "utf-8") for frag in paragraph.frags for char in _chars_of(frag)]
    lines: list[Any] = []
    for piece in _cut_at_breaks(chars):
        advances = [char.width for char in piece]
        start = 0
        while True:
            available = widths[min(len(lines), len(widths) - 1)]
            end = find_end(advances, piece, start, available)
            spare = available - sum(advances[start:end])
            lines.append(typesetter.makeCJKParaLine(piece[start:end], spare, leading not in ("", "off")))
            start = end
            while start < len(piece) and piece[start] == " ":
                start += 1
            if start >= len(piece):
                break
    return typesetter.ParaLines(kind=1, lines=lines)


def find_end(widths: Sequence[float], chars: Sequence[str], start: int, available: float) -> int:
    """Index after the last character of the line that begins at `start`; at least one character."""
    used, end = 0.0, start
    while end < len(chars) and used + widths[end] <= available + SLACK:
        used += widths[end]
        end += 1
    if end >= len(chars):
        return len(chars)
    cut = _step_back(chars, start, end)
    if sum(char not in NOT_FIRST for char in chars[cut:]) == 1:
        # A single character on the last line looks like a mistake: another one is moved down to it.
        cut = _step_back(chars, start, cut - 1)
    return cut


def _step_back(chars: Sequence[str], start: int, end: int) -> int:
    """The nearest break position at or before `end`; `end` itself when the line has none."""
    return next((cut for cut in range(end, start, -1) if may_break(chars, cut)), max(end, start + 1))


def may_break(chars: Sequence[str], cut: int) -> bool:
    """True when a line may end before `chars[cut]`."""
    before, after = chars[cut - 1], chars[cut]
    if before == " " or after == " ":
        return True
    return not (after in NOT_FIRST or before in NOT_LAST or (before in WORD and after in WORD))


def _chars_of(frag: Any) -> Sequence[str]:
    return [""] if hasattr(frag, "lineBreak") or not frag.text else frag.text


def _cut_at_breaks(chars: Sequence[Any]) -> Iterator[list[Any]]:
    """Runs of characters between forced line breaks."""
    piece: list[Any] = []
    for char in chars:
        if hasattr(char.frag, "lineBreak"):
            yield piece
            piece = []
        else:
            piece.append(char)
    if piece:
        yield piece
