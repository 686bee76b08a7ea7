"""证书: imports existing certificates, electronic ones by their number, paper ones by theirs."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from anguan.core import clock
from anguan.core.field_types import Choice, Date, Text
from anguan.core.field_types.text_cleaning import bracket_spellings, strip_blanks
from anguan.domain.register_fields import CERTIFICATE_STATUSES
from anguan.models import LIVE, CertificateKind
from anguan.services.imports.existing import current_units, document_of, match_people
from anguan.services.imports.numbering import Serials
from anguan.services.imports.provenance import TABLES, ProvenanceWriter
from anguan.services.imports.spec import (
    DOCUMENT_NUMBER,
    DOCUMENT_TYPE,
    KINDS_OF_CERTIFICATE,
    NAME,
    ImportSpec,
)
from anguan.services.imports.tables.columns import Column, EmployerColumn, ImportRow, decide_action, differing

ExistingCertificate = dict[tuple[str, str], Any]
ExistingCertificates = dict[tuple[int, str], set[int]]
TABLE = TABLES["certificate"]
NUMBERS = ("number", "paper_number")
SEVERAL = "A"
"""Kind that a person may hold once per enterprise; of the other kinds they hold one."""
COMPARED = ("number", "kind_code", "status", "first_issued", "valid_from", "valid_until", "position", "title")


class Certificates(ImportSpec):
    """Existing certificates; printed values come from the register, the PDF in use was made elsewhere."""

    code, title, noun = "certificates", "证书", "本"
    before = "企业、人员"
    declared = (
        DOCUMENT_TYPE,
        DOCUMENT_NUMBER,
        NAME,
        Column(
            "kind_code", "证书类别", Choice(dictionary=KINDS_OF_CERTIFICATE), True, "A、B、C，或类别名称",
            ("类别",), False, ("B", "C"),
        ),
        Column(
            "number", "电子证书编号", Text(60), hint="纸质证书不填", aliases=("证书编号",), long=True,
            examples=("水安B20230000001", ""),
        ),
        Column(
            "paper_number", "纸质证书编号", Text(60), hint="没有换发电子证书的填这里",
            aliases=("原证书编号",), long=True, examples=("", "云水安C（2022）00002"),
        ),
        Column(
            "unit", "工作单位", EmployerColumn(), True, "统一社会信用代码，或登记的单位全称",
            ("单位", "企业名称", "单位名称", "统一社会信用代码"), True,
            ("91590100MA0000000J", "91590100MA0000000J"),
        ),
        Column("first_issued", "首次发证日期", Date(), True, examples=("2023-05-10", "2022-08-01")),
        Column(
            "valid_from", "有效期开始", Date(), True, "", ("有效期起", "有效期开始时间"), False,
            ("2023-05-10", "2022-08-01"),
        ),
        Column(
            "valid_until", "有效期结束", Date(), True, "", ("有效期至", "有效期止", "有效期结束时间"), False,
            ("2026-05-09", "2025-07-31"),
        ),
        Column("position", "职务", Text(), aliases=("职位",)),
        Column("title", "技术职称", Choice(dictionary="title"), aliases=("职称",)),
        Column(
            "status", "状态", Choice(tuple(CERTIFICATE_STATUSES.items())), hint="不填就是有效",
            aliases=("证书状态",),
        ),
    )  # fmt: skip

    def keys(self, row: ImportRow) -> Sequence[tuple[str, str]]:
        """Each number, and the holder's one valid certificate of a kind."""
        found = [(self.title_of(name), strip_blanks(row.get(name))) for name in NUMBERS if row.get(name)]
        if row.get("status", "valid") in LIVE:
            place = row.get("unit") if row.get("kind_code") == SEVERAL else ""
            words = (*document_of(row), row.get("kind_code"), place)
            found.append(("证书类别", " ".join(words)))
        return found

    def judge(self, rows: Sequence[ImportRow]) -> None:
        """Require that a certificate is new or equals the registered one."""
        self.firms.find(rows, "unit", "工作单位")
        match_people(self.session, rows, self.firms.lock)
        standing, living = self._standing(rows)
        today = clock.today()
        for row in rows:
            self._check(row, today)
            keys = [(name, strip_blanks(row.get(name))) for name in NUMBERS]
            found = next((standing[key] for key in keys if key in standing), None)
            if found is not None:
                decide_action(row, self._differences(row, found))
            elif "person" in row.found and row.get("status", "valid") in LIVE:
                units = living[row.found["person"]["id"], row.get("kind_code")]
                firm = row.found.get("firm")
                if units and (row.get("kind_code") != SEVERAL or (firm and firm.id in units)):
                    row.blame("证书类别", "这个人在登记中已有同类别的有效证书，请核对")

    def _standing(self, rows: Sequence[ImportRow]) -> tuple[ExistingCertificate, ExistingCertificates]:
        """Certificates with one of the numbers, and the enterprises by person and kind of valid ones."""
        numbers = {
            name: [spelt for row in rows if (given := row.get(name)) for spelt in bracket_spellings(given)]
            for name in NUMBERS
        }
        people = [row.found["person"]["id"] for row in rows if "person" in row.found]
        asked = select(TABLE).where(
            or_(
                TABLE.c.number.in_(numbers["number"]),
                TABLE.c.paper_number.in_(numbers["paper_number"]),
                TABLE.c.person_id.in_(people),
            )
        )
        standing: ExistingCertificate = {}
        living: ExistingCertificates = defaultdict(set)
        for one in self.session.execute(asked).mappings():
            standing |= {(name, strip_blanks(one[name])): one for name in NUMBERS if one[name]}
            if one["status"] in LIVE:
                living[one["person_id"], one["kind_code"]].add(one["enterprise_id"])
        return standing, living

    def _check(self, row: ImportRow, today: Any) -> None:
        if not row.get("number") and not row.get("paper_number"):
            row.blame("电子证书编号", "电子证书编号和纸质证书编号至少填一个")
        first, begin, until = (row.day(name) for name in ("first_issued", "valid_from", "valid_until"))
        if first and first > today:
            row.blame("首次发证日期", "还没有到，请核对")
        if begin and until and begin >= until:
            row.blame("有效期结束", "不在有效期开始之后，请核对")
        if first and begin and first > begin:
            row.blame("首次发证日期", "在有效期开始之后，请核对")

    def _differences(self, row: ImportRow, standing: Any) -> list[str]:
        wrong = differing(row, [one for one in self.columns if one.name in COMPARED], standing)
        if "person" in row.found and row.found["person"]["id"] != standing["person_id"]:
            wrong.insert(0, "证件号码")
        if "firm" in row.found and row.found["firm"].id != standing["enterprise_id"]:
            wrong.append("工作单位")
        return wrong

    def write(self, rows: Sequence[ImportRow], marker: ProvenanceWriter) -> None:
        """Write the certificates; a person without employer gets the employment of the certificate."""
        positions = dict(self.session.execute(select(CertificateKind.code, CertificateKind.position)).all())
        marker.insert("certificate", [self._certificate(row, positions) for row in rows])
        self._employ(rows, marker)
        serials = Serials(self.policies)
        for row in rows:
            serials.note(row.get("kind_code"), row.get("number"))
        serials.advance(self.session)

    def _certificate(self, row: ImportRow, positions: dict[str, str]) -> dict[str, Any]:
        person, firm = row.found["person"], row.found["firm"]
        kept = ("gender", "document_type", "document_number", "birth_date")
        return {name: person[name] for name in kept} | {
            "number": row.get("number") or None,
            "paper_number": row.get("paper_number") or None,
            "kind_code": row.get("kind_code"),
            "person_id": person["id"],
            "enterprise_id": firm.id,
            "status": row.get("status", "valid"),
            "first_issued": row.day("first_issued"),
            "valid_from": row.day("valid_from"),
            "valid_until": row.day("valid_until"),
            "holder_name": person["name"],
            "unit_name": firm.name,
            "unit_uscc": firm.uscc,
            "position": row.get("position") or person["position"] or positions[row.get("kind_code")],
            "title": row.get("title") or person["title"],
        }

    def _employ(self, rows: Sequence[ImportRow], marker: ProvenanceWriter) -> None:
        units = current_units(self.session, {row.found["person"]["id"] for row in rows})
        begins: dict[int, list[ImportRow]] = defaultdict(list)
        for row in rows:
            if row.get("status", "valid") in LIVE:
                begins[row.found["person"]["id"]].append(row)
        marker.insert(
            "employment",
            [
                {
                    "person_id": person,
                    "enterprise_id": theirs[0].found["firm"].id,
                    "started_on": theirs[0].day("first_issued"),
                    "confirmed": True,
                }
                for person, theirs in begins.items()
                if person not in units
            ],
        )
