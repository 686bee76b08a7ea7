"""Base of the request lists: visibility, shared columns and their formatting."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import g, url_for
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from anguan.core import clock
from anguan.core.lifecycle import SUBMITTED
from anguan.core.masks import mask_document
from anguan.core.matter import Step
from anguan.domain.calendar import due_at, load_calendar
from anguan.domain.masking import is_picture, mask
from anguan.domain.review_permissions import REVIEWERS, is_filed
from anguan.extensions import db
from anguan.matters.in_force import in_force
from anguan.models import Certificate, ChangeItem, ChangeRequest, Person
from anguan.panel.common import formatting
from anguan.panel.common.search import (
    begins_with,
    contains,
    find_person,
    is_exactly,
    looks_like_document,
    matching_ids,
)
from anguan.panel.lists.listing import GuardedView
from anguan.services.review.review_view import round_items
from anguan.web.unbroken import keep_unbroken

LONGEST_SUMMARY = 300
BEFORE, AFTER = "before", "after"
"""Prefixes of the two columns of a field in an export: `before:person.name`, `after:person.name`."""


def is_due(within: str) -> ColumnElement[bool]:
    """Condition for requests that are overdue, due today, or due within two working days."""
    now = clock.now()
    if within == "overdue":
        return ChangeRequest.due_at <= now
    if within == "today":
        return ChangeRequest.due_at <= clock.midnight(clock.today() + timedelta(days=1))
    return ChangeRequest.due_at <= due_at(load_calendar(db.session), now, 2)


def is_visible_to() -> list[ColumnElement[bool]]:
    """Conditions for what this visitor may see: submitted requests of their region."""
    return is_filed(current_user.region)


def is_of_kind(kind: str) -> ColumnElement[bool]:
    """Condition for requests about certificates of this kind."""
    return exists().where(Certificate.id == ChangeRequest.certificate_id, Certificate.kind_code == kind)


def format_employer(request: ChangeRequest) -> str:
    """Employer as on the certificate, else the current employment."""
    if request.certificate is not None:
        return request.certificate.unit_name
    current = [row for row in request.person.employments if row.ended_on is None] if request.person else []
    return current[0].enterprise.name if current else formatting.QUIET


def format_change(request: ChangeRequest) -> Any:
    """The requested changes in one line, marked after a correction."""
    parts = [_format_item(item) for item in round_items(request) if item.changed and not item.mirror_of]
    text = "；".join(part for part in parts if part) or "换发电子证书"
    if len(text) > LONGEST_SUMMARY:
        text = f"{text[:LONGEST_SUMMARY]}…"
    text = keep_unbroken(text)
    return Markup('<span class="again">补正后再审</span>，{}').format(text) if is_again(request) else text


def is_again(request: ChangeRequest) -> bool:
    """True while the request waits for review after a correction (补正后再审)."""
    return request.round > 1 and request.state == SUBMITTED


def format_step(request: ChangeRequest) -> Any:
    """Title of the matter; with several steps also the step at which the request waits."""
    title = formatting.matter_titles(db.session).get(request.matter, request.matter)
    steps = steps_of(request)
    if len(steps) < 2 or request.state != SUBMITTED:
        return title
    place = min(request.step, len(steps) - 1)
    return Markup('{}<span class="cell__more">{}&#8239;{}/{}</span>').format(
        title, steps[place].title, place + 1, len(steps)
    )


def steps_of(request: ChangeRequest) -> Sequence[Step]:
    """Review steps of a request as in its definition, cached per page."""
    known: dict[tuple[str, int], Sequence[Step]] = g.setdefault("steps", {})
    key = (request.matter, request.definition)
    if key not in known:
        known[key] = in_force(db.session, *key).steps
    return known[key]


def _format_item(item: ChangeItem) -> str:
    if is_picture(item.path):
        return "换照片"
    before = mask(item.path, item.before, item.before_text) or "无"
    after = mask(item.path, item.after or "", item.after_text) or "无"
    return f"{item.label} {before}→{after}"


class RequestList(GuardedView):
    """Columns, search and region limit shared by both lists."""

    allowed_roles: tuple[str, ...] = (*REVIEWERS, "auditor")
    stock_routes = frozenset({"index_view", "export"})
    can_view_details = False
    noun = "件"
    cut = ("matter", "person", "unit", "change", "holder", "reviewer")
    spare = ("document",)
    sorts = {
        "number": ChangeRequest.number,
        "person": ChangeRequest.applicant_name,
        "submitted_at": ChangeRequest.submitted_at,
    }
    searches = "受理编号、姓名、证件号码"
    options: Sequence[ORMOption] = (
        joinedload(ChangeRequest.certificate),
        joinedload(ChangeRequest.person).selectinload(Person.employments),
        selectinload(ChangeRequest.items),
    )
    column_labels = {
        "pick": "选",
        "person": "姓名",
        "check": "自检",
        "holder": "领取人",
        "number": "受理编号",
        "matter": "事项",
        "kind": "类",
        "applicant_name": "姓名",
        "document": "证件号码",
        "unit": "单位",
        "change": "变更摘要",
        "due_at": "剩余工作日",
        "state": "状态",
        "submitted_at": "提交时间",
        "changed_at": "最近办理",
        "decided_at": "办理时间",
        "reviewer": "办理人",
    }
    cells = {
        "number": lambda row: formatting.link(request_url(row), row.number),
        "matter": lambda row: formatting.matter_titles(db.session).get(row.matter, row.matter),
        "kind": lambda row: row.certificate.kind_code if row.certificate else formatting.QUIET,
        "document": lambda row: formatting.document(row.person.document_number if row.person else ""),
        "person": lambda row: row.applicant_name,
        "unit": format_employer,
        "change": format_change,
        "due_at": lambda row: formatting.gauge(row.due_at),
        "state": lambda row: formatting.state(row.state),
        "submitted_at": lambda row: formatting.moment(row.submitted_at),
        "changed_at": lambda row: formatting.moment(row.changed_at),
        "decided_at": lambda row: formatting.moment(row.decided_at),
        "reviewer": lambda row: row.last_reviewer.name if row.last_reviewer else formatting.QUIET,
    }
    exports = {"due_at": lambda row: formatting.days_left(row.due_at)[0] if row.due_at else ""}

    def title_of(self, model: ChangeRequest, name: str) -> str:
        """The name with the masked document number, whose column may be hidden."""
        if name != "person" or model.person is None:
            return ""
        return f"{model.applicant_name} {mask_document(model.person.document_number)}"

    def within(self) -> Sequence[ColumnElement[bool]]:
        """Submitted requests of the visitor's region."""
        return is_visible_to()

    def seek(self, text: str) -> ColumnElement[bool]:
        """A request number, a part of a name, or a whole document number."""
        return matching_ids(
            ChangeRequest.id,
            is_exactly(ChangeRequest.number, text),
            begins_with(ChangeRequest.applicant_name, text),
            contains("person", ChangeRequest.person_id, text),
            ChangeRequest.person_id.in_(select(Person.id).where(is_exactly(Person.document_number, text))),
        )

    def resolve(self, typed: str) -> dict[str, Any] | None:
        """Filter for the person with this document number."""
        found = find_person(typed)
        if found is not None:
            return {"flt_person": found}
        return None if looks_like_document(typed) else {}

    def export_columns(self, filters: Sequence[Any]) -> list[tuple[str, str]]:
        """With one matter chosen, also each of its fields as 前 and 后."""
        columns = super().export_columns(filters)
        for index, _, value in filters:
            if self.filter_at(index).code == "matter":
                for field in in_force(db.session, value).fields:
                    columns += [(f"{BEFORE}:{field.path}", f"{field.label}（前）")]
                    columns += [(f"{AFTER}:{field.path}", f"{field.label}（后）")]
        return columns

    def get_export_value(self, model: ChangeRequest, name: str) -> Any:
        """Value of a field before or after, numbers masked."""
        side, _, path = name.partition(":")
        if side not in (BEFORE, AFTER):
            return super().get_export_value(model, name)
        for item in round_items(model):
            if item.path == path and not item.mirror_of:
                if side == BEFORE:
                    return mask(path, item.before, item.before_text)
                return mask(path, item.after or "", item.after_text)
        return ""


def request_url(row: ChangeRequest) -> str:
    """URL of the page of one request."""
    return url_for("panel_request.review", id=row.id)
