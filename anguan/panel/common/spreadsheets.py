"""Lists as files: cells are text, nothing calculates, Excel reads the Chinese, memory stays small."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import IO, Any

from flask import Response, stream_with_context
from markupsafe import Markup
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from anguan.core import clock

STARTERS = "=+-@\t\r\n＝＋－＠|"
BLANKS = " \u3000\u00a0\ufeff"
UNWRITABLE = re.compile(rf"{ILLEGAL_CHARACTERS_RE.pattern}|[\ufffe\uffff]")
"""What no XML may hold, and so no sheet."""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST = 32_000
XLSX_ROWS = 1_048_575
"""So many rows beside the titles fit on a sheet of Excel."""
CHUNK = 64 * 1024
Lines = Iterable[Sequence[str]]


@dataclass(frozen=True)
class SpreadsheetPage:
    """One sheet of a workbook of our own counts: whole numbers stay numbers, everything else is text."""

    title: str
    heads: Sequence[str]
    lines: Sequence[Sequence[str | int]]


def plain(value: Any) -> str:
    """The text of a cell."""
    if isinstance(value, Markup):
        value = value.striptags()
    text = "" if value is None else str(value)
    return UNWRITABLE.sub("", text)[:LONGEST]


def escape_formula(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(BLANKS)[:1] in tuple(STARTERS) else text


def send_list(kind: str, name: str, titles: Sequence[str], lines: Lines) -> Response:
    """The list as a download whose name tells the day and nothing personal; `lines` are taken as they go."""
    make = {"csv": write_csv, "xlsx": write_xlsx}[kind]
    chunks = stream_with_context(make(titles, lines))
    return _download(Response(chunks, content_type=TYPES[kind]), name, kind)


def send_book(name: str, pages: Sequence[SpreadsheetPage]) -> Response:
    """Our own counts as a workbook."""
    book = Workbook(write_only=True)
    for page in pages:
        sheet = book.create_sheet(page.title)
        for line in (page.heads, *page.lines):
            sheet.append(
                [value if isinstance(value, int) else escape_formula(plain(value)) for value in line]
            )
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        return _download(Response(file.read(), content_type=TYPES["xlsx"]), name, "xlsx")


def write_csv(titles: Sequence[str], lines: Lines) -> Iterator[bytes]:
    """The bytes of a CSV file, a chunk at a time."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    out.write("\ufeff")
    writer.writerow([escape_formula(title) for title in titles])
    for line in lines:
        writer.writerow([escape_formula(cell) for cell in line])
        if out.tell() >= CHUNK:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def write_xlsx(titles: Sequence[str], lines: Lines) -> Iterator[bytes]:
    """The bytes of an Excel file: written to a file on disk first, because its index stands at the end."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    row = _text_row(sheet, len(titles))
    try:
        for line in chain([titles], lines):
            sheet.append(row(line))
    except BaseException:
        # What the library has written so far lies on disk until somebody takes it away.
        sheet.close()
        sheet._writer.cleanup()
        raise
    with tempfile.TemporaryFile() as file:
        book.save(file)
        yield from _read(file)


def _text_row(sheet: Any, count: int) -> Callable[[Sequence[str]], list[Cell]]:
    """Fills the same cells for every line: giving each its format takes longer than writing it."""
    cells = [WriteOnlyCell(sheet) for _ in range(count)]
    for cell in cells:
        cell.number_format = "@"

    def fill(line: Sequence[str]) -> list[Cell]:
        for cell, text in zip(cells, line, strict=True):
            cell.value = escape_formula(plain(text))
            cell.data_type = "s"
        return cells

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
