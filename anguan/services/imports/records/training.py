"""教育学时: hours by person and year; the one kind whose rows may change what stands there."""

import json
from collections.abc import Sequence

from sqlalchemy import bindparam, select, update

from anguan.core import clock
from anguan.core.field_types import WholeNumber
from anguan.services.imports.existing import match_people
from anguan.services.imports.provenance import TABLES, ProvenanceWriter
from anguan.services.imports.spec import DOCUMENT_NUMBER, DOCUMENT_TYPE, NAME, ImportSpec
from anguan.services.imports.tables.columns import Column, ImportRow

TABLE = TABLES["training"]


class TrainingHours(ImportSpec):
    """A later count of a year's hours replaces the earlier one, which is kept in the mark."""

    code, title, noun = "training", "教育学时", "条"
    before = "人员"
    declared = (
        DOCUMENT_TYPE,
        DOCUMENT_NUMBER,
        NAME,
        Column("year", "年度", WholeNumber(2000, 2100), True, "四位年份", ("年份",), False, ("2025", "2025")),
        Column("hours", "学时", WholeNumber(0, 1000), True, "整数", ("教育学时",), False, ("12", "16")),
    )

    def keys(self, row: ImportRow) -> Sequence[tuple[str, str]]:
        """Person and year."""
        return [("年度", f"{row.get('document_type')} {row.get('document_number')} {row.get('year')}")]

    def judge(self, rows: Sequence[ImportRow]) -> None:
        """Hours are new, or the same, or another number than before."""
        match_people(self.session, rows)
        people = {row.found["person"]["id"] for row in rows if "person" in row.found}
        found = self.session.execute(select(TABLE).where(TABLE.c.person_id.in_(people))).mappings()
        standing = {(one["person_id"], one["year"]): one for one in found}
        this_year = clock.today().year
        for row in rows:
            if int(row.get("year", "0")) > this_year:
                row.blame("年度", "还没有到，请核对")
            if "person" not in row.found:
                continue
            one = standing.get((row.found["person"]["id"], int(row.get("year", "0"))))
            if one is not None:
                row.found["training"] = one
                row.deed = "same" if one["hours"] == int(row.get("hours", "-1")) else "update"

    def write(self, rows: Sequence[ImportRow], marker: ProvenanceWriter) -> None:
        """New rows, and new hours on rows that are there."""
        marker.insert(
            "training",
            [
                {
                    "person_id": row.found["person"]["id"],
                    "year": int(row.get("year")),
                    "hours": int(row.get("hours")),
                }
                for row in rows
                if row.deed == "new"
            ],
        )
        changed = [(row.found["training"], int(row.get("hours"))) for row in rows if row.deed == "update"]
        if changed:
            self.session.connection().execute(
                update(TABLE).where(TABLE.c.id == bindparam("key")).values(hours=bindparam("count")),
                [{"key": one["id"], "count": hours} for one, hours in changed],
            )
            marker.update(
                "training",
                [
                    (one["id"], json.dumps({"hours": one["hours"]}), {**one, "hours": hours})
                    for one, hours in changed
                ],
            )
