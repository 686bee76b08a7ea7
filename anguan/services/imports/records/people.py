"""人员: imports people with their accounts and employments."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from anguan.core import clock
from anguan.core.field_types import GENDERS, Choice, Date, Phone, Text, birth_date_of, gender_of
from anguan.domain.policies import RANDOM
from anguan.services.imports.existing import current_units, document_of, find_people
from anguan.services.imports.provenance import TABLES, ProvenanceWriter
from anguan.services.imports.spec import DOCUMENT_NUMBER, DOCUMENT_TYPE, NAME, ImportSpec
from anguan.services.imports.tables.columns import Column, EmployerColumn, ImportRow, decide_action, differing

FACTS = ("name", "gender", "birth_date", "education", "title", "position", "phone")


class People(ImportSpec):
    """People; each new person gets an account with the initial password that the policies set."""

    code, title, noun = "people", "人员", "人"
    before = "企业"
    declared = (
        DOCUMENT_TYPE,
        DOCUMENT_NUMBER,
        Column(NAME.name, NAME.title, NAME.kind, True, NAME.hint, (), False, NAME.examples),
        Column("gender", "性别", Choice(GENDERS), hint="身份证可不填，由号码得出"),
        Column("birth_date", "出生日期", Date(), hint="身份证可不填，由号码得出"),
        Column(
            "education", "文化程度", Choice(dictionary="education"), aliases=("学历",),
            examples=("大专", "本科"),
        ),
        Column("title", "技术职称", Choice(dictionary="title"), aliases=("职称",), examples=("工程师", "无")),
        Column(
            "position", "职位", Text(), aliases=("职务",),
            examples=("项目负责人", "专职安全生产管理人员"),
        ),
        Column(
            "phone", "手机", Phone(mobile=True), aliases=("手机号", "手机号码", "联系电话", "电话"),
            long=True, examples=("13800000001", "13800000002"),
        ),
        Column(
            "unit", "工作单位", EmployerColumn(), hint="统一社会信用代码，或登记的单位全称",
            aliases=("单位", "单位名称", "企业名称", "统一社会信用代码", "工作单位统一社会信用代码"),
            long=True, examples=("91590100MA0000000J", "91590100MA0000000J"),
        ),
        Column("since", "入职日期", Date(), hint="不填就是今天", examples=("2021-03-01", "2019-07-01")),
    )  # fmt: skip

    def keys(self, row: ImportRow) -> Sequence[tuple[str, str]]:
        """The number alone: it is the login name, whatever the type of the document."""
        return [("证件号码", row.get("document_number"))]

    def judge(self, rows: Sequence[ImportRow]) -> None:
        """Require that a person is new or equals the registered one."""
        self.firms.find(rows, "unit", "工作单位")
        standing = find_people(self.session, rows)
        units = current_units(self.session, [one["id"] for one in standing.values()])
        taken = self._taken([row for row in rows if document_of(row) not in standing])
        today = clock.today()
        for row in rows:
            self._check(row, today)
            person = standing.get(document_of(row))
            if person is not None:
                decide_action(row, self._differences(row, person, units))
            elif row.get("document_number") in taken:
                row.blame("证件号码", "这个号码已经是别的账号的登录名，请先在“账号与角色”里核对")

    def _taken(self, rows: Sequence[ImportRow]) -> set[str]:
        """Numbers that are the login name of an account; a canonical number is spelt like its login."""
        account = TABLES["account"]
        logins = {row.get("document_number") for row in rows}
        return set(self.session.scalars(select(account.c.login).where(account.c.login.in_(logins))))

    def _check(self, row: ImportRow, today: Any) -> None:
        born, gender = birth_date_of(*document_of(row)), gender_of(*document_of(row))
        given = row.day("birth_date")
        if born is not None and given not in (None, born):
            row.blame("出生日期", f"与证件号码里的 {born} 不一致，请核对")
        if given is not None and given > today:
            row.blame("出生日期", "还没有到，请核对")
        if gender is not None and row.get("gender", gender) != gender:
            row.blame("性别", "与证件号码不一致，请核对")
        if (since := row.day("since")) is not None and since > today:
            row.blame("入职日期", "还没有到，请核对")

    def _differences(self, row: ImportRow, person: Any, units: dict[int, Any]) -> list[str]:
        wrong = differing(row, [one for one in self.columns if one.name in FACTS], person)
        if (firm := row.found.get("firm")) is not None and units.get(person["id"]) != firm.id:
            wrong.append("工作单位")
        return wrong

    def write(self, rows: Sequence[ImportRow], marker: ProvenanceWriter) -> None:
        """Write people, accounts and employments."""
        now, today = clock.now(), clock.today()
        initial = "closed" if self.policies.initial_secret == RANDOM else "last6"
        keys = marker.insert("person", [self._person(row) for row in rows])
        numbered = list(zip(keys, rows, strict=True))
        marker.insert(
            "account",
            [
                {
                    "login": row.get("document_number"),
                    "name": row.get("name"),
                    "role": "applicant",
                    "person_id": key,
                    "initial": initial,
                    "created_at": now,
                }
                for key, row in numbered
            ],
        )
        marker.insert(
            "employment",
            [
                {
                    "person_id": key,
                    "enterprise_id": row.found["firm"].id,
                    "started_on": row.day("since") or today,
                    "confirmed": True,
                }
                for key, row in numbered
                if "firm" in row.found
            ],
        )

    def _person(self, row: ImportRow) -> dict[str, Any]:
        kind, number = document_of(row)
        facts = {name: row.get(name) for name in FACTS} | {
            "document_type": kind,
            "document_number": number,
            "gender": row.get("gender") or gender_of(kind, number) or "",
            "birth_date": row.day("birth_date") or birth_date_of(kind, number),
        }
        return facts
