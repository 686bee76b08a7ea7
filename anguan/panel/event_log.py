"""操作日志: read-only list of the events."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import g, url_for
from flask_login import current_user
from sqlalchemy import ColumnElement, select

from anguan.extensions import db
from anguan.infra.events import is_readable_by
from anguan.models import ChangeRequest, Event
from anguan.panel.common import formatting
from anguan.panel.common.event_words import EVENT_WORDS, name_of_actor, title_of_verb, told_to_office
from anguan.panel.common.search import begins_with, find_person, is_exactly, looks_like_document, matching_ids
from anguan.panel.lists.filters import OfRecord, OneOf
from anguan.panel.lists.list_query import Order
from anguan.panel.lists.listing import GuardedView
from anguan.web.template_context import format_moment

AUDIENCES = {"holder": "申请人可见", "office": "考核管理部门", "audit": "审计和系统管理"}


class EventView(GuardedView):
    """操作日志."""

    allowed_roles = ("administrator", "auditor")
    searches = "受理编号、操作人、证件号码"
    cut = ("actor", "verb", "sentence")
    column_list = ("at", "actor", "verb", "sentence", "request")
    column_details_list = ("at", "actor", "verb", "sentence", "request", "before", "after", "visible_to")
    column_labels = {
        "at": "时间", "actor": "操作人", "verb": "操作", "sentence": "内容", "request": "申请",
        "before": "之前", "after": "之后", "visible_to": "可见范围",
    }  # fmt: skip
    cells = {
        "at": lambda row: formatting.link(
            url_for("panel_event.details_view", id=row.id), format_moment(row.at)
        ),
        "verb": lambda row: title_of_verb(row.verb),
        "actor": lambda row: name_of_actor(row),
        "sentence": lambda row: formatting.shorten(told_to_office(row), 500),
        "request": lambda row: number_of_request(row.request_id),
        "before": lambda row: formatting.shorten(row.before, 5000),
        "after": lambda row: formatting.shorten(row.after, 5000),
        "visible_to": lambda row: AUDIENCES[row.visible_to],
    }
    more_columns = ("visible_to",)
    order = Order(Event.id, descending=True)
    sorts = {"at": Event.id}
    details_template = "admin/event.html"
    page_size = 50
    page_size_options = (20, 50, 100)
    column_filters = (
        OneOf("verb", "操作", tuple(EVENT_WORDS.items()), lambda v: Event.verb == v),
        OneOf("audience", "可见范围", tuple(AUDIENCES.items()), lambda v: Event.visible_to == v),
        OfRecord("person", "这个人", Event.person_id),
        OfRecord("request", "这件申请", Event.request_id),
    )

    def prepare(self, rows: Sequence[Event]) -> None:
        """Load the numbers of the requests of these events."""
        g.request_numbers = read_numbers({row.request_id for row in rows if row.request_id})

    def within(self) -> Sequence[ColumnElement[bool]]:
        """Events of the visitor's region."""
        return is_readable_by(current_user)

    def seek(self, text: str) -> ColumnElement[bool]:
        """Events of this actor, or of the request with this number."""
        asked = select(ChangeRequest.id).where(is_exactly(ChangeRequest.number, text))
        return matching_ids(Event.id, begins_with(Event.actor, text), Event.request_id.in_(asked))

    def resolve(self, typed: str) -> dict[str, Any] | None:
        """Filter for the person with this number."""
        found = find_person(typed)
        return {"flt_person": found} if found is not None else None if looks_like_document(typed) else {}


def read_numbers(ids: Collection[int]) -> Mapping[int, str | None]:
    """Numbers of these requests."""
    query = select(ChangeRequest.id, ChangeRequest.number).where(ChangeRequest.id.in_(ids))
    return dict(db.session.execute(query).all())


def number_of_request(id: int | None) -> Any:
    """Number of the request; a link for those who may open it."""
    if id is None:
        return formatting.QUIET
    known: Mapping[int, str | None] = g.get("request_numbers", {})
    text = known[id] if id in known else read_numbers({id}).get(id)
    if not text:
        return "草稿"
    if current_user.role == "auditor":
        return formatting.link(url_for("panel_request.review", id=id), text)
    return formatting.number(text)
