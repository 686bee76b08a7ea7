"""Vector decoration of certificates and forms: double rule, scale line, contour lines, seal placeholder.

SVG in points of an A4 page in landscape, y downward.
"""

import math
from collections.abc import Sequence
from functools import cache, lru_cache

from markupsafe import Markup, escape

from anguan.pdf.html import measure

WIDTH, HEIGHT = 841.89, 595.28
DEEP, RULE, WATER, SEAL = "#084668", "#8FA3B3", "#D6E7F1", "#A8201A"
SEAL_X, SEAL_Y, SEAL_RADIUS = 711.0, 487.0, 55.0


@lru_cache(maxsize=64)
def draw_ground(organ: str) -> bytes:
    """SVG background of a certificate; `organ` is written around the seal placeholder."""
    parts = (_contours(), _double_rule(), _scale_line(225, 617, 143), _photo_place(), _seal_place(organ))
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{0}pt" height="{1}pt" viewBox="0 0 {0} {1}">'
    )
    return (head.format(WIDTH, HEIGHT) + Markup("").join(parts) + Markup("</svg>")).encode()


@cache
def draw_scale(width: int) -> bytes:
    """SVG scale line under the title of a form, `width` points long."""
    head = Markup('<svg xmlns="http://www.w3.org/2000/svg" width="{0}pt" height="7pt" viewBox="0 0 {0} 7">')
    return (head.format(width) + _scale_line(0, width, 1) + Markup("</svg>")).encode()


@cache
def draw_step_marker(state: str) -> bytes:
    """SVG marker of one progress step: `done` is filled, `now` a strong outline, `todo` a pale one."""
    fill, ink, stroke = {
        "done": (DEEP, DEEP, 1.4),
        "now": ("#FFFFFF", DEEP, 2.6),
        "todo": ("#FFFFFF", RULE, 1.2),
    }[state]
    pattern = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="12pt" height="16pt" viewBox="0 0 12 16">'
        '<path d="M2 14V5Q2 2 5 2H7Q10 2 10 5V14Z" fill="{}" stroke="{}" stroke-width="{}"/></svg>'
    )
    return pattern.format(fill, ink, stroke).encode()


def _double_rule() -> Markup:
    return Markup("").join(
        _box(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset, DEEP, stroke)
        for inset, stroke in ((26, 0.6), (30.2, 1.6))
    )


def _photo_place() -> Markup:
    return _box(643.2, 192.4, 127.4, 165.4, "#5F6C79", 0.7)


def _box(x: float, y: float, width: float, height: float, ink: str, stroke: float) -> Markup:
    pattern = Markup(
        '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="none" '
        'stroke="{}" stroke-width="{}"/>'
    )
    return pattern.format(x, y, width, height, ink, stroke)


def _scale_line(left: int, right: int, top: int) -> Markup:
    ticks = "".join(
        f"M{x} {top}v{5 if step % 5 == 0 else 2.6}" for step, x in enumerate(range(left, right + 1, 6))
    )
    path = Markup('<path d="M{} {}H{}{}" fill="none" stroke="{}" stroke-width="0.6"/>')
    return path.format(left, top, right, ticks, RULE)


def _contours() -> Markup:
    """Nine contour lines of a gentle slope, thinning towards the bottom edge."""
    lines = []
    for index in range(9):
        base, swell = 404 + index * 16.5, 1 - index * 0.055
        points = [(x, base + swell * _height(x, index)) for x in range(31, 813, 71)]
        lines.append(_smooth(points))
    path = Markup('<path d="{}" fill="none" stroke="{}" stroke-width="0.8"/>')
    return path.format("".join(lines), WATER)


def _height(x: float, index: int) -> float:
    angle = x / 780 * math.tau
    return 22 * math.sin(1.15 * angle - 0.5 + index * 0.06) + 9 * math.sin(2.3 * angle + index * 0.21)


def _smooth(points: Sequence[tuple[float, float]]) -> str:
    """A path of cubic curves through the points, each taking its slope from its two neighbours."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    padded = [points[0], *points, points[-1]]
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        leave = (start[0] + (end[0] - before[0]) / 6, start[1] + (end[1] - before[1]) / 6)
        arrive = (end[0] - (after[0] - start[0]) / 6, end[1] - (after[1] - start[1]) / 6)
        path += "C" + " ".join(f"{x:.1f} {y:.1f}" for x, y in (leave, arrive, end))
    return path


def _seal_place(organ: str) -> Markup:
    """Seal placeholder: an empty circle with a caption; the real seal is never printed by this program."""
    circle = Markup(
        '<circle cx="{}" cy="{}" r="{}" fill="none" stroke="{}" stroke-width="{}" stroke-dasharray="{}"/>'
    )
    rings = circle.format(SEAL_X, SEAL_Y, SEAL_RADIUS, SEAL, 1.1, "none") + circle.format(
        SEAL_X, SEAL_Y, SEAL_RADIUS - 5, SEAL, 0.5, "2.4 2"
    )
    return rings + _write_round(organ) + _letter("（印章位置）", SEAL_X, SEAL_Y + 4, 9)


def _write_round(organ: str) -> Markup:
    size = min(12.5, 230 / max(measure(organ), 1))
    radius = SEAL_RADIUS - 10 - size * 0.8
    step = min(math.radians(25), math.radians(250) / max(len(organ), 1))
    letters = []
    for index, char in enumerate(organ):
        angle = (index - (len(organ) - 1) / 2) * step
        x, y = SEAL_X + radius * math.sin(angle), SEAL_Y - radius * math.cos(angle)
        turn = f"rotate({math.degrees(angle):.1f} {x:.1f} {y:.1f})"
        letters.append(_letter(char, x, y, size, turn))
    return Markup("").join(letters)


def _letter(text: str, x: float, y: float, size: float, turn: str = "rotate(0)") -> Markup:
    pattern = Markup(
        '<text x="{:.1f}" y="{:.1f}" font-family="song" font-weight="bold" font-size="{:.1f}" '
        'text-anchor="middle" fill="{}" transform="{}">{}</text>'
    )
    return pattern.format(x, y, size, SEAL, turn, escape(text))
