"""Portraits drawn for the photo checks: sound ones, and ones with a single fault each."""

import io
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SKINS = ("#e8cdb5", "#d9b899", "#c89f7c", "#b5825c")
COATS = ("#28466e", "#5b2f3a", "#333333", "#4e6b5f")
_FINE = 2


def draw_portrait(
    width: int = 600,
    height: int = 780,
    *,
    ground: str = "white",
    seed: int = 0,
    size: float = 1.0,
    aside: float = 0.0,
    grain: float = 0.0,
) -> Image.Image:
    """Head and shoulders as an ID photo shows them; the same seed gives the same face."""
    dice = random.Random(seed)
    skin, coat = dice.choice(SKINS), dice.choice(COATS)
    hair = dice.choice(("#1e1e1e", "#2f2622", "#4a4a4a"))
    wide, high = width * _FINE, height * _FINE
    image = Image.new("RGB", (wide, high), ground)
    pen = ImageDraw.Draw(image)
    unit = min(wide, high / 1.3) * size
    x, top = wide * (0.5 + aside), high - 1.13 * unit if size == 1.0 else high * 0.5 - 0.5 * unit

    def oval(cx: float, cy: float, rx: float, ry: float, fill: str) -> None:
        middle = (x + cx * unit, top + cy * unit)
        pen.ellipse(
            (middle[0] - rx * unit, middle[1] - ry * unit, middle[0] + rx * unit, middle[1] + ry * unit),
            fill=fill,
        )

    oval(0, 1.12, 0.4, 0.3, coat)
    oval(0, 0.8, 0.08, 0.16, skin)
    face = 0.2 + dice.uniform(-0.015, 0.015)
    oval(0, 0.3, face + 0.02, 0.27, hair)
    oval(0, 0.42, face, 0.27, skin)
    oval(dice.uniform(-0.03, 0.03), 0.22, face * 0.8, 0.1, hair)
    for side in (-1, 1):
        oval(side * 0.08, 0.4, 0.03, 0.012, "#1e1e1e")
        oval(side * 0.08, 0.36, 0.04, 0.008, hair)
    oval(0, 0.48, 0.015, 0.03, "#a8765a")
    oval(0, 0.57, 0.06, 0.013, "#9c3c3c")
    image = image.resize((width, height), Image.Resampling.LANCZOS)
    if grain:
        noise = Image.effect_noise((width, height), grain).convert("RGB")
        image = Image.blend(image, noise, 0.05)
    return image


def blur(image: Image.Image, radius: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius * image.width / 600))


def shade(image: Image.Image, by: float, lift: float = 0) -> Image.Image:
    return image.point([max(0, min(255, round(level * by + lift))) for level in range(256)] * 3)


def cast_shadow(image: Image.Image) -> Image.Image:
    """The picture with a background that is lit from one side."""
    fall = Image.new("L", (20, 1))
    fall.putdata([min(255, 150 + 26 * step) for step in range(20)])
    fall = fall.resize(image.size, Image.Resampling.BILINEAR)
    return ImageChops.multiply(image, Image.merge("RGB", (fall, fall, fall)))


def jpeg(image: Image.Image, **options: object) -> bytes:
    kept = io.BytesIO()
    image.save(kept, "JPEG", **{"quality": 92, **options})
    return kept.getvalue()


def png(image: Image.Image) -> bytes:
    kept = io.BytesIO()
    image.save(kept, "PNG")
    return kept.getvalue()
