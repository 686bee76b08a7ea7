"""CSV and Excel files: text cells without formulas, UTF-8 with BOM, streamed with bounded memory."""

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
"""Characters that XML forbids, and so no worksheet may contain."""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST = 32_000
XLSX_ROWS = 1_048_575
"""Maximum number of rows beside the heading in an Excel worksheet."""
CHUNK = 64 * 1024
Lines = Iterable[Sequence[str]]


@dataclass(frozen=True)
class SpreadsheetPage:
    """One worksheet of a report: integers stay numbers, everything else is text."""

    title: str
    heads: Sequence[str]
    lines: Sequence[Sequence[str | int]]


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
    """The list as a streamed download; the file name has the date and nothing personal."""
    make = {"csv": write_csv, "xlsx": write_xlsx}[kind]
    chunks = stream_with_context(make(titles, lines))
    return _download(Response(chunks, content_type=TYPES[kind]), name, kind)


def send_book(name: str, pages: Sequence[SpreadsheetPage]) -> Response:
    """A report as a workbook."""
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
    """Bytes of a CSV file in chunks of about `CHUNK` characters."""
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
    """Bytes of an Excel file, written to disk first, because the index is at the end of the archive."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    row = _text_row(sheet, len(titles))
    try:
        for line in chain([titles], lines):
            sheet.append(row(line))
    except BaseException:
        # openpyxl leaves its temporary file on disk unless it is cleaned up here.
        sheet.close()
        sheet._writer.cleanup()
        raise
    with tempfile.TemporaryFile() as file:
        book.save(file)
        yield from _read(file)


def _text_row(sheet: Any, count: int) -> Callable[[Sequence[str]], list[Cell]]:
    """Reuses the same cells for every line: formatting each cell takes longer than writing it."""
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
