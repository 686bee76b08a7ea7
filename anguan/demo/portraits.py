"""Generates synthetic portraits that resemble nobody."""

import io
import random

from PIL import Image, ImageDraw

SIZE = (600, 780)
_FINE = 2
"""Factor by which pictures are drawn larger and then reduced, for smooth edges."""

_HAIR = ("#2F3A46", "#3D332E", "#22262B", "#4A3B33", "#39424C")
_SKIN = ("#E4D2C1", "#DEC7B2", "#E8D8C8", "#D9C1AB", "#E2CDBA")
_COAT = ("#5B7387", "#3F5A6E", "#6B6F7A", "#4E6B5F", "#7A6552")
_SHIRT = "#F5F7F9"


class Brush:
    """Draws with coordinates from 0 to 1 in both directions."""

    def __init__(self) -> None:
        self.width, self.height = SIZE[0] * _FINE, SIZE[1] * _FINE
        self.image = Image.new("RGB", (self.width, self.height), "white")
        self._pen = ImageDraw.Draw(self.image)

    def spot(self, x: float, y: float, rx: float, ry: float, colour: str) -> None:
        """An ellipse around a point."""
        self._pen.ellipse(self._box(x, y, rx, ry), fill=colour)

    def cap(self, x: float, y: float, rx: float, ry: float, colour: str) -> None:
        """The upper half of an ellipse."""
        self._pen.chord(self._box(x, y, rx, ry), 180, 360, fill=colour)

    def shape(self, points: list[tuple[float, float]], colour: str) -> None:
        """A polygon."""
        self._pen.polygon([(x * self.width, y * self.height) for x, y in points], fill=colour)

    def finish(self) -> bytes:
        """The picture as JPEG."""
        kept = io.BytesIO()
        self.image.resize(SIZE, Image.Resampling.LANCZOS).save(kept, "JPEG", quality=90)
        return kept.getvalue()

    def _box(self, x: float, y: float, rx: float, ry: float) -> tuple[float, float, float, float]:
        return (
            (x - rx) * self.width,
            (y - ry) * self.height,
            (x + rx) * self.width,
            (y + ry) * self.height,
        )


def draw_face(key: str, gender: str) -> bytes:
    """A portrait on white as JPEG, 600×780 pixels; the same key always gives the same face."""
    rng = random.Random(key)  # noqa: S311 a face, not a secret
    hair, skin, coat = rng.choice(_HAIR), rng.choice(_SKIN), rng.choice(_COAT)
    face = 0.176 + rng.uniform(-0.014, 0.014)
    middle = 0.40 + rng.uniform(-0.008, 0.008)
    part = rng.choice((-1, 1)) * rng.uniform(0.02, 0.07)
    brush = Brush()
    if gender == "female":
        _draw_long_hair(brush, hair, face, middle, rng.uniform(0.56, 0.72))
    _draw_body(brush, coat, skin)
    _draw_head(brush, hair, skin, face, middle, part)
    return brush.finish()


def _draw_long_hair(brush: Brush, hair: str, face: float, middle: float, end: float) -> None:
    side = face + 0.045
    brush.spot(0.5, middle - 0.03, side, 0.20, hair)
    brush.shape([(0.5 - side, middle - 0.03), (0.5 + side, middle - 0.03), (0.68, end), (0.32, end)], hair)


def _draw_body(brush: Brush, coat: str, skin: str) -> None:
    brush.spot(0.5, 1.0, 0.37, 0.27, coat)
    brush.shape([(0.43, 0.50), (0.57, 0.50), (0.58, 0.745), (0.5, 0.83), (0.42, 0.745)], skin)
    for side in (-1, 1):
        brush.shape(
            [(0.5 + side * 0.115, 0.745), (0.5 + side * 0.07, 0.71), (0.5, 0.82), (0.5, 0.91)], _SHIRT
        )


def _draw_head(brush: Brush, hair: str, skin: str, face: float, middle: float, part: float) -> None:
    brush.spot(0.5, middle - 0.045, face + 0.014, 0.158, hair)
    for side in (-1, 1):
        brush.spot(0.5 + side * (face + 0.002), middle + 0.015, 0.020, 0.032, skin)
    brush.spot(0.5, middle + 0.015, face, 0.180, skin)
    brush.cap(0.5, middle - 0.062, face + 0.014, 0.142, hair)
    brush.spot(0.5 + part, middle - 0.050, face * 0.72, 0.030, skin)
    for side in (-1, 1):
        edge = 0.5 + side * (face + 0.014)
        brush.shape(
            [
                (edge, middle - 0.065),
                (edge - side * 0.028, middle - 0.065),
                (edge - side * 0.006, middle - 0.01),
            ],
            hair,
        )
