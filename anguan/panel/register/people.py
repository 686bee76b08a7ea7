"""登记簿: persons."""

from collections.abc import Sequence
from typing import Any

from flask import abort
from markupsafe import Markup
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import selectinload

from anguan.auth.account_takeover import RELEASED_LOGIN
from anguan.core.field_types import DOCUMENT_TYPES
from anguan.domain.region_scope import in_region
from anguan.extensions import db
from anguan.models import Certificate, ChangeRequest, Person, StoredFile
from anguan.panel.common import formatting
from anguan.panel.common.guard import current_account
from anguan.panel.common.routing import expose
from anguan.panel.common.search import contains, find_person, is_exactly, looks_like_document, matching_ids
from anguan.panel.lists.filters import OfRecord, OneOf
from anguan.panel.lists.list_query import Order
from anguan.panel.office_filing.views import actions_of
from anguan.panel.register.register import RegisterView, certificates_where, requests_about, url_of
from anguan.panel.review.documents import send_picture
from anguan.web.status_signs import Sign
from anguan.web.template_context import format_day

GENDERS = {"male": "男", "female": "女"}
VERIFIED = (("yes", "已核实"), ("no", "未核实"))


class PersonView(RegisterView):
    """人员."""

    history = "person_id"
    details_template = "admin/office_subject.html"
    searches = "姓名、证件号码"
    cut = ("name", "title", "unit")
    column_list = ("name", "document_number", "gender", "title", "phone", "unit")
    column_labels = {
        "name": "姓名", "document_number": "证件号码", "gender": "性别", "title": "技术职称", "phone": "手机",
        "unit": "工作单位", "education": "文化程度", "position": "职位",
    }  # fmt: skip
    cells = {
        "name": lambda row: name_of(row),
        "document_number": lambda row: formatting.document(row.document_number),
        "gender": lambda row: GENDERS.get(row.gender, ""),
        "title": lambda row: row.title or formatting.QUIET,
        "phone": lambda row: formatting.phone(row.phone),
        "unit": lambda row: unit_of(row),
    }
    exports = {"name": lambda row: row.name}
    options = (selectinload(Person.employments),)
    more_columns = ("education", "position")
    order = Order(Person.id, descending=True)
    sorts = {"name": Person.name}
    column_filters = (
        OneOf("kind", "持证", formatting.kinds, lambda value: holds(value)),
        OneOf("region", "地区", formatting.regions, lambda value: in_region(Person, value)[0]),
        OneOf("verified", "核实", VERIFIED, lambda value: Person.unverified == (value == "no")),
        OfRecord("person", "本人", Person.id),
    )

    def seek(self, text: str) -> ColumnElement[bool]:
        """A part of a name, or a whole document number."""
        return matching_ids(
            Person.id, contains("person", Person.id, text), is_exactly(Person.document_number, text)
        )

    def resolve(self, typed: str) -> dict[str, Any] | None:
        """Filter for the person with this number."""
        found = find_person(typed)
        return {"flt_person": found} if found is not None else None if looks_like_document(typed) else {}

    def always(self, searching: bool) -> Sequence[ColumnElement[bool]]:
        """Voided registrations are shown to a search only."""
        return () if searching else [Person.document_type != RELEASED_LOGIN]

    def subject(self, row: Person) -> dict[str, Any]:
        """Subject of an event on this person."""
        return {"person": row}

    def rows_of(self, row: Person, open_numbers: bool) -> list[tuple[str, Any]]:
        """Registered values of the person."""
        return [
            ("姓名", row.name),
            ("核实", "未核实：自行注册，还没有一件申请审核通过" if row.unverified else ""),
            ("证件类型", dict(DOCUMENT_TYPES).get(row.document_type, "已作废")),
            (
                "证件号码",
                formatting.number(row.document_number)
                if open_numbers
                else formatting.document(row.document_number),
            ),
            ("性别", GENDERS.get(row.gender, "")),
            ("出生日期", format_day(row.birth_date) if open_numbers else "（随完整号码显示）"),
            ("文化程度", row.education),
            ("技术职称", row.title),
            ("职位", row.position),
            ("手机", formatting.number(row.phone) if open_numbers else formatting.phone(row.phone)),
            ("工作单位", unit_of(row)),
        ]

    def more(self, row: Person) -> dict[str, Any]:
        """Certificates and requests."""
        return {
            "heading": row.name,
            "actions": actions_of(current_account(), None, row)
            if row.document_type != RELEASED_LOGIN
            else [],
            "photo": self.link("photo", id=row.id) if row.photo else "",
            "certificates": certificates_where(Certificate.person_id == row.id),
            "requests": requests_about(ChangeRequest.person_id == row.id),
            "facts": [
                (title, self.get_url(f"{endpoint}.index_view", flt_person=row.id))
                for title, endpoint in (
                    ("教育学时", "panel_training"), ("社保", "panel_insurance"),
                    ("建造师", "panel_constructor"),
                )
            ],
        }  # fmt: skip

    @expose("/<id:id>/photo")
    def photo(self, id: int) -> Any:
        """Photo in the register; aborts with 404 when there is none."""
        row = self.get_one(str(id))
        kept = db.session.scalar(select(StoredFile).where(StoredFile.sha256 == (row.photo or "")))
        return send_picture(kept) if kept is not None else abort(404)


def holds(kind: str) -> ColumnElement[bool]:
    """Condition for people with a certificate of this kind."""
    return exists().where(Certificate.person_id == Person.id, Certificate.kind_code == kind)


def name_of(person: Person) -> Markup:
    """The name as a link, marked when the person registered online and is not verified yet."""
    name = formatting.link(url_of("panel_person", person.id), person.name, plain=True)
    return name + Markup(" ") + formatting.signed(Sign.PLAIN, "未核实") if person.unverified else name


def unit_of(person: Person) -> str:
    """Current employer of the person."""
    now = [row for row in person.employments if row.ended_on is None]
    return now[0].enterprise.name if now else formatting.QUIET
