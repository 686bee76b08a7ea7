"""CSV and Excel files: no formulas, numbers and dates as such, codes as text; bounded memory."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response, stream_with_context
from markupsafe import Markup

from anguan.core import clock

STARTERS = "=+-@\t\r\n＝＋－＠|"
BLANKS = " \u3000\u00a0\ufeff"
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML forbids, and so no worksheet may contain."""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST = 32_000
XLSX_ROWS = 1_048_575
"""Maximum number of rows beside the heading in an Excel worksheet."""
CHUNK = 64 * 1024
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
    if kind == "xlsx":
        return send_book(name, [SpreadsheetPage(name, titles, lines)])
    chunks = write_csv(titles, lines)
    return _download(Response(stream_with_context(chunks), content_type=TYPES[kind]), name, kind)


def send_book(name: str, pages: Sequence[SpreadsheetPage]) -> Response:
    """A report as a workbook."""
    from anguan.panel.common.workbooks import write_xlsx  # noqa: PLC0415 - loaded by the first use

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


def _download(response: Response, name: str, kind: str) -> Response:
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{name}-{clock.today():%Y%m%d}.{kind}"
    )
    return response
