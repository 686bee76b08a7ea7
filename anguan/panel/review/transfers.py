"""转办: transfer a claimed request to a colleague, with a note."""

from typing import Any

from flask import flash, redirect, request

from anguan.auth.identity import ROLE_TITLES
from anguan.core import clock
from anguan.core.record_ids import read_id
from anguan.domain.calendar import next_day_at
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.panel.common.guard import GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.panel.requests.request_access import get_visible_or_404
from anguan.panel.review.claims import ID, claim_status
from anguan.services.refusals import Refused
from anguan.services.review import transfers
from anguan.web.access import require_roles


class TransferMixin(GuardedMixin):
    """Transfer page and its submission."""

    @expose(f"/{ID}/transfer")
    @require_roles(*REVIEWERS)
    def choose(self, id: int) -> Any:
        """Reviewers who could take the request, those with fewer claims first."""
        return self._show_form(id)

    @expose(f"/{ID}/transfer", methods=("POST",))
    @require_roles(*REVIEWERS)
    def hand_over(self, id: int) -> Any:
        """Transfer the request, then return to the queue."""
        number, chosen = get_visible_or_404(id).number, read_id(request.form.get("to"))
        try:
            row = transfers.transfer(db.session, current_account(), id, chosen, request.form.get("note", ""))
        except Refused as refused:
            return self._show_form(id, refused.sentence), 400
        flash(
            f"{number} 已转给{row.account.name}，为其保留到 {clock.beijing(row.until):%m月%d日 %H:%M}。", "ok"
        )
        return redirect(self.get_url("panel_queue.index_view"))

    def _show_form(self, id: int, fault: str = "") -> Any:
        found = get_visible_or_404(id)
        status = claim_status(found)
        may = status is not None and status.may_transfer
        return self.render(
            "admin/transfer.html",
            found=found,
            claim_status=status,
            may=may,
            roles=ROLE_TITLES,
            colleagues=transfers.colleagues(db.session, current_account(), found) if may else [],
            until=next_day_at(db.session, transfers.END_OF_DAY),
            chosen=request.form.get("to", ""),
            note=request.form.get("note", ""),
            faults=[("to", fault)] if fault else [],
        )
