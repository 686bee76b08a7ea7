"""Lines break where Chinese lines may break."""

import pytest

from anguan.pdf.line_breaking import find_end, may_break


def cut(text, room):
    """The lines of a text in which every character is one unit wide and a line has `room` units."""
    lines, start = [], 0
    while start < len(text):
        end = find_end([1.0] * len(text), text, start, room)
        lines.append(text[start:end])
        start = end
    return lines


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("安全生产考核", 3, ["安全生", "产考核"]),
        ("安全生，产考核", 3, ["安全", "生，产", "考核"]),
        ("安全（生产）考核", 3, ["安全", "（生", "产）", "考核"]),
        ("编号BG2026查", 8, ["编号", "BG2026查"]),
        ("ABCDEFGH", 3, ["ABC", "DEF", "GH"]),
        ("安", 0.5, ["安"]),
        ("社会保险缴纳。", 6, ["社会保险", "缴纳。"]),
        ("安全生产考", 4, ["安全生", "产考"]),
        ("", 5, []),
    ],
)
def test_lines(text, room, lines):
    assert cut(text, room) == lines


def test_a_mark_never_begins_a_line():
    assert not may_break("安。", 1)
    assert not may_break("（安", 1)
    assert may_break("安全", 1)
    assert may_break("a b", 1)
