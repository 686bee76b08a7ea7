"""What Excel does to a table, and what people do to a file: parsed, or refused with a message."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from anguan.core.field_types.uscc import compose_uscc
from anguan.infra.inspection import Unacceptable
from anguan.services.imports.checking import describe_hidden
from anguan.services.imports.records.certificates import Certificates
from anguan.services.imports.records.enterprises import Enterprises
from anguan.services.imports.records.people import People
from anguan.services.imports.tables.columns import ImportRow
from anguan.services.imports.tables.inspection import inspect_table
from anguan.services.imports.tables.parsing import read_rows
from anguan.services.imports.tables.reading import open_table
from anguan.services.imports.tables.unpacking import UnreadableWorkbook
from tests.support.imports import csv_file, number, workbook, workbook_bytes

HEAD = ("身份证号", " 姓名* ", "手机（必填）", "入职日期")
COLUMNS = [one for one in People.declared if one.name in ("document_number", "name", "phone", "since")]
GOOD = number(1)


def rows_of(data: bytes, folder: Path, columns: Sequence[Any] = COLUMNS) -> list[ImportRow]:
    """The rows of a file."""
    clean = inspect_table(data, "名单")
    path = folder / "table"
    path.write_bytes(clean.data)
    with open_table(path, clean.mime) as table:
        return list(read_rows(table, columns))


def only(data: bytes, folder: Path) -> ImportRow:
    """The one row of a file."""
    (row,) = rows_of(data, folder)
    return row


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_that_people_here_use(encoding: str, tmp_path: Path) -> None:
    row = only(csv_file(HEAD, (GOOD, "示例𠮷", "13800000000", "2020-02-29"), encoding=encoding), tmp_path)
    assert not row.faults
    assert row.values["name"] == "示例𠮷"


def test_tabs_from_a_spreadsheet_are_read_too(tmp_path: Path) -> None:
    assert only(f"身份证号\t姓名\n{GOOD}\t示例".encode(), tmp_path).values["document_number"] == GOOD


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (f"'{GOOD}", GOOD),
        (f'="{GOOD}"', GOOD),
        ("".join(chr(ord(char) + 0xFEE0) for char in GOOD), GOOD),
        (f" {GOOD[:6]} {GOOD[6:14]} {GOOD[14:]} ", GOOD),
    ],
)
def test_numbers_in_odd_formats(typed: str, understood: str, tmp_path: Path) -> None:
    row = only(csv_file(HEAD, (typed, "示例", "", "")), tmp_path)
    assert (row.faults, row.values["document_number"]) == ([], understood)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (int(GOOD[:-3] + "000"), "只保留前15位"),
        ("5.90102E+17", "“5.90102E+17”这样的科学计数"),
        (f"{GOOD[:-1]}8.0", "末尾的“.0”"),
        (GOOD[:-3] + "000", "把后几位数字改成了0"),
        (GOOD[:-1] + ("1" if GOOD[-1] != "1" else "2"), "最后一位"),
        (GOOD[:15], "旧号码"),
        ("590102197013450011", "不是真实的日期"),
    ],
)
def test_a_number_that_was_lost_or_mistyped(typed: Any, said: str, tmp_path: Path) -> None:
    row = only(workbook(HEAD, (typed, "示例", "", "")), tmp_path)
    assert row.faults[0][0] == "证件号码"
    assert said in row.faults[0][1]


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (date(2020, 2, 29), "2020-02-29"),
        (datetime(2020, 2, 29, 8, 30), "2020-02-29"),  # noqa: DTZ001  Excel knows no zones
        (43890, "2020-02-29"),
        (43890.35, "2020-02-29"),
        (20200229, "2020-02-29"),
        ("2020年2月29日", "2020-02-29"),
        ("２０２０．２．２９", "2020-02-29"),
        ("2020/2/29", "2020-02-29"),
        ("2020-02-29 00:00:00", "2020-02-29"),
        ("2020-02-28T16:00:00.000Z", "2020-02-29"),
    ],
)
def test_days_in_all_their_shapes(typed: Any, understood: str, tmp_path: Path) -> None:
    row = only(workbook(HEAD, (GOOD, "示例", 13800000000, typed)), tmp_path)
    assert (row.faults, row.values["since"]) == ([], understood)
    assert row.values["phone"] == "13800000000"


def test_a_day_that_no_calendar_has(tmp_path: Path) -> None:
    row = only(workbook(HEAD, (GOOD, "示例", "", "2021-02-29")), tmp_path)
    assert row.faults == [("入职日期", "2021年2月没有29日，请核对")]


def test_only_the_first_sheet_that_can_be_seen(tmp_path: Path) -> None:
    book = Workbook()
    for sheet_ in (book.worksheets[0], book.create_sheet("人员"), book.create_sheet("旧")):
        sheet_.append(["说明：号码填18位"])
        sheet_.append(HEAD)
        sheet_.append((GOOD if sheet_.title == "人员" else number(9), "示例", "", ""))
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    row = only(workbook_bytes(book), tmp_path)
    assert (row.line, row.values["document_number"]) == (3, GOOD)


def test_merged_cells_and_broken_formulas_are_told(tmp_path: Path) -> None:
    book = Workbook()
    table = book.worksheets[0]
    for line in (HEAD, (number(1), "示例", "", ""), (number(2), "示例", "", ""), (number(3), "#N/A", "", "")):
        table.append(line)
    table.merge_cells("B2:B3")
    rows = rows_of(workbook_bytes(book), tmp_path)
    assert [row.faults[0][1][:12] for row in rows] == [
        "这一行有上下合并的单元格",
        "这一行有上下合并的单元格",
        "这一行有显示错误的公式（",
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("13800000001.0", "末尾的“.0”是把号码当作数字导出留下的"),
        ("1.38E+10", "“1.38E+10”这样的科学计数"),
        ("0871-00000000", "不能填固定电话"),
    ],
)
def test_a_phone_that_a_program_changed_gets_the_true_reason(typed: str, said: str, tmp_path: Path) -> None:
    row = only(csv_file(HEAD, (GOOD, "示例", typed, "")), tmp_path)
    assert row.faults[0][0] == "手机"
    assert said in row.faults[0][1]


@pytest.mark.parametrize("typed", ["杨??", "杨？", "杨\ufffd"])
def test_a_character_lost_in_gbk_is_a_fault_with_its_remedy(typed: str, tmp_path: Path) -> None:
    row = only(csv_file(HEAD, (GOOD, typed, "", ""), encoding="utf-8"), tmp_path)
    assert row.faults[0][0] == "姓名"
    assert "“CSV UTF-8”" in row.faults[0][1]
    texts = [column for column in Enterprises.declared if column.name in ("uscc", "name")]
    heads = ("统一社会信用代码", "企业名称")
    (row,) = rows_of(
        csv_file(heads, (compose_uscc("91590100MA0000009"), f"云南{typed}公司")), tmp_path, texts
    )
    assert row.faults[0][0] == "企业名称"
    assert "“CSV UTF-8”" in row.faults[0][1]


@pytest.mark.parametrize("typed", ["张三（小）", "=HYPERLINK(1)", "@张三", "+张三"])
def test_brackets_and_formulas_are_no_names(typed: str, tmp_path: Path) -> None:
    row = only(csv_file(HEAD, (GOOD, typed, "", "")), tmp_path)
    assert row.faults[0][0] == "姓名"
    assert "请只填证件上的姓名" in row.faults[0][1]


def test_rows_hidden_by_a_filter_are_marked(tmp_path: Path) -> None:
    book = Workbook()
    table = book.worksheets[0]
    for line in (HEAD, *((number(n), "示例", "", "") for n in range(1, 6))):
        table.append(line)
    table.auto_filter.ref = "A1:D6"
    for line in (3, 4, 6, 9):
        table.row_dimensions[line].hidden = True
    rows = rows_of(workbook_bytes(book), tmp_path)
    assert [row.line for row in rows if row.hidden] == [3, 4, 6]
    assert describe_hidden([3, 4, 6]).startswith("表格里有 3 行是隐藏的")
    assert "第 3至4、6 行" in describe_hidden([3, 4, 6])
    assert describe_hidden([]) == ""
    assert len(describe_hidden(list(range(2, 100_000, 2)))) < 500


def test_a_formula_is_never_worked_out(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(HEAD)
    book.worksheets[0].append(("=1+1", '=HYPERLINK("http://127.0.0.1","x")', "", "2020-01-01"))
    data = edit(workbook_bytes(book), lambda xml: xml.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>7</v>"))
    (row,) = rows_of(data, tmp_path)
    assert "18位" in row.faults[0][1]
    assert "name" not in row.values


def edit(data: bytes, change: Any) -> bytes:
    """A workbook with the XML of its first sheet changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part) if name == "xl/worksheets/sheet1.xml" else part)
    return out.getvalue()


def test_a_million_blank_lines_cost_nothing(tmp_path: Path) -> None:
    blank = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(3, 200_000))
    end = b'<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row></sheetData>'
    data = edit(workbook(HEAD, (GOOD, "示例", "", "")), lambda xml: xml.replace(b"</sheetData>", blank + end))
    assert only(data, tmp_path).line == 2


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (
            b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>',
            "第 1048576 行还有内容",
        ),
        (b'<row r="3"><c r="XFD3"><v>1</v></c></row>', "第 16384 列还有内容"),
        (b"<row><c><v>1</v></c></row>", "没有编号"),
    ],
)
def test_a_stray_cell_far_away_is_told_before_it_costs_memory(cell: bytes, said: str, tmp_path: Path) -> None:
    data = edit(workbook(HEAD), lambda xml: xml.replace(b"</sheetData>", cell + b"</sheetData>"))
    with pytest.raises(UnreadableWorkbook, match=said):
        rows_of(data, tmp_path)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((("姓名", "手机"), ("示例", "13800000000")), "表头缺少：证件号码"),
        (((*HEAD, "身高"), (GOOD, "示例", "", "", "180")), "认不出或重复的列：身高"),
        (((*HEAD, "姓名"), (GOOD, "示例", "", "", "示例")), "认不出或重复的列：姓名"),
        ((("随便", "什么"), ("a", "b")), "没有找到表头"),
    ],
)
def test_headings_that_are_not_right(lines: Any, said: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableWorkbook, match=re.escape(said)):
        rows_of(csv_file(*lines), tmp_path)


def test_similar_headings_are_not_confused(tmp_path: Path) -> None:
    head = (
        "证件号码",
        "证书类别",
        "证书编号",
        "原证书编号",
        "单位名称",
        "首次发证日期",
        "有效期起",
        "有效期至",
    )
    columns = [one for one in Certificates.declared if one.name != "kind_code"]
    row = rows_of(
        csv_file(
            [one for one in head if one != "证书类别"],
            (GOOD, "水安B1", "旧B1", "某公司", "2020-01-01", "2020-01-01", "2023-01-01"),
        ),
        tmp_path,
        columns,
    )[0]
    assert (row.values["number"], row.values["paper_number"]) == ("水安B1", "旧B1")


def parts(*names: str, size: int = 10) -> bytes:
    """A zip with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name in names:
            with book.open(name, "w") as part:
                for _ in range(size // 10_000_000 or 1):
                    part.write(b"0" * min(size, 10_000_000))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版 .xls 表格，或者设有打开密码"),
        (b"<html><table><tr><td>1</td></tr></table>", "其实是网页"),
        ("姓名\t号码".encode("utf-16"), "Unicode 文本"),
        (b"\xff\xd8\xff\xe0" + b"1" * 90, "不是表格"),
        (b"name\0x", "不是表格"),
        (b"PK\x03\x04broken", "已经损坏"),
        (parts("word/document.xml"), "不是 .xlsx 表格"),
        (parts("xl/workbook.xml", "xl/vbaProject.bin"), "带有宏"),
        (parts("xl/workbook.bin"), ".xlsb"),
        (parts("xl/workbook.xml", size=210_000_000), "展开后过大"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_files_that_are_no_tables(data: bytes, said: str) -> None:
    with pytest.raises(Unacceptable, match=re.escape(said)):
        inspect_table(data, "名单.xlsx")


def test_a_bomb_that_lies_about_its_size_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anguan.services.imports.tables.unpacking.UNPACKED", 10_000)
    data = workbook(HEAD, *((GOOD, "示例", "", "") for _ in range(600)))
    with pytest.raises(UnreadableWorkbook, match="展开后过大"):
        rows_of(data, tmp_path)
