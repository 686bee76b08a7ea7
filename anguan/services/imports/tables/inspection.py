"""Checks an uploaded table before it is opened: xlsx without macros or bombs, csv that is text."""

import io
import zipfile

from anguan.infra.file_types import detect_file_type
from anguan.infra.inspection import MEGABYTE, Clean, Unacceptable, display_name

LARGEST = 20 * MEGABYTE
UNPACKED = 200 * MEGABYTE
MOST_PARTS = 1000
XLSX, CSV = "application/xlsx", "text/csv"
ENCODINGS = ("utf-8-sig", "gb18030")
AGAIN = "请用 Excel 或 WPS 打开，另存为 .xlsx（Excel 工作簿）后再上传"
_ALIEN = {
    "office": f"是旧版 .xls 表格，或者设有打开密码。{AGAIN}，不要设密码",
    "html": f"其实是网页（有的系统导出的 .xls 就是这样）。{AGAIN}",
    "xml": f"其实是 XML 文件。{AGAIN}",
    "archive": "是压缩包。请先解压，再上传里面的 .xlsx 或 .csv 文件",
}


def inspect_table(data: bytes, claimed_name: str) -> Clean:
    """The file, if it may be read as a table. Raises Unacceptable."""
    name = display_name(claimed_name)
    if not data:
        raise Unacceptable(f"“{name}”是空文件，里面没有内容。请重新选择。", "empty")
    if data[:2] == b"PK":
        _inspect_zip(data, name)
        return Clean(data, XLSX, None, None, 1, name)
    encoding_of(data, name)
    return Clean(data, CSV, None, None, 1, name)


def encoding_of(data: bytes, name: str = "文件") -> str:
    """Encoding of a csv file: UTF-8 with or without BOM, else GB18030. Raises Unacceptable."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unacceptable(f"“{name}”是“Unicode 文本”。{AGAIN}，或另存为“CSV UTF-8”。", "utf16")
    kind = detect_file_type(data)
    if kind not in ("text", "unknown") or b"\0" in data:
        raise Unacceptable(f"“{name}”{_ALIEN.get(kind, '不是表格。请上传 .xlsx 或 .csv 文件')}。", kind)
    for encoding in ENCODINGS:
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unacceptable(f"“{name}”的文字编码认不出。{AGAIN}。", "encoding")


def _inspect_zip(data: bytes, name: str) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError) as broken:
        raise Unacceptable(f"“{name}”已经损坏，打不开。{AGAIN}。", "broken") from broken
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise Unacceptable(f"“{name}”是 .xlsb 表格。{AGAIN}。", "xlsb")
    if "xl/workbook.xml" not in names:
        raise Unacceptable(f"“{name}”不是 .xlsx 表格。{AGAIN}。", "archive")
    if any(part.lower().endswith(("vbaproject.bin", ".vbs", ".js")) for part in names):
        raise Unacceptable(f"“{name}”带有宏。{AGAIN}（不要选“启用宏的工作簿”）。", "macros")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise Unacceptable(f"“{name}”展开后过大。请拆成几个文件，并删去多余的工作表和图片。", "bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise Unacceptable(f"“{name}”设有密码。请去掉密码，另存后再上传。", "encrypted")
