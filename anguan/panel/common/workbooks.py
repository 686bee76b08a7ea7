"""Excel files: widths that fit, a fixed bold head, numbers and dates as such; bounded memory."""

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain, islice
from typing import IO, Any
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from anguan.core import clock
from anguan.panel.common.spreadsheets import (
    CHUNK,
    SpreadsheetPage,
    Value,
    escape_formula,
    plain,
    text_of,
)

MOMENT, DAY = "yyyy-mm-dd hh:mm", "yyyy-mm-dd"
WIDEST, NARROWEST, MEASURED = 60, 6, 200
"""Column widths in Latin characters, and the number of rows that are measured for them."""
SHEET_TITLE = re.compile(r"[\[\]:*?/\\]")
LONGEST_TITLE = 31


def write_xlsx(pages: Sequence[SpreadsheetPage]) -> Iterator[bytes]:
    """Bytes of an Excel file, written to disk first, because the index is at the end of the archive."""
    book = Workbook(write_only=True)
    for page in pages:
        sheet = book.create_sheet(SHEET_TITLE.sub("", page.title)[:LONGEST_TITLE])
        try:
            _fill(sheet, page)
        except BaseException:
            # openpyxl leaves its temporary file on disk unless it is cleaned up here.
            sheet.close()
            sheet._writer.cleanup()
            raise
    with tempfile.TemporaryFile() as file:
        book.save(file)
        yield from _read(file)


def _fill(sheet: Any, page: SpreadsheetPage) -> None:
    """Widths, a fixed bold head, and the lines."""
    lines = iter(page.lines)
    first = list(islice(lines, MEASURED))
    for place, column in enumerate(zip(page.heads, *first, strict=True), start=1):
        width = max(map(_width, column)) + 2
        sheet.column_dimensions[get_column_letter(place)].width = min(max(width, NARROWEST), WIDEST)
    sheet.freeze_panes = "A2"
    heads = [WriteOnlyCell(sheet, escape_formula(head)) for head in page.heads]
    for cell in heads:
        cell.font = Font(bold=True)
    sheet.append(heads)
    row = _row(sheet, len(heads))
    for line in chain(first, lines):
        sheet.append(row(line))


def _width(value: Value) -> int:
    """Latin characters that the text takes; a Chinese one takes two."""
    return sum(1 + (east_asian_width(char) in "FW") for char in text_of(value))


def _row(sheet: Any, count: int) -> Callable[[Sequence[Value]], list[Cell]]:
    """Reuses the same cells for every line: formatting each cell takes longer than writing it."""
    kinds = {"text": "@", "number": "0", "day": DAY, "moment": MOMENT}
    cells = {kind: [WriteOnlyCell(sheet) for _ in range(count)] for kind in kinds}
    for kind, form in kinds.items():
        for cell in cells[kind]:
            cell.number_format = form

    def fill(line: Sequence[Value]) -> list[Cell]:
        filled = []
        for place, value in zip(range(count), line, strict=True):
            if isinstance(value, datetime):
                cell = cells["moment"][place]
                cell.value = clock.beijing(value).replace(tzinfo=None)
            elif isinstance(value, date):
                cell = cells["day"][place]
                cell.value = value
            elif isinstance(value, int):
                cell = cells["number"][place]
                cell.value = value
            else:
                cell = cells["text"][place]
                cell.value = escape_formula(plain(value))
                cell.data_type = "s"
            filled.append(cell)
        return filled

    return fill


def _read(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk
