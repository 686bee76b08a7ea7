"""ID photos (证件照): cropped from an opened picture or uploaded as they are, checked and re-encoded.

Errors are raised or are findings of level `block`; other findings warn and may be acknowledged.
A photo is cropped, rotated and scaled down, never retouched.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anguan.core.check_result import Severity
from anguan.infra.file_types import detect_file_type
from anguan.infra.inspection import (
    KEPT_PIXELS,
    MEGABYTE,
    MOST_PIXELS,
    Clean,
    Unacceptable,
    display_name,
    format_size,
    inspect,
    refuse,
    rename,
    run_in_sandbox,
)

RATIO = 1.3
TOLERANCE = 0.005
WIDTH, HEIGHT = 600, 780
"""Size in pixels to which a larger crop is scaled down."""
COPY_WIDTH, COPY_HEIGHT = 440, 572
COPY_BYTES = 50 * 1024
HEAVIEST = 5 * MEGABYTE
LONGEST = 6000
"""Longer side in pixels to which a larger opened picture is scaled down."""
SMALLEST_SIDE = 64
SIZES = {"max_pixels": MOST_PIXELS, "kept_pixels": KEPT_PIXELS}
"""Pixels of an upload that are accepted, and above which it is halved."""
SHOWN = 2000
NAME = "证件照片.jpg"
OPENED = "打开的照片"

SENTENCES: Mapping[str, str] = {
    "small": "放大过多，实际只有 {taken_width}×{taken_height} 像素，至少要 {min_width}×{min_height} 像素。"
    "请把裁剪框放大，或换一张更清晰的照片",
    "ground": "背景不是白色，请在白墙或白布前重新拍摄",
    "uneven": "背景深浅不匀，可能有影子或杂物",
    "grey": "看起来是黑白照片，要求彩色照片",
    "dark": "脸部偏暗，请在光线充足的地方重新拍摄",
    "bright": "脸部过亮，看不清五官，请避开强光重新拍摄",
    "blurred": "照片不够清晰，可能没有对好焦，或是从小图放大的",
    "nobody": "照片上没有看到人像",
    "far": "人像偏小，请缩小裁剪框，让头部和双肩占照片的大部分",
    "near": "人像过满，请放大裁剪框，在头顶留出空白",
    "aside": "头部偏在一边，请移动裁剪框，让头部居中",
    "faces": "没有看到正好一张正面的脸，请确认正对镜头、没有遮挡",
}
CHECKS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("ground", "白底", ("ground", "uneven"), "白色"),
    ("colour", "彩色", ("grey",), "彩色"),
    ("exposure", "曝光", ("dark", "bright"), "正常"),
    ("sharpness", "清晰度", ("blurred",), "清晰"),
    ("head", "人像大小和位置", ("nobody", "far", "near", "aside"), "合适"),
)
"""The checks that warn: code, title, their findings, and the text when there is none."""
WORDS: Mapping[str, str] = {
    "ground": "不是白色",
    "uneven": "深浅不匀",
    "grey": "黑白",
    "dark": "偏暗",
    "bright": "过亮",
    "blurred": "不够清晰",
    "nobody": "没有人像",
    "far": "偏小",
    "near": "过满",
    "aside": "偏在一边",
}


@dataclass(frozen=True)
class Limits:
    """The authority's requirements for a photo in pixels; with `white`, another background blocks."""

    width: int = 440
    height: int = 572
    white: bool = False

    @property
    def figures(self) -> dict[str, Any]:
        """The limits as parameters of the sandbox; the target size is at least the required size."""
        width = max(WIDTH, self.width, round(self.height / RATIO))
        return {
            "min_width": self.width,
            "min_height": self.height,
            "ratio": RATIO,
            "tolerance": TOLERANCE,
            "width": width,
            "height": round(width * RATIO),
            "copy_width": COPY_WIDTH,
            "copy_height": COPY_HEIGHT,
            "copy_bytes": COPY_BYTES,
        }


@dataclass(frozen=True)
class CheckNote:
    """One finding of the photo checks."""

    code: str
    level: Severity
    sentence: str


@dataclass(frozen=True)
class Portrait:
    """An accepted ID photo, its copy for the certificate, its findings, and the cropped size in pixels."""

    photo: Clean
    copy: Clean
    findings: tuple[CheckNote, ...]
    taken: tuple[int, int]

    @property
    def blocks(self) -> tuple[CheckNote, ...]:
        """The findings that forbid its use."""
        return tuple(found for found in self.findings if found.level == Severity.BLOCK)

    @property
    def warnings(self) -> tuple[CheckNote, ...]:
        """The findings that the holder may acknowledge."""
        return tuple(found for found in self.findings if found.level == Severity.WARN)


def open_picture(data: bytes, name: str) -> Clean:
    """A picture from which an ID photo is cropped, re-encoded at full size; raises Unacceptable."""
    shown = _require_picture(data, name)
    asked = {**SIZES, "min_side": SMALLEST_SIDE, "longest": LONGEST}
    answer, made = run_in_sandbox("picture", data, shown, {"most": MOST_PIXELS // 10_000}, **asked)
    return Clean(made, "image/jpeg", answer["width"], answer["height"], 1, rename(shown, "image/jpeg"))


def measure_picture(opened: bytes) -> tuple[int, int]:
    """Width and height of an opened picture in pixels, before rotation; raises Unacceptable."""
    answer, _ = run_in_sandbox("measure", opened, OPENED, {})
    return answer["width"], answer["height"]


def show_picture(
    opened: bytes, turn: int, box: tuple[int, int, int, int] | None = None, longest: int = SHOWN
) -> bytes:
    """An opened picture for the screen after `turn` quarter turns clockwise, dimmed outside of `box`.

    `box` is x, y, width, height and `longest` the longer side, in pixels. Raises Unacceptable.
    """
    _, made = run_in_sandbox("show", opened, OPENED, {}, turn=turn, longest=longest, box=box)
    return made


def cut_portrait(opened: bytes, turn: int, box: tuple[int, int, int, int], limits: Limits) -> Portrait:
    """Crop the ID photo at `box` (x, y, width, height in rotated pixels); raises Unacceptable."""
    answer, made = run_in_sandbox("cut", opened, OPENED, limits.figures, turn=turn, box=box, **limits.figures)
    return _portrait(answer, made, limits)


def inspect_photo(data: bytes, name: str, limits: Limits | None = None) -> Portrait:
    """Check an uploaded finished ID photo; raises Unacceptable for wrong size, ratio, type or damage."""
    limits = limits or Limits()
    shown = _require_picture(data, name)
    most = {"most": MOST_PIXELS // 10_000}
    asked = {**SIZES, "min_side": 1, "longest": 2 * max(limits.figures["height"], HEIGHT)}
    answer, made = run_in_sandbox("portrait", data, shown, limits.figures | most, **limits.figures, **asked)
    return _portrait(answer, made, limits, rename(shown, "image/jpeg"))


def _require_picture(data: bytes, name: str) -> str:
    """The display name; everything but a JPEG or PNG of permitted size is refused."""
    shown = display_name(name)
    if len(data) > HEAVIEST:
        raise refuse("photo_heavy", shown, size=format_size(len(data)), limit=format_size(HEAVIEST))
    if not data or detect_file_type(data) not in ("jpeg", "png"):
        inspect(data, name, ("image",))
        raise refuse("not_image", shown)
    return shown


def _portrait(answer: dict[str, Any], made: bytes, limits: Limits, name: str = NAME) -> Portrait:
    split, width, height = answer["split"], answer["width"], answer["height"]
    if not (made.startswith(b"\xff\xd8\xff") and made[split:].startswith(b"\xff\xd8\xff")):
        raise Unacceptable("照片没有处理成功，请重新打开照片再试一次。", "died")
    figures = {**answer, **limits.figures}
    codes = list(answer["findings"])
    if width < limits.width or height < limits.height:
        codes.insert(0, "small")
    return Portrait(
        Clean(made[:split], "image/jpeg", width, height, 1, name),
        Clean(made[split:], "image/jpeg", None, None, 1, name),
        tuple(CheckNote(code, _level(code, limits), SENTENCES[code].format(**figures)) for code in codes),
        (answer["taken_width"], answer["taken_height"]),
    )


def _level(code: str, limits: Limits) -> Severity:
    refused = code == "small" or (code == "ground" and limits.white)
    return Severity.BLOCK if refused else Severity.WARN
