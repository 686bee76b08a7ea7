"""Counts frontal faces when the optional extra `face` is installed; without it nothing is said of faces."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from PIL import Image

WIDTH = 330
SMALLEST = 70
"""A face of an ID photo is larger, what is smaller is a pattern on a shirt."""
NEIGHBOURS = 6
MODEL = "haarcascade_frontalface_default.xml"


def _open_finder() -> Any:
    """What finds frontal faces; None when the extra is not installed."""
    if find_spec("cv2") is None:
        return None
    vision = import_module("cv2")
    vision.setNumThreads(1)
    return vision.CascadeClassifier(vision.data.haarcascades + MODEL)


FINDER = _open_finder()
ARRAYS: Any = import_module("numpy") if FINDER is not None else None


def count_faces(photo: Image.Image) -> list[str]:
    """`faces` when there is not exactly one frontal face."""
    if FINDER is None:
        return []
    small = photo.convert("L").resize((WIDTH, round(WIDTH * photo.height / photo.width)))
    found = FINDER.detectMultiScale(ARRAYS.asarray(small), 1.1, NEIGHBOURS, minSize=(SMALLEST, SMALLEST))
    return [] if len(found) == 1 else ["faces"]
