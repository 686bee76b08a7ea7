"""The photo tool as a person sees it in a browser: positions of crop box and picture, and gestures."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import CDPSession, Page

from anguan.demo.portraits import draw_face

WHERE = """() => {
  const at = (name) => {
    const place = document.querySelector(name).getBoundingClientRect();
    return [place.left, place.top, place.width, place.height];
  };
  return [at('[data-photo-box]'), at('[data-photo-picture]'), at('[data-photo-stage]'), window.scrollY];
}"""
STILL = 0.6
"""Screen pixels within which an element has not moved."""


@dataclass(frozen=True)
class Place:
    """A rectangle on the screen."""

    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.left + self.width / 2, self.top + self.height / 2

    def is_at(self, other: "Place", by: tuple[float, float] = (0, 0)) -> bool:
        """Whether it is as large as the other and lies `by` pixels beside it."""
        pairs = (
            (self.left, other.left + by[0]),
            (self.top, other.top + by[1]),
            (self.width, other.width),
            (self.height, other.height),
        )
        return all(abs(one - two) <= STILL for one, two in pairs)


class PhotoTool:
    """The open photo tool."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def positions(self) -> tuple[Place, Place]:
        """Positions of crop box and picture."""
        box, picture, _, _ = self.page.evaluate(WHERE)
        return Place(*box), Place(*picture)

    def show(self) -> None:
        """Scroll so that the stage is at the top of the screen."""
        self.page.locator("[data-photo-stage]").evaluate("stage => stage.scrollIntoView({block: 'start'})")

    @property
    def stage(self) -> Place:
        """The stage."""
        return Place(*self.page.evaluate(WHERE)[2])

    def scrolled(self) -> float:
        """How far the page has been scrolled."""
        return float(self.page.evaluate(WHERE)[3])

    def drag(self, start: tuple[float, float], by: tuple[float, float], pieces: int = 4) -> list[Place]:
        """Drag with the left button; gives the position of the box after every piece."""
        mouse, seen = self.page.mouse, []
        mouse.move(*start)
        mouse.down()
        for piece in range(1, pieces + 1):
            mouse.move(start[0] + by[0] * piece / pieces, start[1] + by[1] * piece / pieces)
            seen.append(self.positions()[0])
        mouse.up()
        return seen

    def roll(self, notches: int) -> None:
        """Turn the wheel by notches; negative is away from the user."""
        for _ in range(abs(notches)):
            self.page.mouse.wheel(0, 100 if notches > 0 else -100)

    def wait_open(self) -> None:
        """Wait until the picture is on the stage."""
        self.page.locator("[data-photo-stage]:not([data-empty])").wait_for()

    def wait_checked(self) -> None:
        """Wait for the server's check results of the crop."""
        self.page.wait_for_timeout(450)
        self.page.locator("[data-photo-asked]").wait_for(state="hidden")


class Fingers:
    """Fingers on a touch screen."""

    def __init__(self, page: Page) -> None:
        self.wire: CDPSession = page.context.new_cdp_session(page)
        self.wire.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})

    def slide(self, *ways: tuple[tuple[float, float], tuple[float, float]], pieces: int = 4) -> None:
        """Each finger moves from its start to its end, all at the same time."""
        self._send("touchStart", [start for start, _ in ways])
        for piece in range(1, pieces + 1):
            part = piece / pieces
            points = [(a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part) for a, b in ways]
            self._send("touchMove", points)
        self._send("touchEnd", [])

    def _send(self, kind: str, points: list[tuple[float, float]]) -> None:
        touches: list[dict[str, Any]] = [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(points)]
        self.wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def draw_picture(
    path: Path, size: tuple[int, int] = (1600, 1200), ground: str = "#FFFFFF", turned: bool = False
) -> Path:
    """A portrait before a wall as a phone takes it; `turned` stores it sideways with that orientation."""
    face = Image.open(io.BytesIO(draw_face("bench", "male"))).resize(
        (round(size[1] * 0.6), round(size[1] * 0.78))
    )
    picture = Image.new("RGB", size, "#FFFFFF")
    picture.paste(face, ((size[0] - face.width) // 2, round(size[1] * 0.17)))
    if ground != "#FFFFFF":
        picture = Image.composite(Image.new("RGB", size, ground), picture, _white(picture))
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 20, size[1]), fill="#667788")
    exif = Image.Exif()
    if turned:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
        exif[0x0112] = 6
    picture.save(path, "JPEG", quality=92, exif=exif)
    return path


def _white(picture: Image.Image) -> Image.Image:
    return picture.convert("L").point([255 * (level > 250) for level in range(256)])
