"""Document routes of the viewer: page images and the mark 标为已看."""

from typing import Any

from flask import Response, abort, jsonify, redirect, request

from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.infra.event_verbs import EventVerb
from anguan.models import Attachment
from anguan.panel.common.guard import GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.panel.requests.request_access import get_visible_or_404, record_once
from anguan.panel.review.documents import send_picture
from anguan.services.review.document_reads import mark_read, read_documents
from anguan.services.review.review_view import file_of_request, round_attachments
from anguan.web.access import require_roles
from anguan.web.responses import is_fetch

PLACE = "<id:id>/<id:attachment>"
OPENED: tuple[EventVerb, ...] = ("open_request", "read_request")
"""Event verbs that show that a reader has already opened the documents of a request."""


class DocumentView(GuardedMixin):
    """Routes of the document viewer."""

    allowed_roles = (*REVIEWERS, "auditor")

    def is_visible(self) -> bool:
        """Hidden in the menu: it is opened from a request."""
        return False

    @expose("/")
    def index(self) -> Any:
        """Documents are read on the page of their request."""
        return redirect(self.get_url("panel_queue.index_view"))

    @expose(f"/{PLACE}/<id:page>")
    def scan(self, id: int, attachment: int, page: int) -> Response:
        """One page in reading size."""
        return show_page(id, attachment, page, "page")

    @expose(f"/{PLACE}/<id:page>/large")
    def large_scan(self, id: int, attachment: int, page: int) -> Response:
        """One page enlarged."""
        return show_page(id, attachment, page, "large")

    @expose(f"/{PLACE}/seen", methods=("POST",))
    @require_roles(*REVIEWERS)
    def mark(self, id: int, attachment: int) -> Any:
        """Set or remove the mark 标为已看."""
        document = document_of(id, attachment)
        seen = request.form.get("seen") == "1"
        mark_read(db.session, current_account(), document, seen)
        if is_fetch():
            found = get_visible_or_404(id)
            marked = read_documents(db.session, current_account(), found)
            return jsonify(seen=seen, count=len(marked), of=len(round_attachments(found)))
        return redirect(f"{self.get_url('panel_request.review', id=id)}#document-{attachment}")


def show_page(id: int, attachment: int, page: int, size: str) -> Response:
    """The page image; it may show a full document number, so the first view in a round is recorded.

    HEAD draws it ahead of time for the reviewer's next request: nothing is delivered, nothing recorded.
    """
    document = document_of(id, attachment)
    picture = send_picture(document.file, page, size, document.turn)
    if request.method == "HEAD":
        return picture
    found = get_visible_or_404(id)
    record_once(found, "read_paper", f"查看申请 {found.number} 的材料", visible_to="audit", same=OPENED)
    return picture


def document_of(id: int, attachment: int) -> Attachment:
    """A document of a request that this visitor may see; aborts with 404 for all others."""
    row = file_of_request(db.session, get_visible_or_404(id), attachment)
    if row is None:
        abort(404)
    return row
