"""The kinds of records that the search box finds, and how a row of each is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session, selectinload

from anguan.auth.identity import Identity
from anguan.domain.region_scope import in_region
from anguan.domain.review_permissions import is_filed
from anguan.models import Certificate, ChangeRequest, Enterprise, Person
from anguan.panel.common import formatting
from anguan.panel.register.people import name_of, unit_of
from anguan.panel.register.register import url_of
from anguan.panel.requests.request_list import format_employer, request_url
from anguan.panel.search.ways import Ways, find_certificates, find_enterprises, find_people, find_requests
from anguan.services.requests.status import certificate_status

Cells = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Group:
    """A kind of record: its page, the ways to find it, and the cells of a row as (title, value)."""

    title: str
    endpoint: str
    model: Any
    seen_by: Callable[[Identity], Sequence[ColumnElement[bool]]]
    ways: Callable[[str], Ways]
    cells: Callable[[Session, Any], Cells]
    options: Sequence[Any] = ()


def _request_cells(session: Session, row: ChangeRequest) -> Cells:
    return (
        ("受理编号", formatting.link(request_url(row), row.number)),
        ("事项", formatting.matter_titles(session).get(row.matter, row.matter)),
        ("姓名", row.applicant_name),
        ("证件号码", formatting.document(row.person.document_number if row.person else "")),
        ("单位", format_employer(row)),
        ("状态", formatting.state(row.state)),
        ("提交时间", formatting.moment(row.submitted_at)),
    )


def _person_cells(_session: Session, row: Person) -> Cells:
    return (
        ("姓名", name_of(row)),
        ("证件号码", formatting.document(row.document_number)),
        ("手机", formatting.phone(row.phone)),
        ("工作单位", unit_of(row)),
    )


def _certificate_cells(session: Session, row: Certificate) -> Cells:
    number = row.number or f"纸质 {row.paper_number or ''}"
    return (
        ("证书编号", formatting.link(url_of("panel_certificate", row.id), number)),
        ("类", row.kind_code),
        ("姓名", row.holder_name),
        ("证件号码", formatting.document(row.document_number)),
        ("单位", row.unit_name),
        ("有效期至", formatting.day(row.valid_until)),
        ("状态", formatting.status(certificate_status(session, row, formatting.limits()))),
    )


def _enterprise_cells(_session: Session, row: Enterprise) -> Cells:
    return (
        ("企业名称", formatting.link(url_of("panel_enterprise", row.id), row.name, plain=True)),
        ("统一社会信用代码", formatting.number(row.uscc)),
        ("地区", formatting.region_name(row.region)),
    )


def _in_region_of(model: Any) -> Callable[[Identity], Sequence[ColumnElement[bool]]]:
    return lambda who: in_region(model, who.region)


GROUPS = (
    Group(
        "申请",
        "panel_request.review",
        ChangeRequest,
        lambda who: [*is_filed(who.region), ChangeRequest.filer_id != who.id],
        find_requests,
        _request_cells,
        (
            selectinload(ChangeRequest.certificate),
            selectinload(ChangeRequest.person).selectinload(Person.employments),
        ),
    ),
    Group(
        "人员",
        "panel_person.details_view",
        Person,
        _in_region_of(Person),
        find_people,
        _person_cells,
        (selectinload(Person.employments),),
    ),
    Group(
        "证书",
        "panel_certificate.details_view",
        Certificate,
        _in_region_of(Certificate),
        find_certificates,
        _certificate_cells,
    ),
    Group(
        "企业",
        "panel_enterprise.details_view",
        Enterprise,
        _in_region_of(Enterprise),
        find_enterprises,
        _enterprise_cells,
    ),
)
