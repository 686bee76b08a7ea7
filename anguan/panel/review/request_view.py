"""Page of one request for the reviewer: read, reveal numbers, compare with the register."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import Response, abort, flash, redirect, request
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from anguan.core.lifecycle import DECIDED, SUBMITTED
from anguan.core.record_ids import read_id
from anguan.domain.masking import is_picture
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import StoredFile
from anguan.panel.common.formatting import days_left
from anguan.panel.common.guard import current_account
from anguan.panel.common.routing import expose
from anguan.panel.person_file.view import PersonFileMixin
from anguan.panel.printing.view import BundleMixin
from anguan.panel.requests.request_access import PURPOSES, get_visible_or_404, record_view
from anguan.panel.review import review_presenter
from anguan.panel.review.claims import ID, claim_status
from anguan.panel.review.conflicts import build_conflicts, questions
from anguan.panel.review.decisions import DecisionMixin
from anguan.panel.review.documents import send_copy, send_picture
from anguan.panel.review.notes import NoteMixin
from anguan.panel.review.review_page import build_review_page
from anguan.panel.review.transfers import TransferMixin
from anguan.services.refusals import StaleRequest
from anguan.services.review import register_changes
from anguan.services.review.review_view import load_review
from anguan.services.stored_findings import mark_if_different
from anguan.web.access import require_roles


class RequestView(TransferMixin, NoteMixin, PersonFileMixin, BundleMixin, DecisionMixin):
    """Page of one request: values left, documents right, the decision below."""

    allowed_roles = (*REVIEWERS, "auditor")

    def is_visible(self) -> bool:
        """Hidden in the menu: it is opened from a list."""
        return False

    @expose("/")
    def index(self) -> Answer:
        """There is no overview page: redirects to the queue."""
        return redirect(self.get_url("panel_queue.index_view"))

    @expose(f"/{ID}")
    def review(self, id: int) -> str:
        """Show the request; the first visit in a round is recorded, and the holder then sees 审核中."""
        found = get_visible_or_404(id)
        record_view(found)
        return self.show(id, None)

    @expose(f"/{ID}/reveal", methods=("POST",))
    def reveal(self, id: int) -> str:
        """Show full numbers once, for a purpose that is recorded. Aborts with 400 without a purpose."""
        found = get_visible_or_404(id)
        purpose = PURPOSES.get(request.form.get("purpose", ""), "")
        if not purpose:
            abort(400, "请选择查看完整号码的用途。")
        who = current_account()
        with transaction(db.session):
            record_event(
                db.session,
                "reveal",
                f"查看完整号码：{purpose}",
                actor_of(who),
                request=found,
                visible_to="audit",
            )
        return self.show(id, request.form if "seen_digest" in request.form else None, open_numbers=True)

    @expose(f"/{ID}/compare")
    def compare(self, id: int) -> str:
        """原值, 申请值 and 当前值 side by side."""
        return self.conflict(id, "")

    @expose(f"/{ID}/reread", methods=("POST",))
    @require_roles(*REVIEWERS)
    def reread(self, id: int) -> Any:
        """按现在的登记重新核对: current register values become the 原值."""
        get_visible_or_404(id)
        version = read_id(request.form.get("seen_version")) or 0
        try:
            register_changes.refresh_before_values(db.session, current_account(), id, version)
        except StaleRequest as stale:
            return self.conflict(id, stale.sentence), 409
        flash("已按现在的登记重新核对，原值已更新。请重新审核。", "ok")
        return redirect(self.link("review", id=id))

    @expose(f"/{ID}/file/<id:attachment>")
    def file(self, id: int, attachment: int) -> Response:
        """A copy of a document: pictures with the reader's watermark; the download is recorded."""
        return send_copy(get_visible_or_404(id), attachment)

    @expose(f"/{ID}/photo/<id:item>/<any(before,after,now):when>")
    def photo(self, id: int, item: int, when: str) -> Response:
        """Photo of a changed field: before, after or now. Aborts with 404."""
        for row in load_review(db.session, get_visible_or_404(id)).rows:
            if row.id == item and is_picture(row.path):
                sha = {"before": row.before, "after": row.after, "now": row.current}[when]
                kept = db.session.scalar(select(StoredFile).where(StoredFile.sha256 == (sha or "")))
                if kept is not None:
                    return send_picture(kept)
        abort(404)

    def show(
        self,
        id: int,
        form: Mapping[str, str] | None,
        faults: list[tuple[str, str]] | None = None,
        open_numbers: bool = False,
        broken: Collection[str] = (),
        note_typed: str = "",
    ) -> str:
        """The page, with what was typed; `broken` are SHA-256 digests of files found damaged just now."""
        found = get_visible_or_404(id)
        review = load_review(db.session, found)
        mark_if_different(db.session, review)
        shown = build_review_page(found, review, form, request.form.getlist("item"), open_numbers, broken)
        return self.render("admin/request.html", faults=faults or [], note_typed=note_typed, **shown)

    def conflict(self, id: int, sentence: str, written: Sequence[tuple[str, str]] = ()) -> str:
        """For a request that changed meanwhile: three columns of values, or who decided what and when.

        `sentence` says why nothing was decided; `written` is what the visitor wrote; it is kept.
        """
        found = get_visible_or_404(id)
        review = load_review(db.session, found)
        claim, labels = claim_status(found), review.item_labels
        deciding = claim is not None and claim.state != "other"
        return self.render(
            "admin/conflict.html",
            found=found,
            review=review,
            sentence=sentence,
            suggestions=build_conflicts(review, found.state not in (SUBMITTED, DECIDED)),
            asked=[(labels[item], text) for item, text in questions(review, labels).items()]
            if deciding
            else [],
            events=review_presenter.history_of(db.session, current_account(), found)[:8],
            deciding=deciding,
            decided=[
                one
                for one in review_presenter.standing_decisions(found.decisions)
                if one.round == found.round and not deciding
            ][:1],
            written=written,
            left=days_left(found.due_at),
        )
