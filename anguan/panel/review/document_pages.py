"""The papers of one request: their pages as pictures, the reader's marks, and a copy to take away."""

from typing import Any

from flask import Response, abort, jsonify, redirect, request
from sqlalchemy import select

from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import Attachment, ChangeRequest, Event
from anguan.panel.common.guard import BIGGEST, GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.panel.requests.request_access import get_visible_or_404
from anguan.panel.review.documents import send_picture
from anguan.services.review.document_reads import mark_read, read_documents
from anguan.services.review.review_view import file_of_request, round_attachments
from anguan.web.access import require_roles
from anguan.web.responses import is_fetch

PLACE = f"<int(max={BIGGEST}):id>/<int(max={BIGGEST}):attachment>"
PAGE_SIZES = ("open_request", "read_request", "read_paper")
"""What the log says of somebody who has had the papers of a request before him."""


class DocumentView(GuardedMixin):
    """What the viewer beside the facts asks for."""

    allowed_roles = (*REVIEWERS, "auditor")

    def is_visible(self) -> bool:
        """One comes here from a request."""
        return False

    @expose("/")
    def index(self) -> Any:
        """Papers are read beside the request they belong to."""
        return redirect(self.get_url("panel_queue.index_view"))

    @expose(f"/{PLACE}/<int(max=999):page>")
    def scan(self, id: int, attachment: int, page: int) -> Response:
        """One page, to read."""
        return show_page(id, attachment, page, "page")

    @expose(f"/{PLACE}/<int(max=999):page>/large")
    def large_scan(self, id: int, attachment: int, page: int) -> Response:
        """One page, to look closely."""
        return show_page(id, attachment, page, "large")

    @expose(f"/{PLACE}/seen", methods=("POST",))
    @require_roles(*REVIEWERS)
    def mark(self, id: int, attachment: int) -> Any:
        """标为已看, or take the mark away."""
        paper = document_of(id, attachment)
        seen = request.form.get("seen") == "1"
        mark_read(db.session, current_account(), paper, seen)
        if is_fetch():
            found = get_visible_or_404(id)
            marked = read_documents(db.session, current_account(), found)
            return jsonify(seen=seen, count=len(marked), of=len(round_attachments(found)))
        return redirect(f"{self.get_url('panel_request.review', id=id)}#paper-{attachment}")


def show_page(id: int, attachment: int, page: int, size: str) -> Response:
    """The picture; a paper may show a whole document number, so that whoever gets one stands in the log."""
    picture = send_picture(document_of(id, attachment).file, page, size)
    found, who = get_visible_or_404(id), current_account()
    looks = select(Event.id).where(
        Event.request_id == id, Event.actor_id == who.id, Event.verb.in_(PAGE_SIZES)
    )
    if found.submitted_at is not None:
        looks = looks.where(Event.at >= found.submitted_at)
    if db.session.scalar(looks.limit(1)) is None:
        said, reader = f"查看申请 {found.number} 的材料", actor_of(who)
        with transaction(db.session) as session:
            about = session.get_one(ChangeRequest, id)
            record_event(session, "read_paper", said, reader, request=about, visible_to="audit")
    return picture


def document_of(id: int, attachment: int) -> Attachment:
    """A paper of a request that this visitor may look at."""
    row = file_of_request(db.session, get_visible_or_404(id), attachment)
    if row is None:
        abort(404)
    return row
