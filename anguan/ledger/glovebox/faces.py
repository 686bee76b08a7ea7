"""Counts frontal faces when the optional extra `face` is installed; without it nothing is said of faces."""

from importlib.util import find_spec

from PIL import Image

WIDTH = 330
SMALLEST = 70
"""A face of an ID photo is larger, what is smaller is a pattern on a shirt."""

if find_spec("cv2"):
    import cv2
    import numpy

    cv2.setNumThreads(1)
    _FRONTAL = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")

    def _count(photo: Image.Image) -> int:
        found = _FRONTAL.detectMultiScale(numpy.asarray(photo), 1.1, 6, minSize=(SMALLEST, SMALLEST))
        return len(found)

else:

    def _count(photo: Image.Image) -> int:
        return 1


def count_faces(photo: Image.Image) -> list[str]:
    """`faces` when there is not exactly one frontal face."""
    small = photo.convert("L").resize((WIDTH, round(WIDTH * photo.height / photo.width)))
    return [] if _count(small) == 1 else ["faces"]
