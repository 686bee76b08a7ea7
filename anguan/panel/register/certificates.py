"""登记簿: certificates, their editions and the certificate PDFs."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, g
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from anguan.core import clock
from anguan.core.clock import add_months
from anguan.domain.region_scope import in_region
from anguan.domain.register_fields import CERTIFICATE_STATUSES
from anguan.extensions import db, storage
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import Certificate, ChangeRequest, Edition, Enterprise, Person
from anguan.panel.common import formatting
from anguan.panel.common.guard import current_account
from anguan.panel.common.routing import expose
from anguan.panel.common.search import begins_with, contains, find_person, is_exactly, matching_ids
from anguan.panel.lists.filters import OfRecord, OneOf
from anguan.panel.lists.list_query import Order
from anguan.panel.office_filing.views import actions_of
from anguan.panel.printing.certificates import CertificatePrintMixin, render_checkbox
from anguan.panel.register.register import RegisterView, link_to, requests_about, url_of
from anguan.panel.requests.request_access import send_attachment
from anguan.pdf.renderer import RenderError
from anguan.services.codes import StatusCode
from anguan.services.requests.status import (
    StatusLine,
    certificate_status,
    edition_status,
    edition_statuses,
    status_since,
)
from anguan.services.words import STATUS_WORDS
from anguan.web.certificate_copies import read_copy

ENDING = (("past", "已过期"), ("month", "一个月内到期"), ("quarter", "三个月内到期"))


class CertificateView(CertificatePrintMixin, RegisterView):
    """证书."""

    history = "certificate_id"
    details_template = "admin/office_subject.html"
    searches = "证书编号、姓名、证件号码"
    cut = ("holder_name", "unit_name", "edition")
    list_template = "admin/certificates.html"
    fixed = ("pick", "number")
    column_export_exclude_list = ("pick",)
    column_list = (
        "pick",
        "number",
        "kind",
        "holder_name",
        "document_number",
        "unit_name",
        "valid_until",
        "status",
        "edition",
    )
    column_labels = {
        "pick": "选", "number": "证书编号", "kind": "类", "holder_name": "姓名",
        "document_number": "证件号码", "unit_name": "单位", "valid_until": "有效期至", "status": "状态",
        "edition": "电子证", "first_issued": "首次发证", "position": "职位", "title": "技术职称",
    }  # fmt: skip
    cells = {
        "pick": lambda row: render_checkbox(row),
        "number": lambda row: formatting.link(
            url_of("panel_certificate", row.id), row.number or f"纸质 {row.paper_number or ''}"
        ),
        "kind": lambda row: row.kind_code,
        "document_number": lambda row: formatting.document(row.document_number),
        "valid_until": lambda row: formatting.day(row.valid_until),
        "first_issued": lambda row: formatting.day(row.first_issued),
        "status": lambda row: formatting.status(certificate_status(db.session, row, formatting.limits())),
        "edition": lambda row: status_of_edition(row).word,
    }
    options = (joinedload(Certificate.kind),)
    more_columns = ("first_issued", "position", "title")
    order = Order(Certificate.id, descending=True)
    sorts = {
        "number": Certificate.number,
        "holder_name": Certificate.holder_name,
        "valid_until": Certificate.valid_until,
    }
    column_filters = (
        OneOf("kind", "证书类", formatting.kinds, lambda v: Certificate.kind_code == v),
        OneOf("status", "状态", tuple(CERTIFICATE_STATUSES.items()), lambda v: Certificate.status == v),
        OneOf("region", "地区", formatting.regions, lambda v: in_region(Certificate, v)[0]),
        OneOf("ending", "到期", ENDING, lambda v: ends_within(v)),
        OfRecord("person", "本人", Certificate.person_id),
    )

    def prepare(self, rows: Sequence[Certificate]) -> None:
        """Load the latest editions of these certificates."""
        g.edition_statuses = edition_statuses(db.session, [row.id for row in rows])

    def seek(self, text: str) -> ColumnElement[bool]:
        """A certificate number, a part of the holder's name, or a whole document number."""
        people = select(Person.id).where(is_exactly(Person.document_number, text))
        return matching_ids(
            Certificate.id,
            is_exactly(Certificate.number, text),
            is_exactly(Certificate.paper_number, text),
            begins_with(Certificate.holder_name, text),
            contains("person", Certificate.person_id, text),
            Certificate.person_id.in_(people),
        )

    def resolve(self, typed: str) -> dict[str, Any] | None:
        """Filter for the person with this number."""
        found = find_person(typed)
        return {"flt_person": found} if found is not None else {}

    def subject(self, row: Certificate) -> dict[str, Any]:
        """Subject of an event on this certificate."""
        return {"certificate": row, "person": row.person}

    def rows_of(self, row: Certificate, open_numbers: bool) -> list[tuple[str, Any]]:
        """Registered values of the certificate."""
        number = (
            formatting.number(row.document_number)
            if open_numbers
            else formatting.document(row.document_number)
        )
        return [
            ("证书编号", formatting.number(row.number)),
            ("原纸质证书编号", formatting.number(row.paper_number)),
            ("证书类型", str(row.kind)),
            ("状态", formatting.status(certificate_status(db.session, row, formatting.limits()))),
            ("状态说明", format_reason(row)),
            ("姓名", link_to("panel_person", Person, row.person_id, row.holder_name)),
            ("证件号码", number),
            ("工作单位", link_to("panel_enterprise", Enterprise, row.enterprise_id, row.unit_name)),
            ("职位", row.position),
            ("技术职称", row.title),
            ("首次发证日期", formatting.day(row.first_issued)),
            ("有效期", formatting.number(f"{row.valid_from} 至 {row.valid_until}")),
        ]

    def more(self, row: Certificate) -> dict[str, Any]:
        """Editions and requests."""
        return {
            "heading": row.number or f"纸质证书 {row.paper_number or ''}",
            "actions": actions_of(current_account(), row, None),
            "editions": row.editions,
            "superseded": STATUS_WORDS[StatusCode.SUPERSEDED],
            "productions": formatting.PRODUCTIONS,
            "requests": requests_about(ChangeRequest.certificate_id == row.id),
        }

    @expose("/edition/<id:edition>.pdf")
    def pdf(self, edition: int) -> Any:
        """Certificate PDF of one edition, marked unless in force; aborts with 404 when there is none."""
        found = db.session.get(Edition, edition)
        if found is None or found.job is None or found.job.file is None:
            abort(404)
        row = self.get_one(str(found.certificate_id))
        kept, number, version = found.job.file, row.number, found.version
        who = actor_of(current_account())
        with transaction(db.session):
            record_event(
                db.session, "read_sheet", f"查看电子证书第 {version} 版", who,
                certificate=db.session.get(Certificate, row.id), visible_to="audit",
            )  # fmt: skip

        def read() -> bytes:
            try:
                return read_copy(db.session, storage(), db.session.get_one(Edition, edition))
            except RenderError as error:
                abort(503, f"{error}。")

        return send_attachment(kept, f"{number}-{version}.pdf", read)


def status_of_edition(row: Certificate) -> StatusLine:
    """电子证 of a certificate, read for the whole list at once where `prepare` ran."""
    known: Mapping[int, StatusLine] = g.get("edition_statuses", {})
    return known.get(row.id) or edition_status(db.session, row)


def format_reason(row: Certificate) -> str:
    """Why the certificate has its status, and since when."""
    since = status_since(db.session, row) if row.status_reason else None
    return f"{row.status_reason}（{since} 起）" if since else row.status_reason or ""


def ends_within(span: str) -> ColumnElement[bool]:
    """Condition for certificates that are expired or expire soon."""
    today = clock.today()
    if span == "past":
        return Certificate.valid_until < today
    return Certificate.valid_until.between(today, add_months(today, 1 if span == "month" else 3))
