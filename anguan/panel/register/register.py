"""登记簿: read-only views of persons, enterprises and certificates; only requests change the register."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import abort, request, url_for
from flask_login import current_user
from sqlalchemy import ColumnElement, or_, select

from anguan.core.record_ids import read_id
from anguan.domain.region_scope import in_region
from anguan.domain.review_permissions import REVIEWERS, is_filed
from anguan.extensions import db
from anguan.infra.events import actor_of, read_events, record_event
from anguan.infra.transaction import transaction
from anguan.models import (
    Base,
    Certificate,
    ChangeRequest,
    Event,
    Person,
)
from anguan.panel.common import formatting
from anguan.panel.common.guard import REGISTER, current_account
from anguan.panel.common.routing import expose
from anguan.panel.lists.listing import GuardedView
from anguan.panel.requests.request_access import PURPOSES
from anguan.services.requests.status import certificate_status, edition_status
from anguan.web.access import require_roles


class RegisterView(GuardedView):
    """A list of register records, with details and history."""

    allowed_roles = REGISTER
    can_view_details = True
    history = ""
    """Column of the event table that refers to the record."""
    details_template = "admin/record.html"

    @expose("/details/")
    def details_view(self) -> Any:
        """One record with its requests and events."""
        return self.show(self.get_one(request.args.get("id", "")), False)

    @expose("/<id:id>/reveal", methods=("POST",))
    @require_roles(*REVIEWERS, "auditor")
    def reveal(self, id: int) -> Any:
        """The record with full numbers, once, for a purpose that is recorded. Aborts with 400 without a
        purpose."""
        row = self.get_one(str(id))
        purpose = PURPOSES.get(request.form.get("purpose", ""), "")
        if not purpose:
            abort(400, "请选择查看完整号码的用途。")
        who = actor_of(current_account())
        with transaction(db.session):
            record_event(
                db.session, "reveal", f"查看完整号码：{purpose}", who, visible_to="audit", **self.subject(row)
            )
        return self.show(self.get_one(str(id)), True)

    def subject(self, row: Any) -> dict[str, Any]:
        """The record as keyword arguments of an event; subclasses must override it (NotImplementedError)."""
        raise NotImplementedError

    def rows_of(self, row: Any, open_numbers: bool) -> list[tuple[str, Any]]:
        """Labels and values of the record; subclasses must override it (NotImplementedError)."""
        raise NotImplementedError

    def more(self, row: Any) -> dict[str, Any]:
        """Additional template values of the page."""
        return {}

    def show(self, row: Any, open_numbers: bool) -> str:
        """Page of one record."""
        return self.render(
            self.details_template,
            row=row,
            rows=self.rows_of(row, open_numbers),
            open_numbers=open_numbers,
            purposes=PURPOSES,
            events=read_events(db.session, current_user, getattr(Event, self.history) == row.id, most=40),
            titles=formatting.matter_titles(db.session),
            states=formatting.STATES,
            sees_requests=current_user.role in (*REVIEWERS, "auditor"),
            opened_from=opened_from(),
            **{"requests": (), "certificates": (), "editions": (), "people": (), **self.more(row)},
        )


def requests_about(*about: ColumnElement[bool]) -> Sequence[ChangeRequest]:
    """The latest submitted requests that the visitor may see."""
    return db.session.scalars(
        select(ChangeRequest)
        .where(or_(*about), *is_filed(current_user.region))
        .order_by(ChangeRequest.id.desc())
        .limit(40)
    ).all()


def certificates_where(*about: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Certificates that the visitor may see, for the table of a record."""
    inside = in_region(Certificate, current_user.region)
    query = select(Certificate).where(*about, *inside).order_by(Certificate.id).limit(200)
    found = db.session.scalars(query).all()
    people = seen_ids(Person, {row.person_id for row in found})
    return [
        {
            "row": row,
            "person_url": url_of("panel_person", row.person_id) if row.person_id in people else "",
            "status": certificate_status(db.session, row, formatting.limits()),
            "edition": edition_status(db.session, row),
        }
        for row in found
    ]


def seen_ids(model: type[Base], ids: Iterable[int]) -> frozenset[int]:
    """Those of the records with these ids that the visitor may open; the others get no link."""
    if not current_user.region:
        return frozenset(ids)
    key = model.__table__.c.id
    return frozenset(
        db.session.scalars(select(key).where(key.in_(ids), *in_region(model, current_user.region)))
    )


def link_to(endpoint: str, model: type[Base], id: int, words: str) -> Any:
    """Link to a record that the visitor may open, else its name alone."""
    return formatting.link(url_of(endpoint, id), words, plain=True) if seen_ids(model, {id}) else words


def url_of(endpoint: str, id: int, request: int | None = None) -> str:
    """URL of the page of one record; opened from a request, it leads back to it."""
    return url_for(f"{endpoint}.details_view", id=id, request=request)


def opened_from() -> ChangeRequest | None:
    """The request from whose page this record was opened, if the visitor may see that page."""
    id = read_id(request.args.get("request")) if current_user.role in (*REVIEWERS, "auditor") else None
    if not id:
        return None
    inside = [ChangeRequest.id == id, ChangeRequest.filer_id != current_user.id]
    return db.session.scalar(select(ChangeRequest).where(*inside, *is_filed(current_user.region)))
