"""登记簿: people, firms, certificates. Read-only, because the register changes through matters alone."""

from collections.abc import Sequence
from typing import Any

from flask import abort, request, url_for
from flask_admin import expose
from flask_login import current_user
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from anguan.desk.status import certificate_status, edition_status
from anguan.gate.access import opens_to as only_for
from anguan.gate.frame import show_day
from anguan.gate.store import db
from anguan.grammar import clock
from anguan.grammar.clock import add_months
from anguan.grammar.kinds import DOCUMENT_TYPES
from anguan.ledger.events import actor_of, record
from anguan.ledger.transaction import transaction
from anguan.models import (
    Certificate,
    ChangeRequest,
    Edition,
    Enterprise,
    Event,
    Person,
    StoredFile,
)
from anguan.panel import words
from anguan.panel.facts import works_in
from anguan.panel.filters import Hidden, OneOf
from anguan.panel.guard import BIGGEST, REGISTER, REVIEWERS, account
from anguan.panel.listing import GuardedView
from anguan.panel.queue import number_or_none
from anguan.panel.request import PURPOSES, serve
from anguan.panel.seeking import begins_with, ids_of, is_exactly, looks_like_document
from anguan.records.vocabulary import CERTIFICATE_STATUSES

GENDERS = {"male": "男", "female": "女"}
ENDING = (("past", "已过期"), ("month", "一个月内到期"), ("quarter", "三个月内到期"))


class RegisterView(GuardedView):
    """A list of the register, with details and history."""

    opens_to = REGISTER
    can_view_details = True
    history = ""
    """The column of the log that names the record."""
    details_template = "admin/record.html"

    @expose("/details/")
    def details_view(self) -> Any:
        """One record, with its requests and what happened to it."""
        return self.show(self.get_one(request.args.get("id", "")), False)

    @expose(f"/<int(max={BIGGEST}):id>/reveal", methods=("POST",))
    @only_for(*REVIEWERS, "auditor")
    def reveal(self, id: int) -> Any:
        """The record with its numbers in full, once, for a purpose that is written down."""
        row = self.get_one(str(id))
        purpose = PURPOSES.get(request.form.get("purpose", ""), "")
        if not purpose:
            abort(400, "请选择查看完整号码的用途。")
        who = actor_of(account())
        with transaction(db.session):
            record(
                db.session, "reveal", f"查看完整号码：{purpose}", who, visible_to="audit", **self.subject(row)
            )
        return self.show(self.get_one(str(id)), True)

    def subject(self, row: Any) -> dict[str, Any]:
        """The record as an event names it."""
        raise NotImplementedError

    def rows_of(self, row: Any, open_numbers: bool) -> list[tuple[str, Any]]:
        """Labels and values."""
        raise NotImplementedError

    def more(self, row: Any) -> dict[str, Any]:
        """What the page shows besides."""
        return {}

    def show(self, row: Any, open_numbers: bool) -> str:
        """The page of one record."""
        return self.render(
            self.details_template,
            row=row,
            rows=self.rows_of(row, open_numbers),
            open_numbers=open_numbers,
            purposes=PURPOSES,
            events=_events(getattr(Event, self.history), row.id),
            titles=words.matter_titles(db.session),
            states=words.STATES,
            sees_requests=current_user.role in (*REVIEWERS, "auditor"),
            **{"requests": (), "certificates": (), "editions": (), "people": (), **self.more(row)},
        )


def _events(column: Any, id: int) -> Sequence[Event]:
    return db.session.scalars(select(Event).where(column == id).order_by(Event.id.desc()).limit(40)).all()


def _requests(*about: ColumnElement[bool]) -> Sequence[ChangeRequest]:
    return db.session.scalars(
        select(ChangeRequest)
        .where(or_(*about), ChangeRequest.number.is_not(None))
        .order_by(ChangeRequest.id.desc())
        .limit(40)
    ).all()


def _certificates(*about: ColumnElement[bool]) -> list[dict[str, Any]]:
    found = db.session.scalars(select(Certificate).where(*about).order_by(Certificate.id).limit(200))
    return [
        {
            "row": row,
            "status": certificate_status(db.session, row),
            "edition": edition_status(db.session, row),
        }
        for row in found
    ]


class PersonView(RegisterView):
    """人员."""

    history = "person_id"
    searches = "姓名、证件号码"
    column_list = ("name", "document_number", "gender", "title", "phone", "unit")
    column_labels = {
        "name": "姓名", "document_number": "证件号码", "gender": "性别", "title": "技术职称", "phone": "手机",
        "unit": "工作单位",
    }  # fmt: skip
    cells = {
        "name": lambda row: words.link(url_of("panel_person", row.id), row.name, plain=True),
        "document_number": lambda row: words.document(row.document_number),
        "gender": lambda row: GENDERS.get(row.gender, ""),
        "title": lambda row: row.title or words.QUIET,
        "phone": lambda row: words.phone(row.phone),
        "unit": lambda row: unit_of(row),
    }
    exports = {"name": lambda row: row.name}
    options = (selectinload(Person.employments),)
    order = (Person.id.desc(),)
    column_filters = (Hidden("person", "本人", lambda v: Person.id == number_or_none(v)),)

    def within(self) -> Sequence[ColumnElement[bool]]:
        """People who work in the visitor's region."""
        return [works_in(current_user.region, Person.id)] if current_user.region else ()

    def seek(self, text: str) -> ColumnElement[bool]:
        """The beginning of a name, or a whole document number."""
        return ids_of(Person.id, begins_with(Person.name, text), is_exactly(Person.document_number, text))

    def resolve(self, typed: str) -> dict[str, Any] | None:
        """The person with this number."""
        found = db.session.scalar(select(Person.id).where(is_exactly(Person.document_number, typed)).limit(1))
        return {"flt_person": found} if found is not None else None if looks_like_document(typed) else {}

    def subject(self, row: Person) -> dict[str, Any]:
        """An event on this person."""
        return {"person": row}

    def rows_of(self, row: Person, open_numbers: bool) -> list[tuple[str, Any]]:
        """The person as registered."""
        return [
            ("姓名", row.name),
            ("证件类型", dict(DOCUMENT_TYPES).get(row.document_type, row.document_type)),
            (
                "证件号码",
                words.number(row.document_number) if open_numbers else words.document(row.document_number),
            ),
            ("性别", GENDERS.get(row.gender, "")),
            ("出生日期", show_day(row.birth_date) if open_numbers else "（随完整号码显示）"),
            ("学历", row.education),
            ("技术职称", row.title),
            ("职位", row.position),
            ("手机", words.number(row.phone) if open_numbers else words.phone(row.phone)),
            ("工作单位", unit_of(row)),
        ]

    def more(self, row: Person) -> dict[str, Any]:
        """Certificates and requests."""
        return {
            "heading": row.name,
            "photo": self.link("photo", id=row.id) if row.photo else "",
            "certificates": _certificates(Certificate.person_id == row.id),
            "requests": _requests(ChangeRequest.person_id == row.id),
            "facts": [
                (title, self.get_url(f"{endpoint}.index_view", flt_person=row.id))
                for title, endpoint in (
                    ("教育学时", "panel_training"), ("社保", "panel_insurance"),
                    ("建造师", "panel_constructor"),
                )
            ],
        }  # fmt: skip

    @expose(f"/<int(max={BIGGEST}):id>/photo")
    def photo(self, id: int) -> Any:
        """The photo in the register."""
        row = self.get_one(str(id))
        kept = db.session.scalar(select(StoredFile).where(StoredFile.sha256 == (row.photo or "")))
        return serve(kept, "照片.jpg") if kept is not None else abort(404)


class EnterpriseView(RegisterView):
    """企业."""

    def has(self, name: str) -> bool:
        """Nothing of a firm is hidden, so there is nothing to reveal."""
        return super().has(name) and name != "reveal"

    history = "enterprise_id"
    searches = "企业名称、统一社会信用代码"
    column_list = ("name", "uscc", "region", "legal_representative", "contact")
    column_labels = {
        "name": "企业名称", "uscc": "统一社会信用代码", "region": "地区",
        "legal_representative": "法定代表人", "contact": "联系人",
    }  # fmt: skip
    cells = {
        "name": lambda row: words.link(url_of("panel_enterprise", row.id), row.name, plain=True),
        "uscc": lambda row: words.number(row.uscc),
        "region": lambda row: words.region_name(row.region),
        "contact": lambda row: row.contact or words.QUIET,
    }
    exports = {"name": lambda row: row.name}
    order = (Enterprise.id.desc(),)
    column_filters = (OneOf("region", "地区", words.regions, lambda v: Enterprise.region == v),)

    def within(self) -> Sequence[ColumnElement[bool]]:
        """Firms of the visitor's region."""
        return [Enterprise.region == current_user.region] if current_user.region else ()

    def seek(self, text: str) -> ColumnElement[bool]:
        """The beginning of the name, or the whole code."""
        return ids_of(Enterprise.id, begins_with(Enterprise.name, text), is_exactly(Enterprise.uscc, text))

    def subject(self, row: Enterprise) -> dict[str, Any]:
        """An event on this firm."""
        return {"enterprise": row}

    def rows_of(self, row: Enterprise, open_numbers: bool) -> list[tuple[str, Any]]:
        """The firm as registered."""
        return [
            ("企业名称", row.name),
            ("统一社会信用代码", words.number(row.uscc)),
            ("法定代表人", row.legal_representative),
            ("地区", words.region_name(row.region)),
            ("地址", row.address),
            ("联系人", row.contact),
            ("联系电话", words.number(row.phone)),
        ]

    def more(self, row: Enterprise) -> dict[str, Any]:
        """Its people with certificates."""
        return {"heading": row.name, "certificates": _certificates(Certificate.enterprise_id == row.id)}


class CertificateView(RegisterView):
    """证书."""

    history = "certificate_id"
    searches = "证书编号、姓名、证件号码"
    column_list = (
        "number",
        "kind",
        "holder_name",
        "document_number",
        "unit_name",
        "valid_until",
        "status",
        "sheet",
    )
    column_labels = {
        "number": "证书编号", "kind": "类", "holder_name": "姓名", "document_number": "证件号码",
        "unit_name": "单位", "valid_until": "有效期至", "status": "状态", "sheet": "电子证",
    }  # fmt: skip
    cells = {
        "number": lambda row: words.link(
            url_of("panel_certificate", row.id), row.number or f"纸质 {row.paper_number or ''}"
        ),
        "kind": lambda row: row.kind_code,
        "document_number": lambda row: words.document(row.document_number),
        "valid_until": lambda row: words.day(row.valid_until),
        "status": lambda row: words.status(certificate_status(db.session, row).word),
        "sheet": lambda row: edition_status(db.session, row).word,
    }
    options = (joinedload(Certificate.kind),)
    order = (Certificate.id.desc(),)
    column_filters = (
        OneOf("kind", "证书类", words.kinds, lambda v: Certificate.kind_code == v),
        OneOf("status", "状态", tuple(CERTIFICATE_STATUSES.items()), lambda v: Certificate.status == v),
        OneOf("ending", "到期", ENDING, lambda v: ends_within(v)),
        Hidden("person", "本人", lambda v: Certificate.person_id == number_or_none(v)),
    )

    def within(self) -> Sequence[ColumnElement[bool]]:
        """Certificates at firms of the visitor's region."""
        if not current_user.region:
            return ()
        return [
            exists().where(
                Enterprise.id == Certificate.enterprise_id, Enterprise.region == current_user.region
            )
        ]

    def seek(self, text: str) -> ColumnElement[bool]:
        """A certificate's number, the beginning of the holder's name, or a whole document number."""
        people = select(Person.id).where(is_exactly(Person.document_number, text))
        return ids_of(
            Certificate.id,
            Certificate.number == text,
            is_exactly(Certificate.number, text),
            Certificate.paper_number == text,
            begins_with(Certificate.holder_name, text),
            Certificate.person_id.in_(people),
        )

    def resolve(self, typed: str) -> dict[str, Any] | None:
        """The person with this number."""
        found = db.session.scalar(select(Person.id).where(is_exactly(Person.document_number, typed)).limit(1))
        return {"flt_person": found} if found is not None else {}

    def subject(self, row: Certificate) -> dict[str, Any]:
        """An event on this certificate."""
        return {"certificate": row, "person": row.person}

    def rows_of(self, row: Certificate, open_numbers: bool) -> list[tuple[str, Any]]:
        """The certificate as registered."""
        number = words.number(row.document_number) if open_numbers else words.document(row.document_number)
        return [
            ("证书编号", words.number(row.number)),
            ("原纸质证书编号", words.number(row.paper_number)),
            ("证书类型", str(row.kind)),
            ("状态", words.status(certificate_status(db.session, row).word)),
            ("状态说明", row.status_reason),
            ("姓名", words.link(url_of("panel_person", row.person_id), row.holder_name, plain=True)),
            ("证件号码", number),
            (
                "工作单位",
                words.link(url_of("panel_enterprise", row.enterprise_id), row.unit_name, plain=True),
            ),
            ("职位", row.position),
            ("技术职称", row.title),
            ("首次发证日期", words.day(row.first_issued)),
            ("有效期", words.number(f"{row.valid_from} 至 {row.valid_until}")),
        ]

    def more(self, row: Certificate) -> dict[str, Any]:
        """Editions and requests."""
        return {
            "heading": row.number or f"纸质证书 {row.paper_number or ''}",
            "editions": row.editions,
            "productions": words.PRODUCTIONS,
            "requests": _requests(ChangeRequest.certificate_id == row.id),
        }

    @expose(f"/edition/<int(max={BIGGEST}):edition>.pdf")
    def sheet(self, edition: int) -> Any:
        """The sheet of one edition as it was drawn."""
        found = db.session.get(Edition, edition)
        if found is None or found.production is None or found.production.file is None:
            abort(404)
        row = self.get_one(str(found.certificate_id))
        kept, number, version = found.production.file, row.number, found.version
        who = actor_of(account())
        with transaction(db.session):
            record(
                db.session, "read_sheet", f"查看电子证书第 {version} 版", who,
                certificate=db.session.get(Certificate, row.id), visible_to="audit",
            )  # fmt: skip
        return serve(kept, f"{number}-{version}.pdf")


def ends_within(span: str) -> ColumnElement[bool]:
    """Certificates whose day is past, or near."""
    today = clock.today()
    if span == "past":
        return Certificate.valid_until < today
    return Certificate.valid_until.between(today, add_months(today, 1 if span == "month" else 3))


def unit_of(person: Person) -> str:
    """Where the person works now."""
    now = [row for row in person.employments if row.ended_on is None]
    return now[0].enterprise.name if now else words.QUIET


def url_of(endpoint: str, id: int) -> str:
    """The page of one record."""
    return url_for(f"{endpoint}.details_view", id=id)
