"""Where a line of Chinese may end: no mark at its beginning, no bracket at its end, no number cut in two.

The renderer's own breaker for Chinese cuts numbers and words anywhere, forgets forced line ends and leaves
an empty line behind a mark that hangs over the margin; this one takes its place in the press process.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from xhtml2pdf import reportlab_paragraph as typesetter

NOT_FIRST = frozenset("，。、；：？！）》」』】〕〉”’…—·～％℃,.;:?!)]}%")
NOT_LAST = frozenset("（《「『【〔〈“‘([{￥$＃#")
WORD = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_/.@*+&=")
SLACK = 1e-3


def install_line_breaking() -> None:
    """Let every paragraph that wraps as Chinese use this breaker."""
    typesetter.Paragraph.breakLinesCJK = break_lines


def break_lines(paragraph: Any, width: Any) -> Any:
    """The lines of a paragraph for the given width (or widths: first line, later lines)."""
    widths = list(width) if isinstance(width, list | tuple) else [width]
    typesetter._handleBulletWidth(paragraph.bulletText, paragraph.style, widths, rtl=paragraph.dir == "rtl")
    leading = getattr(paragraph, "autoLeading", getattr(paragraph.style, "autoLeading", ""))
    chars = [typesetter.cjkU(char, frag, "utf-8") for frag in paragraph.frags for char in _chars_of(frag)]
    lines: list[Any] = []
    for piece in _cut_at_breaks(chars):
        advances = [char.width for char in piece]
        start = 0
        while True:
            room = widths[min(len(lines), len(widths) - 1)]
            end = find_end(advances, piece, start, room)
            spare = room - sum(advances[start:end])
            lines.append(typesetter.makeCJKParaLine(piece[start:end], spare, leading not in ("", "off")))
            start = end
            while start < len(piece) and piece[start] == " ":
                start += 1
            if start >= len(piece):
                break
    return typesetter.ParaLines(kind=1, lines=lines)


def find_end(widths: Sequence[float], chars: Sequence[str], start: int, room: float) -> int:
    """The index behind the last character of the line that begins at `start`; at least one character."""
    used, end = 0.0, start
    while end < len(chars) and used + widths[end] <= room + SLACK:
        used += widths[end]
        end += 1
    if end >= len(chars):
        return len(chars)
    cut = _step_back(chars, start, end)
    if sum(char not in NOT_FIRST for char in chars[cut:]) == 1:
        # A single character on the last line looks like a mistake: it gets company.
        cut = _step_back(chars, start, cut - 1)
    return cut


def _step_back(chars: Sequence[str], start: int, end: int) -> int:
    """The nearest place for a line end at or before `end`; `end` itself where the line has none."""
    return next((cut for cut in range(end, start, -1) if may_break(chars, cut)), max(end, start + 1))


def may_break(chars: Sequence[str], cut: int) -> bool:
    """Whether a line may end before `chars[cut]`."""
    before, after = chars[cut - 1], chars[cut]
    if before == " " or after == " ":
        return True
    return not (after in NOT_FIRST or before in NOT_LAST or (before in WORD and after in WORD))


def _chars_of(frag: Any) -> Sequence[str]:
    return [""] if hasattr(frag, "lineBreak") or not frag.text else frag.text


def _cut_at_breaks(chars: Sequence[Any]) -> Iterator[list[Any]]:
    """The stretches between forced line ends."""
    piece: list[Any] = []
    for char in chars:
        if hasattr(char.frag, "lineBreak"):
            yield piece
            piece = []
        else:
            piece.append(char)
    if piece:
        yield piece
