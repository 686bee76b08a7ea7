"""转办: choose the colleague to whom a request goes, and say why."""

from typing import Any

from flask import flash, redirect, request

from anguan.auth.identity import ROLE_TITLES
from anguan.core import clock
from anguan.domain.calendar import next_day_at
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.panel.common.guard import BIGGEST, GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.panel.requests.request_access import get_visible_or_404
from anguan.panel.review.claims import ID, claim_status
from anguan.services.refusals import Refused
from anguan.services.review import transfers
from anguan.web.access import require_roles


class TransferMixin(GuardedMixin):
    """The page of its own, and what it sends."""

    @expose(f"/{ID}/transfer")
    @require_roles(*REVIEWERS)
    def choose(self, id: int) -> Any:
        """Who could take it, the emptier desks first."""
        return self._offer(id)

    @expose(f"/{ID}/transfer", methods=("POST",))
    @require_roles(*REVIEWERS)
    def hand_over(self, id: int) -> Any:
        """Put it on that desk; then back to the queue."""
        number, to = get_visible_or_404(id).number, request.form.get("to", "")
        chosen = int(to) if to.isascii() and to.isdigit() and int(to) <= BIGGEST else None
        try:
            row = transfers.transfer(db.session, current_account(), id, chosen, request.form.get("note", ""))
        except Refused as refused:
            return self._offer(id, refused.sentence), 400
        flash(
            f"{number} 已转给{row.account.name}，为其保留到 {clock.beijing(row.until):%m月%d日 %H:%M}。", "ok"
        )
        return redirect(self.get_url("panel_queue.index_view"))

    def _offer(self, id: int, fault: str = "") -> Any:
        found = get_visible_or_404(id)
        hold = claim_status(found)
        may = hold is not None and hold.may_hand_over
        return self.render(
            "admin/transfer.html",
            found=found,
            hold=hold,
            may=may,
            roles=ROLE_TITLES,
            colleagues=transfers.colleagues(db.session, current_account(), found) if may else [],
            until=next_day_at(db.session, transfers.END_OF_DAY),
            chosen=request.form.get("to", ""),
            note=request.form.get("note", ""),
            faults=[("to", fault)] if fault else [],
        )
