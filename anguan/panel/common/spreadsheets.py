"""CSV and Excel files: no formulas, numbers and dates as such, codes as text; bounded memory."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from typing import IO, Any
from unicodedata import east_asian_width

from flask import Response, stream_with_context
from markupsafe import Markup
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from anguan.core import clock

STARTERS = "=+-@\t\r\n＝＋－＠|"
BLANKS = " \u3000\u00a0\ufeff"
UNWRITABLE = re.compile(rf"{ILLEGAL_CHARACTERS_RE.pattern}|[\ufffe\uffff]")
"""Characters that XML forbids, and so no worksheet may contain."""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST = 32_000
XLSX_ROWS = 1_048_575
"""Maximum number of rows beside the heading in an Excel worksheet."""
CHUNK = 64 * 1024
MOMENT, DAY = "yyyy-mm-dd hh:mm", "yyyy-mm-dd"
WIDEST, NARROWEST, MEASURED = 60, 6, 200
"""Column widths in Latin characters, and the number of rows that are measured for them."""
SHEET_TITLE = re.compile(r"[\[\]:*?/\\]")
LONGEST_TITLE = 31
Value = str | int | date
"""A cell: text, a whole number, a day or a moment."""
Lines = Iterable[Sequence[Value]]


@dataclass(frozen=True)
class SpreadsheetPage:
    """One worksheet: its title, heads and lines."""

    title: str
    heads: Sequence[str]
    lines: Lines


def read_value(value: Any) -> Value:
    """The value of a cell: whole numbers and dates keep their type, everything else is text."""
    if isinstance(value, int | date) and not isinstance(value, bool):
        return value
    return plain(value)


def text_of(value: Value) -> str:
    """The text of a cell, never a formula; times are those of Beijing."""
    if isinstance(value, datetime):
        return f"{clock.beijing(value):%Y-%m-%d %H:%M}"
    return str(value) if isinstance(value, int | date) else escape_formula(value)


def plain(value: Any) -> str:
    """Text of a cell."""
    if isinstance(value, Markup):
        value = value.striptags()
    text = "" if value is None else str(value)
    return UNWRITABLE.sub("", text)[:LONGEST]


def escape_formula(text: str) -> str:
    """The text, quoted where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip(BLANKS)[:1] in tuple(STARTERS) else text


def send_list(kind: str, name: str, titles: Sequence[str], lines: Lines) -> Response:
    """The list as a streamed download; `name` is a Chinese title, the file name adds the date."""
    chunks = write_csv(titles, lines) if kind == "csv" else write_xlsx([SpreadsheetPage(name, titles, lines)])
    return _download(Response(stream_with_context(chunks), content_type=TYPES[kind]), name, kind)


def send_book(name: str, pages: Sequence[SpreadsheetPage]) -> Response:
    """A report as a workbook."""
    chunks = stream_with_context(write_xlsx(pages))
    return _download(Response(chunks, content_type=TYPES["xlsx"]), name, "xlsx")


def write_csv(titles: Sequence[str], lines: Lines) -> Iterator[bytes]:
    """Bytes of a CSV file in chunks of about `CHUNK` characters."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    out.write("\ufeff")
    writer.writerow([escape_formula(title) for title in titles])
    for line in lines:
        writer.writerow([text_of(cell) for cell in line])
        if out.tell() >= CHUNK:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


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


def _download(response: Response, name: str, kind: str) -> Response:
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{name}-{clock.today():%Y%m%d}.{kind}"
    )
    return response
