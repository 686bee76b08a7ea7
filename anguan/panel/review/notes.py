"""内部备注: routes that add a note to colleagues, or remove one's own."""

from typing import Any

from flask import abort, flash, redirect, request

from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.panel.common.guard import GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.panel.requests.request_access import get_visible_or_404
from anguan.panel.review.claims import ID
from anguan.services.refusals import NotFound, Refused
from anguan.services.requests import notes
from anguan.web.access import require_roles

FIELD = "colleague_note"


class NoteMixin(GuardedMixin):
    """Routes of the notes; both keep what was typed into the decision form beside them."""

    @expose(f"/{ID}/notes", methods=("POST",))
    @require_roles(*REVIEWERS)
    def add_note(self, id: int) -> Any:
        """Add a note."""
        get_visible_or_404(id)
        try:
            notes.add_note(db.session, current_account(), id, request.form.get(FIELD, ""))
        except Refused as refused:
            return self._again(id, [(FIELD, refused.sentence)]), 400
        return self._back(id)

    @expose(f"/{ID}/notes/<id:note>/remove", methods=("POST",))
    @require_roles(*REVIEWERS)
    def remove_note(self, id: int, note: int) -> Any:
        """Remove one's own note. Aborts with 404 for any other."""
        get_visible_or_404(id)
        try:
            notes.remove_note(db.session, current_account(), id, note)
        except NotFound:
            abort(404)
        except Refused as refused:
            flash(f"{refused.sentence}。", "warn")
        else:
            flash("备注已删去。", "ok")
        return self._back(id)

    def _back(self, id: int) -> Any:
        """To the notes; the page itself where it carries a decision that was begun."""
        if "seen_digest" in request.form:
            return self._again(id, [])
        return redirect(f"{self.link('review', id=id)}#notes")

    def _again(self, id: int, faults: list[tuple[str, str]]) -> Any:
        typed = request.form if "seen_digest" in request.form else None
        note = request.form.get(FIELD, "") if faults else ""
        return self.show(id, typed, faults=faults, note_typed=note)
