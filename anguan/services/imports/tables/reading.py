"""Reads a table line by line from xlsx or csv; formulas give their last displayed value."""

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from anguan.services.imports.tables.inspection import XLSX, encoding_of
from anguan.services.imports.tables.unpacking import (
    BROKEN,
    MOST_LINES,
    UnreadableWorkbook,
    WorkbookShape,
    repack_workbook,
)

Cells = list[Any]
NOBODY: frozenset[int] = frozenset()
_SHEET = re.compile(rb'<(?:\w+:)?sheet\b[^>]*?\s(?:\w+:)?id="([^"]+)"')
_ID = re.compile(rb'\sId="([^"]+)"')
_TARGET = re.compile(rb'\sTarget="/?(?:xl/)?([^"]+)"')


@dataclass(frozen=True)
class Table:
    """Numbered lines of a file, and the numbers of hidden lines and of those with merged or error cells."""

    lines: Iterator[tuple[int, Cells]]
    merged: frozenset[int] = NOBODY
    errors: frozenset[int] = NOBODY
    hidden: frozenset[int] = NOBODY


@contextmanager
def open_table(path: Path, mime: str) -> Iterator[Table]:
    """The table in a stored file; of a workbook the first visible sheet. Raises UnreadableWorkbook."""
    if mime != XLSX:
        yield Table(_read_csv(path))
        return
    with tempfile.TemporaryFile() as packed:  # unnamed: nothing is left behind when the process is killed
        shapes = repack_workbook(path, packed)
        try:
            book = CalamineWorkbook.from_filelike(packed)
            index = _first_visible(book)
            sheet = book.get_sheet_by_index(index)
        except (CalamineError, OSError, ValueError) as error:
            raise UnreadableWorkbook(BROKEN) from error
        shape = shapes.get(_parts(packed).get(index, ""), WorkbookShape())
        yield Table(_read_sheet(sheet), _merged(sheet), frozenset(shape.errors), frozenset(shape.hidden))
        book.close()


def _first_visible(book: CalamineWorkbook) -> int:
    for index, sheet in enumerate(book.sheets_metadata):
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
            return index
    raise UnreadableWorkbook("表格里没有可见的工作表。请把数据放在第一张工作表里。")


def _parts(packed: IO[bytes]) -> dict[int, str]:
    """Name of the part that holds the sheet, by sheet index."""
    with zipfile.ZipFile(packed) as parts:
        names = set(parts.namelist())
        if not names >= {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"}:
            return {}
        sheets = _SHEET.findall(parts.read("xl/workbook.xml"))
        relations = re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", parts.read("xl/_rels/workbook.xml.rels"))
    targets = {}
    for relation in relations:
        key, target = _ID.search(relation), _TARGET.search(relation)
        if key and target:
            targets[key[1]] = target[1].decode("utf-8", "replace")
    return {index: targets.get(key, "") for index, key in enumerate(sheets)}


def _merged(sheet: CalamineSheet) -> frozenset[int]:
    return frozenset(
        line
        for (top, _), (bottom, _) in sheet.merged_cell_ranges or ()
        if bottom > top
        for line in range(top + 1, min(bottom, MOST_LINES) + 2)
    )


def _read_sheet(sheet: CalamineSheet) -> Iterator[tuple[int, Cells]]:
    if sheet.start is not None:
        yield from enumerate(sheet.iter_rows(), start=1)


def _read_csv(path: Path) -> Iterator[tuple[int, Cells]]:
    data = path.read_bytes()
    text = data.decode(encoding_of(data))
    del data
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in head else ",")
    try:
        for cells in reader:
            if reader.line_num > MOST_LINES:
                raise UnreadableWorkbook(f"超过 {MOST_LINES} 行。请拆成几个文件。")
            yield reader.line_num, list(cells)
    except csv.Error as error:
        raise UnreadableWorkbook(
            f"第 {reader.line_num} 行的引号或格式不对。请用 Excel 打开后另存为 .xlsx。"
        ) from error
