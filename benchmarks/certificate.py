"""Benchmark of one certificate PDF against raw reportlab drawing the same page.

Both sides get the same facts and return the bytes of a PDF with fonts, photo, QR code, text and lines.
The renderer pays for its subprocess, the HTML and the layout; the raw side draws at coordinates that were
worked out beforehand.
"""

import io
import re
import statistics
import time
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageDraw
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from anguan.pdf import font_registration
from anguan.pdf.certificate import SheetLine, list_lines, render_certificate
from anguan.pdf.decoration import HEIGHT, WIDTH, draw_ground
from anguan.pdf.html import show_day
from anguan.pdf.qr import render_qr

ROUNDS = 40
TARGET = 2.5
CHECK_URL = "https://example.org/check/0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
FACTS: dict[str, Any] = {
    "number": "水安B20240000123",
    "kind_code": "B",
    "kind_title": "项目负责人",
    "holder_name": "岑禾安",
    "gender": "female",
    "document_type": "resident",
    "document_number": "590101199003070010",
    "birth_date": "1990-03-07",
    "unit_name": "云南示例甲水电工程有限公司",
    "unit_uscc": "91590100MA00000001",
    "position": "项目负责人",
    "title": "工程师",
    "first_issued": "2024-01-01",
    "valid_from": "2024-01-01",
    "valid_until": "2026-12-31",
    "issued_by": "示例考核管理部门",
    "version": 1,
    "made_on": "2024-01-01",
}
SHAPE = re.compile(r"<(path|rect|circle|text) ([^>]*)/?>(?:([^<]*)</text>)?")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
STEP = re.compile(r"([MCHVv])([^MCHVv]*)")


def run() -> dict[str, Any]:
    """Run both sides alternately; medians in milliseconds and their ratio."""
    font_registration.register_families()
    photo = draw_photo()
    shapes = read_shapes(draw_ground(FACTS["issued_by"]))
    sides: dict[str, Callable[[], bytes]] = {
        "press": lambda: render_certificate(FACTS, photo, CHECK_URL),
        "raw": lambda: draw_raw(photo, shapes),
    }
    times: dict[str, list[float]] = {name: [] for name in sides}
    sizes = {name: len(draw()) for name, draw in sides.items()}
    for _ in range(ROUNDS):
        for name, draw in sides.items():
            start = time.perf_counter()
            draw()
            times[name].append((time.perf_counter() - start) * 1000)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    ratio = medians["press"] / medians["raw"]
    return {
        "name": "one certificate PDF / raw reportlab",
        "press_ms": round(medians["press"], 1),
        "raw_ms": round(medians["raw"], 1),
        "press_bytes": sizes["press"],
        "raw_bytes": sizes["raw"],
        "ratio": round(ratio, 2),
        "target": TARGET,
        "holds": ratio <= TARGET,
    }


def draw_photo() -> bytes:
    """A synthetic face on white, the size of a certificate photo."""
    face = Image.new("RGB", (440, 572), "white")
    pen = ImageDraw.Draw(face)
    pen.pieslice((70, 400, 370, 760), 180, 360, fill="#5B7287")
    pen.ellipse((130, 110, 310, 370), fill="#E3D2C3")
    pen.chord((125, 100, 315, 330), 180, 360, fill="#3C4A58")
    jpeg = io.BytesIO()
    face.save(jpeg, "JPEG", quality=88)
    return jpeg.getvalue()


def read_shapes(svg: bytes) -> list[tuple[str, dict[str, str], str]]:
    """Decorations as plain shapes; read once, as if they were typed into the program."""
    return [
        (kind, dict(ATTRIBUTE.findall(attributes)), text)
        for kind, attributes, text in SHAPE.findall(svg.decode())
    ]


def draw_raw(photo: bytes, shapes: list[tuple[str, dict[str, str], str]]) -> bytes:
    """The same page drawn with the canvas alone."""
    rl_config.useA85 = 0
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT))
    for kind, at, text in shapes:
        draw_shape(canvas, kind, at, text)
    canvas.setDash([])
    canvas.setFillColor("#17212B")
    write(canvas, "安全生产考核合格证书", 248, 92, 31, "song-bold", spacing=4)
    write(canvas, "水利水电工程施工企业", 336, 123, 14.5, spacing=2.6)
    write(canvas, "证书编号", 569, 173, 14.5)
    write(canvas, FACTS["number"], 638, 173, 14.5, "song-bold")
    for index, line in enumerate(list_lines(FACTS)):
        draw_line(canvas, line, 213.5 + index * 27.8)
    canvas.drawImage(ImageReader(io.BytesIO(photo)), 644, HEIGHT - 357, 126, 163.8)
    canvas.drawImage(ImageReader(io.BytesIO(render_qr(CHECK_URL))), 71, HEIGHT - 533, 86, 86)
    write(canvas, "扫码核验证书状态，以核验结果为准", 168, 482, 10, "hei")
    write(canvas, f"第 {FACTS['version']} 版   制证日期 {show_day(FACTS['made_on'])}", 168, 499, 10, "hei")
    write(canvas, f"发证机关   {FACTS['issued_by']}", 460, 476, 14)
    write(canvas, show_day(FACTS["made_on"]), 560, 503, 14)
    canvas.save()
    return out.getvalue()


def draw_line(canvas: Canvas, line: SheetLine, top: float) -> None:
    """Draw one row: spread label, value, rule."""
    write(canvas, line.label, 72, top - 9, 14, spacing=line.spacing)
    write(canvas, f"{line.value}      {line.beside}".rstrip(), 204, top - 9, line.size, "song-bold")
    canvas.setStrokeColor("#8FA3B3")
    canvas.setLineWidth(0.6)
    canvas.line(204, HEIGHT - top, 572, HEIGHT - top)


def write(
    canvas: Canvas, text: str, x: float, y: float, size: float, font: str = "song", spacing: float = 0
) -> None:
    """Draw text at a point measured in points from the top left."""
    canvas.setFont(font, size)
    canvas.drawString(x, HEIGHT - y, text, charSpace=spacing)


def draw_shape(canvas: Canvas, kind: str, at: dict[str, str], text: str) -> None:
    """Draw one decoration."""
    if kind == "text":
        canvas.saveState()
        canvas.setFillColor(at["fill"])
        canvas.setFont("song-bold", float(at["font-size"]))
        canvas.translate(float(at["x"]), HEIGHT - float(at["y"]))
        canvas.rotate(-float(at["transform"][7:].split(" ")[0].rstrip(")")))
        canvas.drawCentredString(0, 0, text)
        canvas.restoreState()
        return
    canvas.setStrokeColor(at["stroke"])
    canvas.setLineWidth(float(at["stroke-width"]))
    dashes = at.get("stroke-dasharray", "none")
    canvas.setDash([] if dashes == "none" else [float(part) for part in dashes.split()])
    if kind == "rect":
        y, height = float(at["y"]), float(at["height"])
        canvas.rect(float(at["x"]), HEIGHT - y - height, float(at["width"]), height)
    elif kind == "circle":
        canvas.circle(float(at["cx"]), HEIGHT - float(at["cy"]), float(at["r"]))
    else:
        draw_path(canvas, at["d"])


def draw_path(canvas: Canvas, steps: str) -> None:
    """Draw a path of the commands that the decorations use: M, C, H and v."""
    path = canvas.beginPath()
    x = y = 0.0
    for command, words in STEP.findall(steps):
        n = [float(word) for word in words.split()]
        if command == "M":
            x, y = n
            path.moveTo(x, HEIGHT - y)
        elif command == "C":
            path.curveTo(n[0], HEIGHT - n[1], n[2], HEIGHT - n[3], n[4], HEIGHT - n[5])
        elif command == "H":
            path.lineTo(n[0], HEIGHT - y)
        else:
            path.lineTo(x, HEIGHT - y - n[0])
    canvas.drawPath(path)
