"""Frontal face detection with the optional extra `face`; without it faces are not checked."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from PIL import Image

WIDTH = 330
SMALLEST = 70
"""Smallest face in pixels; smaller matches are false positives such as patterns on clothes."""
NEIGHBOURS = 6
MODEL = "haarcascade_frontalface_default.xml"


def _open_detector() -> Any:
    """The detector of frontal faces; None when the extra is not installed."""
    if find_spec("cv2") is None:
        return None
    vision = import_module("cv2")
    vision.setNumThreads(1)
    return vision.CascadeClassifier(vision.data.haarcascades + MODEL)


DETECTOR = _open_detector()
ARRAYS: Any = import_module("numpy") if DETECTOR is not None else None


def count_faces(photo: Image.Image) -> list[str]:
    """[`faces`] unless there is exactly one frontal face; [] without a detector."""
    if DETECTOR is None:
        return []
    small = photo.convert("L").resize((WIDTH, round(WIDTH * photo.height / photo.width)))
    found = DETECTOR.detectMultiScale(ARRAYS.asarray(small), 1.1, NEIGHBOURS, minSize=(SMALLEST, SMALLEST))
    return [] if len(found) == 1 else ["faces"]
