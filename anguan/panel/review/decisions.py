"""通过, 退回补正 and 不通过: decision route of the request's page."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request

from anguan.core.lifecycle import APPROVE, REJECT, RETURN, Verdict
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db, storage
from anguan.models import ChangeRequest
from anguan.panel.common.guard import current_account
from anguan.panel.common.routing import expose
from anguan.panel.requests.request_access import get_visible_or_404, queue_place
from anguan.panel.review.claims import ID, ClaimMixin, claim_status, last_undoable, start_review
from anguan.panel.review.decision_form import (
    DecisionForm,
    build_decision_form,
    missing_fields,
    read_decision,
    told,
)
from anguan.panel.review.review_page import unread_sentence
from anguan.services.judgements import judge
from anguan.services.refusals import Refused, StaleRequest
from anguan.services.review import claims, decisions, last_visit
from anguan.services.review.damaged_files import DamagedFiles
from anguan.services.review.document_reads import unread_required
from anguan.services.review.review_view import ReviewView
from anguan.web.access import require_roles
from anguan.web.responses import is_fetch

DONE = {APPROVE: "已通过", RETURN: "已退回补正", REJECT: "已作出不通过决定"}
VERDICTS = (APPROVE, RETURN, REJECT)


class DecisionMixin(ClaimMixin):
    """Decision route and its responses."""

    @expose(f"/{ID}/decide", methods=("POST",))
    @require_roles(*REVIEWERS)
    def decide(self, id: int) -> Any:
        """通过, 退回补正 or 不通过 for the version that was shown; a refusal shows the form again. Aborts
        with 400."""
        who, found = current_account(), get_visible_or_404(id)
        if request.form.get("preview") in VERDICTS:
            return self.show(id, request.form)
        verdict = request.form.get("verdict", "")
        if verdict not in VERDICTS:
            abort(400, "请选择通过、退回补正或不通过。")
        number, place = found.number, queue_place(found)
        judged = judge(db.session, id) or abort(404)
        entered = self._read_form(judged.view, request.form)
        if verdict == APPROVE and (titles := self._unseen(found)):
            return self._ask(id, titles)
        decision = read_decision(entered, request.form, verdict)
        if faults := missing_fields(entered, decision):
            return self._refuse(self.show(id, request.form, faults=faults), 400)
        try:
            decisions.decide(db.session, storage(), who, id, decision, judged)
        except StaleRequest as stale:
            return self._refuse(self.conflict(id, stale.sentence, told(entered, decision)), 409)
        except DamagedFiles as damaged:
            faults = [(f"verdict-{verdict}", damaged.sentence)]
            broken = [one.sha256 for one in damaged.files]
            page = self.show(id, request.form, faults=faults, broken=broken)
            return (jsonify(page=page) if is_fetch() else page), 409
        except Refused as refused:
            claim = claim_status(get_visible_or_404(id))
            if claim is None or claim.state == "other":
                return self._refuse(self.conflict(id, refused.sentence, told(entered, decision)), 409)
            faults = [(f"verdict-{verdict}", refused.sentence)]
            return self._refuse(self.show(id, request.form, faults=faults), 400)
        last_visit.record_visit(db.session, current_account(), get_visible_or_404(id))
        following = claims.claim_next(db.session, current_account(), place) if entered.go_on else None
        if following is not None:
            start_review(following)
        return self._go_on(f"{number} {DONE[Verdict(verdict)]}。", following)

    def _unseen(self, found: ChangeRequest) -> list[str]:
        """Required documents not yet read; the page asks about them once."""
        if "asks_unseen" not in request.form or request.form.get("unseen_ok") == "1":
            return []
        return unread_required(db.session, current_account(), found)

    def _ask(self, id: int, titles: list[str]) -> Any:
        sentence = unread_sentence(titles)
        if is_fetch():
            return jsonify(ask=sentence)
        form = request.form.copy()
        form["unseen_ok"] = "1"
        again = f"{sentence}。仍要通过的，请再按一次“通过”"
        return self.show(id, form, faults=[("verdict-approve", again)]), 400

    def _refuse(self, page: str, code: int) -> Any:
        return jsonify(page=page) if is_fetch() else (page, code)

    def _go_on(self, said: str, following: ChangeRequest | None) -> Any:
        """To the next request, or to the queue; the script gets the missing fragments of the next page as
        JSON."""
        last = last_undoable()
        queue = self.get_url("panel_queue.index_view")
        if is_fetch() and following is not None:
            parts: dict[str, Any] = {"admin_view": self, "said": said, "last": last, "found": following}
            parts["claim_status"] = claim_status(following)
            return jsonify(
                next=following.id,
                version=following.version,
                url=self.link("review", id=following.id),
                last=render_template("admin/last_decision.html", **parts),
                held=render_template("admin/claim.html", **parts),
            )
        if following is None and last is not None:
            said = f"{said}{last.seconds} 秒内可以在“已办”里撤回。"
        if following is None or last is None:
            flash(said, "ok")
        url = self.link("review", id=following.id) if following is not None else queue
        return jsonify(url=url) if is_fetch() else redirect(url)

    def _read_form(self, review: ReviewView, form: Mapping[str, str] | None) -> DecisionForm:
        return build_decision_form(db.session, review, form, request.form.getlist("item"))
