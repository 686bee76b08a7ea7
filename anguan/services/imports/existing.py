"""Look-up of registered people by document and enterprises by code or name, one query per set of rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from anguan.core.field_types.document import RESIDENT
from anguan.core.field_types.name import tidy_name
from anguan.core.field_types.text_cleaning import bracket_spellings, same_text
from anguan.services.imports.provenance import TABLES
from anguan.services.imports.tables.columns import ImportRow

NO_PERSON = "登记中没有这个证件号码的人。请先导入人员，或核对号码"
OTHER_NAME = "姓名与登记的不一致。请核对姓名和证件号码"
SET = 1000


@dataclass(frozen=True)
class KnownEnterprise:
    """A registered enterprise."""

    id: int
    uscc: str
    name: str


class KnownEnterprises:
    """Enterprises named in a file, cached while it is read."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.lock = False
        """True while certificates are written: rows are locked, so that a change of the enterprise waits."""
        self._known: dict[str, list[KnownEnterprise]] = {}

    def find(self, rows: Sequence[ImportRow], column: str, title: str) -> None:
        """Set each row's enterprise as `found['firm']`, or mark an error."""
        self._learn({text for row in rows if (text := row.get(column))} - self._known.keys())
        for row in rows:
            if not (text := row.get(column)):
                continue
            firms = self._known[text]
            if len(firms) == 1:
                row.found["firm"] = firms[0]
            elif firms:
                row.blame(title, f"登记中有 {len(firms)} 家企业叫这个名称，请改填统一社会信用代码")
            else:
                row.blame(title, "登记中没有这家企业。请先导入企业，或核对代码、名称")

    def _learn(self, texts: Iterable[str]) -> None:
        table, wanted = TABLES["enterprise"], sorted(texts)
        for begin in range(0, len(wanted), SET):
            part = wanted[begin : begin + SET]
            asked = select(table.c.id, table.c.uscc, table.c.name).order_by(table.c.id)
            if self.lock:
                asked = asked.with_for_update(read=True)
            found: dict[int, KnownEnterprise] = {}
            names = [spelt for text in part for spelt in bracket_spellings(text)]
            for condition in (table.c.uscc.in_(part), table.c.name.in_(names)):
                for id_, uscc, name in self._session.execute(asked.where(condition)):
                    found[id_] = KnownEnterprise(id_, uscc, name)
            for text in part:
                self._known[text] = [
                    firm for firm in found.values() if text == firm.uscc or same_text(text, firm.name)
                ]


def document_of(row: ImportRow) -> tuple[str, str]:
    """Type and number of the row's identity document."""
    return row.get("document_type", RESIDENT), row.get("document_number")


def find_people(
    session: Session, rows: Sequence[ImportRow], lock: bool = False
) -> Mapping[tuple[str, str], RowMapping]:
    """Registered people of these rows, all columns, by document type and number."""
    table = TABLES["person"]
    numbers = {row.get("document_number") for row in rows}
    asked = select(table).where(table.c.document_number.in_(numbers)).order_by(table.c.id)
    found = session.execute(asked.with_for_update(read=True) if lock else asked).mappings()
    return {(one["document_type"], one["document_number"]): one for one in found}


def match_people(session: Session, rows: Sequence[ImportRow], lock: bool = False) -> None:
    """Set each row's registered person as `found['person']`, or mark an error."""
    people = find_people(session, rows, lock)
    for row in rows:
        if not row.get("document_number"):
            continue
        person = people.get(document_of(row))
        if person is None:
            row.blame("证件号码", NO_PERSON)
            continue
        row.found["person"] = person
        if row.get("name") and row.get("name") != tidy_name(person["name"]):
            row.blame("姓名", OTHER_NAME)


def current_units(session: Session, people: Iterable[int]) -> dict[int, Any]:
    """Current employer of these people: enterprise id by person id."""
    table = TABLES["employment"]
    asked = select(table.c.person_id, table.c.enterprise_id).where(
        table.c.person_id.in_(list(people)), table.c.ended_on.is_(None)
    )
    return dict(session.execute(asked).all())
