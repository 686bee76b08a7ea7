"""Geometry of the crop box: upright, ratio 1 to 1.3, inside the picture, in whole pixels."""

from dataclasses import dataclass

from anguan.infra.portraits import RATIO, TOLERANCE

SMALLEST = 64
STEP = 0.04
"""An arrow button moves the box by this part of its width."""
GROWTH = 1.1
EPSILON = 1e-6
"""Rounding tolerance: 572 / 1.3 may come out slightly below 440."""
ACTS = ("up", "down", "left", "right", "bigger", "smaller", "turn_left", "turn_right", "fit", "reset")


@dataclass(frozen=True)
class CropBox:
    """A crop box in pixels of the rotated picture."""

    x: int
    y: int
    width: int
    height: int

    @property
    def text(self) -> str:
        """Stored form: `x,y,width,height`."""
        return f"{self.x},{self.y},{self.width},{self.height}"

    @property
    def sides(self) -> tuple[int, int, int, int]:
        """Tuple (x, y, width, height) in pixels."""
        return self.x, self.y, self.width, self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Centre of the box in pixels."""
        return self.x + self.width / 2, self.y + self.height / 2


def read_box(text: str, size: tuple[int, int]) -> CropBox:
    """Parse a stored box; the largest box when it is missing or does not fit the `size` in pixels."""
    parts = text.split(",")
    if len(parts) == 4 and all(part.isascii() and part.isdigit() for part in parts):
        box = CropBox(*map(int, parts))
        if fits(box, size):
            return box
    return largest(size)


def fits(box: CropBox, size: tuple[int, int]) -> bool:
    """True when the box is inside the picture, large enough and of the right ratio."""
    return (
        min(box.x, box.y) >= 0
        and min(box.width, box.height) >= SMALLEST
        and box.x + box.width <= size[0]
        and box.y + box.height <= size[1]
        and abs(box.height / box.width - RATIO) <= max(TOLERANCE, 0.5 / box.width) + 1e-9
    )


def largest(size: tuple[int, int]) -> CropBox:
    """The largest box, centred in the picture."""
    return shape(size[0] / 2, size[1] / 2, min(size[0], size[1] / RATIO), size)


def shape(x: float, y: float, width: float, size: tuple[int, int]) -> CropBox:
    """A box of about this width around this point, shifted to lie inside the picture."""
    most = min(size[0], int(size[1] / RATIO + EPSILON))
    whole = max(min(int(width + EPSILON), most), min(SMALLEST, most), 1)
    height = min(round(whole * RATIO), size[1])
    left = min(max(round(x - whole / 2), 0), size[0] - whole)
    top = min(max(round(y - height / 2), 0), size[1] - height)
    return CropBox(left, top, whole, height)


def step(act: str, box: CropBox, turn: int, size: tuple[int, int]) -> tuple[CropBox, int]:
    """The box and the quarter turns after one button; `size` is that of the picture as rotated now."""
    x, y = box.middle
    move = max(1.0, box.width * STEP)
    across, down = {
        "up": (0, -move),
        "down": (0, move),
        "left": (-move, 0),
        "right": (move, 0),
    }.get(act, (0, 0))
    if act in ("turn_left", "turn_right"):
        turned = (size[1], size[0])
        middle = (size[1] - y, x) if act == "turn_right" else (y, size[0] - x)
        return shape(*middle, box.width, turned), (turn + (1 if act == "turn_right" else 3)) % 4
    if act == "fit":
        return largest(size), turn
    if act == "reset":
        return largest(size if turn % 2 == 0 else (size[1], size[0])), 0
    grown = {"bigger": GROWTH, "smaller": 1 / GROWTH}.get(act, 1)
    return shape(x + across, y + down, box.width * grown, size), turn
