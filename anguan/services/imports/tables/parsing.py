"""Finds the headings of a table and parses its lines into rows with errors."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from anguan.core.field_types import Date, DocumentNumber, InvalidValue, Name, Text
from anguan.core.field_types.name import LOST
from anguan.infra.printing import parse_printable
from anguan.services.imports.tables.columns import Column, EmployerColumn, ImportRow, plain_heading
from anguan.services.imports.tables.reading import Cells, Table
from anguan.services.imports.tables.unpacking import UnreadableWorkbook

HEADINGS_WITHIN = 10
EXCEL_LOST = (
    "这一格是数字格式，Excel 只保留前15位，后面的数字已经丢失。请把整列设为“文本”格式，再从原始资料重新填写"
)
SCIENTIFIC = (
    "这一格是“{text}”这样的科学计数，完整的号码没有存进文件。请在原表里把整列设为“文本”格式，重新填写后再另存"
)
DECIMAL = "末尾的“.0”是把号码当作数字导出留下的。请把整列设为“文本”格式，去掉“.0”后再上传"
ROUNDED = "末尾是“000”，像是 Excel 把后几位数字改成了0。请把整列设为“文本”格式，再从原始资料重新填写"
UNENCODED = (
    "有问号，多半是另存为 CSV 时生僻字丢失了。请从原表另存为 .xlsx 或“CSV UTF-8”后重新上传，或改成正确的字"
)
MERGED = "这一行有上下合并的单元格。请取消合并，每一行都填上内容"
ERROR = "这一行有显示错误的公式（例如 #N/A）。请改成实际内容"
REMEMBERED = 4096
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+")
_DECIMAL = re.compile(r"[0-9]+\.0+")
_EPOCH = date(1899, 12, 30)
_SERIALS = range(3654, 80_000)
_EXACT = 10**15


def find_headings(lines: Iterator[tuple[int, Cells]], columns: Sequence[Column]) -> list[tuple[int, Column]]:
    """Positions of the columns, in declared order; the iterator is left after the heading line.

    Raises UnreadableWorkbook when there are none within HEADINGS_WITHIN lines, or unknown ones.
    """
    for number, cells in lines:
        found = _match(cells, columns)
        if len(found) >= min(2, len(columns)):
            _check_headings(number, cells, found, columns)
            return [(place, column) for column in columns if (place := found.get(column.name)) is not None]
        if number >= HEADINGS_WITHIN:
            break
    needed = "、".join(column.title for column in columns if column.required)
    raise UnreadableWorkbook(
        f"没有找到表头。前 {HEADINGS_WITHIN} 行里要有一行列名，至少包括：{needed}。请用模板填写。"
    )


def _match(cells: Cells, columns: Sequence[Column]) -> dict[str, int]:
    headings = [plain_heading(str(cell or "")) for cell in cells]
    return {
        column.name: place
        for column in columns
        for place in [next((i for i, word in enumerate(headings) if word in column.spellings), None)]
        if place is not None
    }


def _check_headings(number: int, cells: Cells, found: Mapping[str, int], columns: Sequence[Column]) -> None:
    missing = [column.title for column in columns if column.required and column.name not in found]
    if missing:
        raise UnreadableWorkbook(f"第 {number} 行的表头缺少：{'、'.join(missing)}。请用模板填写。")
    strange = [str(cell) for place, cell in enumerate(cells) if cell and place not in found.values()]
    if strange:
        raise UnreadableWorkbook(
            f"第 {number} 行的表头有认不出或重复的列：{'、'.join(strange)[:100]}。"
            "请改成模板里的列名，或删掉这一列。"
        )


def read_rows(table: Table, columns: Sequence[Column]) -> Iterator[ImportRow]:
    """Each non-empty line as a row of canonical values and errors. Raises UnreadableWorkbook."""
    places = find_headings(table.lines, columns)
    known: dict[str, dict[Any, str | InvalidValue]] = {column.name: {} for column in columns}
    for number, cells in table.lines:
        row = ImportRow(number, {}, hidden=number in table.hidden)
        for place, column in places:
            raw = cells[place] if place < len(cells) else ""
            _read_cell(row, column, raw, known[column.name])
        if not row.values and not row.faults and number not in table.errors:
            continue
        if number in table.merged:
            row.faults[:0] = [("整行", MERGED)]
        if number in table.errors:
            row.faults[:0] = [("整行", ERROR)]
        for _, column in places:
            said = column.name in row.values or any(title == column.title for title, _ in row.faults)
            if column.required and not said:
                row.blame(column.title, "没有填写，这一列必须填写")
        yield row


def _read_cell(row: ImportRow, column: Column, raw: Any, known: dict[Any, str | InvalidValue]) -> None:
    """Parse a cell; repeated values are parsed once."""
    if raw == "" or raw is None:
        return
    key = None if isinstance(column.kind, DocumentNumber) else (type(raw), raw)
    answer = known.get(key) if key else None
    if answer is None:
        try:
            answer = _parse(column, raw, row.values)
        except InvalidValue as invalid:
            answer = invalid
        if key and len(known) < REMEMBERED:
            known[key] = answer
    if isinstance(answer, InvalidValue):
        row.blame(column.title, answer.sentence.rstrip("。"))
    elif answer:
        row.values[column.name] = answer


def _parse(column: Column, raw: Any, beside: Mapping[str, str]) -> str:
    text = cell_text(raw, column)
    if isinstance(column.kind, Name | Text | EmployerColumn) and not LOST.isdisjoint(text):
        raise InvalidValue(UNENCODED)
    try:
        # A person is registered under their real name, whatever the fonts of this machine print.
        parse = column.kind.parse if isinstance(column.kind, Name) else partial(parse_printable, column.kind)
        return parse(text, beside)
    except InvalidValue:
        if column.long and len(text) > 15 and text.isascii() and text.isdigit() and text.endswith("000"):
            raise InvalidValue(ROUNDED) from None
        raise


def cell_text(raw: Any, column: Column) -> str:
    """Text of a cell, whatever type Excel gave it. Raises InvalidValue for a rounded number."""
    if isinstance(raw, str):
        text = raw.strip()
        if text.startswith('="') and text.endswith('"'):
            text = text[2:-1]
        text = text.lstrip("'‘’") if column.long else text.removeprefix("'")
        if column.long and _SCIENTIFIC.fullmatch(text):
            raise InvalidValue(SCIENTIFIC.format(text=text))
        if column.long and _DECIMAL.fullmatch(text):
            raise InvalidValue(DECIMAL)
        return text
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, int | float):
        return _number_text(raw, column)
    if isinstance(raw, datetime | date):
        return raw.isoformat()[:10]
    return str(raw)


def _number_text(raw: float, column: Column) -> str:
    if column.long and abs(raw) >= _EXACT:
        raise InvalidValue(EXCEL_LOST)
    if isinstance(column.kind, Date) and int(raw) in _SERIALS:
        return (_EPOCH + timedelta(days=int(raw))).isoformat()
    return str(int(raw)) if raw == int(raw) else repr(raw)
