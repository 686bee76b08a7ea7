"""企业 and 资质: imports enterprises and their qualifications."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from anguan.core.field_types import Choice, Date, Name, Phone, Text, Uscc
from anguan.core.field_types.text_cleaning import bracket_spellings, strip_blanks
from anguan.services.imports.provenance import TABLES, ProvenanceWriter
from anguan.services.imports.spec import ImportSpec
from anguan.services.imports.tables.columns import Column, EmployerColumn, ImportRow, decide_action, differing

CODES = ("91590100MA0000000J", "91590100MA0000001M")
FACTS = ("name", "legal_representative", "region", "address", "contact", "phone")


class Enterprises(ImportSpec):
    """Enterprises without an account: the office creates it, as code and representative are public."""

    code, title, noun = "enterprises", "企业", "家"
    declared = (
        Column(
            "uscc", "统一社会信用代码", Uscc(), True, "18位，整列设为文本",
            ("信用代码", "社会信用代码"), True, CODES,
        ),
        Column(
            "name", "企业名称", Text(), True, "与营业执照一致", ("单位名称", "名称"), False,
            ("云南示例丙水电工程有限公司", "云南示例丁水利有限公司"),
        ),
        Column(
            "legal_representative", "法定代表人", Name(), aliases=("法人", "法人代表"),
            examples=("白丙川", "白丁川"),
        ),
        Column(
            "region", "地区", Choice(dictionary="region"), hint="州市名称或6位代码",
            aliases=("所属地区", "州市"),
        ),
        Column("address", "地址", Text(500), aliases=("注册地址",), examples=("示例州市示例路1号", "")),
        Column("contact", "联系人", Name(), examples=("李示例", "")),
        Column(
            "phone", "联系电话", Phone(), aliases=("电话", "联系人电话"), long=True,
            examples=("13800000003", ""),
        ),
    )  # fmt: skip

    def keys(self, row: ImportRow) -> Sequence[tuple[str, str]]:
        """The unified social credit code."""
        return [("统一社会信用代码", row.get("uscc"))]

    def judge(self, rows: Sequence[ImportRow]) -> None:
        """Require that an enterprise is new or equals the registered one."""
        table = TABLES["enterprise"]
        codes = [row.get("uscc") for row in rows]
        found = self.session.execute(select(table).where(table.c.uscc.in_(codes))).mappings()
        standing = {one["uscc"]: one for one in found}
        for row in rows:
            if (firm := standing.get(row.get("uscc"))) is not None:
                decide_action(row, differing(row, self.columns, firm))

    def write(self, rows: Sequence[ImportRow], marker: ProvenanceWriter) -> None:
        """Write the enterprises."""
        marker.insert(
            "enterprise",
            [{"uscc": row.get("uscc")} | {name: row.get(name) for name in FACTS} for row in rows],
        )


class Qualifications(ImportSpec):
    """Qualifications of registered enterprises, unique by number and category."""

    code, title, noun = "qualifications", "企业资质", "项"
    before = "企业"
    declared = (
        Column(
            "unit", "企业", EmployerColumn(), True, "统一社会信用代码，或登记的单位全称",
            ("统一社会信用代码", "企业名称", "单位名称", "信用代码"), True, CODES,
        ),
        Column(
            "category", "资质类别", Choice(dictionary="qualification_category"), True, "", ("类别",), False,
            ("水利水电工程施工总承包", "河湖整治工程专业承包"),
        ),
        Column(
            "grade", "资质等级", Choice(dictionary="qualification_grade"), True, "", ("等级",), False,
            ("二级", "三级"),
        ),
        Column(
            "number", "资质证书编号", Text(100), True, "整列设为文本", ("证书编号", "资质编号"), True,
            ("D590000101", "D590000102"),
        ),
        Column(
            "issuer", "发证机关", Text(100), True, "", (), False,
            ("示例州市住房和城乡建设局（虚构）", "示例州市住房和城乡建设局（虚构）"),
        ),
        Column(
            "valid_until", "有效期至", Date(), aliases=("有效期结束", "有效期截止"),
            examples=("2028-12-31", "2027-06-30"),
        ),
    )  # fmt: skip

    def keys(self, row: ImportRow) -> Sequence[tuple[str, str]]:
        """Number and category: one document may name several categories."""
        return [("资质证书编号", f"{strip_blanks(row.get('number'))} {row.get('category')}")]

    def judge(self, rows: Sequence[ImportRow]) -> None:
        """Require that a qualification is new or equals the registered one."""
        self.firms.find(rows, "unit", "企业")
        table = TABLES["qualification"]
        numbers = {spelt for row in rows for spelt in bracket_spellings(row.get("number"))}
        found = self.session.execute(select(table).where(table.c.number.in_(numbers))).mappings()
        standing = {(strip_blanks(one["number"]), one["category"]): one for one in found}
        for row in rows:
            one = standing.get((strip_blanks(row.get("number")), row.get("category")))
            if one is not None:
                wrong = differing(row, self.columns, one)
                if "firm" in row.found and row.found["firm"].id != one["enterprise_id"]:
                    wrong.insert(0, "企业")
                decide_action(row, wrong)

    def write(self, rows: Sequence[ImportRow], marker: ProvenanceWriter) -> None:
        """Write the qualifications."""
        marker.insert("qualification", [self._qualification(row) for row in rows])

    def _qualification(self, row: ImportRow) -> dict[str, Any]:
        names = ("category", "grade", "number", "issuer")
        return {name: row.get(name) for name in names} | {
            "enterprise_id": row.found["firm"].id,
            "valid_until": row.day("valid_until"),
        }
