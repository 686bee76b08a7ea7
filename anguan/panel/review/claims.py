"""领取, 放回, 暂缓 and 撤回: claim routes of the request's page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import flash, jsonify, redirect, request
from flask_login import current_user
from sqlalchemy import select

from anguan.core import clock
from anguan.core.lifecycle import DECIDED, SUBMITTED
from anguan.core.record_ids import read_id
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.models import ChangeRequest, Claim, Decision
from anguan.panel.common.guard import GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.panel.requests.request_access import (
    get_visible_or_404,
    may_decide,
    queue_place,
    record_once,
    record_view,
)
from anguan.panel.review.undo import undo_decision
from anguan.services.codes import Refusal
from anguan.services.refusals import Refused
from anguan.services.review import claims, last_visit
from anguan.services.review.transfers import may_transfer
from anguan.web.access import require_roles

ID = "<id:id>"
MORNING = time(9)
"""Default time of day for the reminder of a snoozed request."""
NONE_LEFT = "没有等待您审核的申请。"


@dataclass(frozen=True)
class ClaimStatus:
    """Claim of a request: state `free`, `mine`, `snoozed` (own, snoozed) or `other`, its description, and
    whether this visitor may transfer it."""

    state: str
    words: str
    may_transfer: bool


@dataclass(frozen=True)
class Undoable:
    """The visitor's last decision while it can be undone, and the seconds left."""

    request: ChangeRequest
    decision: Decision
    seconds: int


def claim_status(found: ChangeRequest) -> ClaimStatus | None:
    """Claim of the request; None when it does not wait for this visitor."""
    if not may_decide(found):
        return None
    row = claims.claim_of(db.session, found.id)
    may = may_transfer(current_user.id, current_user.role, row)
    if row is None:
        return ClaimStatus("free", "还没有人领取", may)
    if row.account_id != current_user.id:
        return ClaimStatus("other", claims.format_holder(row), may)
    return ClaimStatus("snoozed" if row.remind_at else "mine", _format_own(row), may)


def _format_own(row: Claim) -> str:
    note = claims.format_note(row)
    if row.remind_at is not None:
        return f"我已暂缓到 {clock.beijing(row.remind_at):%m-%d %H:%M}{note}"
    if row.transferred_by is not None:
        return f"{row.transferred_by.name}转来，保留到 {clock.beijing(row.until):%m-%d %H:%M}{note}"
    return f"我领取于 {clock.beijing(row.taken_at):%H:%M}，还保留 {claims.minutes_left(row)} 分钟"


def last_undoable() -> Undoable | None:
    """The decision that 撤回 (key Z) would undo."""
    now = clock.now()
    found = db.session.execute(
        select(Decision, ChangeRequest)
        .join(ChangeRequest, ChangeRequest.id == Decision.request_id)
        .where(
            Decision.actor_id == current_user.id,
            Decision.decided_at > now - timedelta(hours=1),
            Decision.undone_at.is_(None),
            Decision.effective_at > now,
            ChangeRequest.state == DECIDED,
        )
        .order_by(Decision.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    decision, asked = found
    return Undoable(asked, decision, int((decision.effective_at - now).total_seconds()) + 1)


def start_review(found: ChangeRequest) -> None:
    """Start the review of a claimed request: the holder sees 审核中, and changes are compared with this
    visit."""
    record_view(found)
    if last_visit.last_visit_of(db.session, current_account(), found) is None:
        last_visit.record_visit(db.session, current_account(), found)


def parse_queue_place(text: str) -> tuple[datetime, int] | None:
    """Position in the queue of the request with this id; None for the beginning."""
    id = read_id(text)
    found = db.session.get(ChangeRequest, id) if id else None
    return queue_place(found) if found is not None else None


def _read_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(Refusal.NO_SNOOZE_MOMENT) from None
    if len(text) <= len(date.max.isoformat()):
        moment = datetime.combine(moment.date(), MORNING)
    return moment.replace(tzinfo=clock.BEIJING).astimezone(UTC)


class ClaimMixin(GuardedMixin):
    """Claim routes."""

    @expose("/next", methods=("GET", "POST"))
    @require_roles(*REVIEWERS)
    def start(self) -> Any:
        """开始审核: claim the next request of the queue. GET only shows which one that is."""
        place = parse_queue_place(request.values.get("after", ""))
        if request.method == "POST":
            found = claims.claim_next(db.session, current_account(), place)
            if found is not None:
                start_review(found)
                return redirect(self.link("review", id=found.id))
            flash(NONE_LEFT, "news")
            return redirect(self.get_url("panel_queue.index_view"))
        ids = claims.next_in_order(db.session, current_account(), place)
        if "peek" in request.args:
            if not ids:
                return "", 204
            found = get_visible_or_404(ids[0])
            said = f"浏览器预先读取 {found.number}，还没有打开"
            record_once(found, "prefetch_request", said, visible_to="office")
            return self.show(ids[0], None)
        return redirect(self.link("review", id=ids[0]) if ids else self.get_url("panel_queue.index_view"))

    @expose(f"/{ID}/take", methods=("POST",))
    @require_roles(*REVIEWERS)
    def take(self, id: int) -> Any:
        """领取."""
        get_visible_or_404(id)
        try:
            claims.claim(db.session, current_account(), id)
            start_review(get_visible_or_404(id))
        except Refused as refused:
            flash(f"{refused.sentence}。", "warn")
        return redirect(self.link("review", id=id))

    @expose(f"/{ID}/heartbeat", methods=("POST",))
    @require_roles(*REVIEWERS)
    def heartbeat(self, id: int) -> Any:
        """Extend the claim while the page is open and in use."""
        found = get_visible_or_404(id)
        held = claims.heartbeat(db.session, current_account(), id) is not None
        status = claim_status(get_visible_or_404(id))
        if held or status is not None:
            return jsonify(held=held, words=status.words if status else "")
        waits = found.state == SUBMITTED
        return jsonify(held=False, words="这一步由别人审核" if waits else "这件申请已不在待审队列")

    @expose(f"/{ID}/release", methods=("POST",))
    @require_roles(*REVIEWERS)
    def release(self, id: int) -> Any:
        """放回队列."""
        number = get_visible_or_404(id).number
        claims.release(db.session, current_account(), id)
        flash(f"{number} 已放回队列。", "ok")
        return redirect(self.get_url("panel_queue.index_view"))

    @expose(f"/{ID}/snooze", methods=("POST",))
    @require_roles(*REVIEWERS)
    def snooze(self, id: int) -> Any:
        """暂缓 until a chosen moment, then claim the next request."""
        found = get_visible_or_404(id)
        number, place = found.number, queue_place(found)
        try:
            until = _read_moment(request.form.get("until", ""))
            claims.snooze(db.session, current_account(), id, until, request.form.get("note", ""))
        except Refused as refused:
            return self.show(id, None, faults=[("until", refused.sentence)]), 400
        flash(f"{number} 已暂缓到 {clock.beijing(until):%m月%d日 %H:%M}，到时会在工作台提醒。", "ok")
        following = claims.claim_next(db.session, current_account(), place)
        if following is None:
            return redirect(self.get_url("panel_queue.index_view"))
        start_review(following)
        return redirect(self.link("review", id=following.id))

    @expose(f"/{ID}/undo", methods=("POST",))
    @require_roles(*REVIEWERS)
    def undo(self, id: int) -> Any:
        """撤回 while the decision is not in effect."""
        undo_decision(id, get_visible_or_404(id).number, "请重新审核。")
        return redirect(self.link("review", id=id))
