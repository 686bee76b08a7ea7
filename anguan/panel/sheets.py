"""Lists as files: every cell is text, nothing in it calculates, and Excel reads the Chinese."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from flask import Response
from markupsafe import Markup
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from anguan.grammar import clock
from anguan.grammar.trial import weakened

STARTERS = "=+-@\t\r\n＝＋－＠|"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LONGEST = 32_000


def plain(value: Any) -> str:
    """The text of a cell."""
    if isinstance(value, Markup):
        value = value.striptags()
    text = "" if value is None else str(value)
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST]


def disarm(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    if weakened("export_formulas"):
        return text
    return f"'{text}" if text.lstrip(" \u3000\u00a0\ufeff")[:1] in tuple(STARTERS) else text


def answer(kind: str, name: str, titles: Sequence[str], lines: Sequence[Sequence[str]]) -> Response:
    """The file, as a download whose name tells the day and nothing personal."""
    make = {"csv": _csv, "xlsx": _xlsx}[kind]
    response = Response(make(titles, lines), content_type=TYPES[kind])
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{name}-{clock.today():%Y%m%d}.{kind}"
    )
    return response


def _csv(titles: Sequence[str], lines: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(titles)
    writer.writerows([disarm(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(titles: Sequence[str], lines: Sequence[Sequence[str]]) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet()
    for line in (titles, *lines):
        cells = []
        for text in line:
            cell = WriteOnlyCell(page, value=disarm(text))
            cell.data_type, cell.number_format = "s", "@"
            cells.append(cell)
        page.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
