"""Repacks a workbook before it is read: only the parts with cells, with sizes that were counted.

The reader allocates a sheet as a rectangle, so one stray cell far away would cost gigabytes: it is found
here, in the stream, before any rectangle is allocated.
"""

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from anguan.services.imports.tables.inspection import UNPACKED

MOST_LINES = 100_000
MOST_COLUMNS = 100
MOST_CELLS = 3_000_000
PIECE = 1 << 20
BROKEN = "文件已经损坏，打不开。请用 Excel 或 WPS 打开后另存一份再上传。"
_WANTED = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(workbook|styles|sharedStrings|worksheets/[^/]+)\.xml"
    r"|xl/_rels/workbook\.xml\.rels",
    re.I,
)
_SHEET = re.compile(r"xl/(worksheets/[^/]+\.xml)", re.I)
_FILLED = re.compile(rb'<(?:\w+:)?c\b(?: r="([A-Z]{1,3})([0-9]{1,7})")?([^>]*)(?<!/)>')
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_LINE = re.compile(rb'\sr="([0-9]{1,7})"')
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_BACK = 512
"""A tag is shorter than this; that much of each chunk is scanned again with the next."""


class UnreadableWorkbook(Exception):
    """The table cannot be read; the text says why and what to do."""


@dataclass
class WorkbookShape:
    """Extent of one sheet: last row, widest column, the lines with error cells, and the hidden lines."""

    last: int = 0
    widest: int = 0
    errors: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)


def repack_workbook(source: Path, target: IO[bytes]) -> dict[str, WorkbookShape]:
    """Copy the needed parts, uncompressed; returns the shape of each sheet by part name.

    Raises UnreadableWorkbook.
    """
    shapes: dict[str, WorkbookShape] = {}
    try:
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as new:
            remaining = UNPACKED
            for part in old.infolist():
                if _WANTED.fullmatch(part.filename):
                    remaining -= _copy(old, new, part, shapes, remaining)
        target.seek(0)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as broken:
        raise UnreadableWorkbook(BROKEN) from broken
    return shapes


def _copy(
    old: zipfile.ZipFile,
    new: zipfile.ZipFile,
    part: zipfile.ZipInfo,
    shapes: dict[str, WorkbookShape],
    remaining: int,
) -> int:
    found = _SHEET.fullmatch(part.filename)
    shape = shapes.setdefault(found[1], WorkbookShape()) if found else None
    size, before = 0, b""
    with old.open(part) as reader, new.open(part.filename, "w", force_zip64=True) as writer:
        while piece := reader.read(PIECE):
            size += len(piece)
            if size > remaining:
                raise UnreadableWorkbook("表格展开后过大，请拆成几个文件。")
            writer.write(piece)
            if shape is not None:
                _measure(before + piece, shape)
                before = piece[-_BACK:]
    return size


def _measure(xml: bytes, shape: WorkbookShape) -> None:
    """Record the extent of the filled cells; empty ones, however many, cost nothing."""
    for letters, line, more in _FILLED.findall(xml):
        if not letters:
            raise UnreadableWorkbook("表格里的格子没有编号。请用 Excel 或 WPS 打开后另存一份再上传。")
        number = int(line)
        shape.last = max(shape.last, number)
        shape.widest = max(shape.widest, _column(letters))
        if b't="e"' in more:
            shape.errors.add(number)
    for tag in _ROW.findall(xml):
        if _HIDDEN.search(tag) and (line := _LINE.search(tag)):
            shape.hidden.add(int(line[1]))
    if shape.last > MOST_LINES:
        raise UnreadableWorkbook(
            f"第 {shape.last} 行还有内容，一次最多 {MOST_LINES} 行。请删掉末尾多余的行，或拆成几个文件。"
        )
    if shape.widest > MOST_COLUMNS or shape.widest * shape.last > MOST_CELLS:
        raise UnreadableWorkbook(f"第 {shape.widest} 列还有内容，表格太宽。请删掉右边多余的列。")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
