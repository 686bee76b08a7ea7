"""Spreadsheet template of an import kind: hints, headings, text cells, and a second worksheet with
examples."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from anguan.core.field_types import Choice, Date
from anguan.services.imports.kinds import KINDS
from anguan.services.imports.tables.columns import Column

HEADING = PatternFill("solid", fgColor="DCE9F2")
QUIET = Font(color="5B6B78", size=9)
TEXT = "@"
FORMATTED = 200


def make_template(session: Session, kind: str) -> bytes:
    """A workbook with an empty worksheet for data and one with two invented examples, as bytes."""
    book = KINDS[kind](session)
    workbook = Workbook()
    first = workbook.worksheets[0]
    first.title = book.title
    _write_heading(first, book.columns)
    for line in range(3, FORMATTED + 3):
        for place in range(1, len(book.columns) + 1):
            first.cell(line, place).number_format = TEXT
    second = workbook.create_sheet("示例（不会导入）")
    _write_heading(second, book.columns)
    for line in (0, 1):
        second.append([_example(column, line) for column in book.columns])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _write_heading(sheet: Worksheet, columns: Sequence[Column]) -> None:
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        hint, heading = sheet.cell(1, place, _hint(column)), sheet.cell(2, place, _heading(column))
        hint.font, hint.alignment = QUIET, Alignment(wrap_text=True, vertical="top")
        heading.font, heading.fill = Font(bold=True), HEADING
        sheet.column_dimensions[letter].width = 22 if column.long else 16
        sheet.column_dimensions[letter].number_format = TEXT
    sheet.row_dimensions[1].height = 64
    sheet.freeze_panes = "A3"


def _heading(column: Column) -> str:
    return f"{column.title}*" if column.required else column.title


def _hint(column: Column) -> str:
    parts = ["必填" if column.required else "选填"]
    if column.hint:
        parts.append(column.hint)
    if isinstance(column.kind, Choice) and column.kind.options:
        labels = [label for _, label in column.kind.options]
        parts.append("填：" + "、".join(labels[:10]) + ("等" if len(labels) > 10 else ""))
    if isinstance(column.kind, Date):
        parts.append("如 2024-12-31")
    return "；".join(parts)


def _example(column: Column, line: int) -> str:
    if column.examples != ("", ""):
        return column.examples[line]
    if isinstance(column.kind, Choice) and column.kind.options and column.required:
        return column.kind.options[0][1]
    return ""
