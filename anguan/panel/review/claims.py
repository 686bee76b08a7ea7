"""领取, 放回, 暂缓 and 撤回: whose desk a request lies on, as routes of the request's page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import flash, jsonify, redirect, request
from flask_login import current_user
from sqlalchemy import select

from anguan.core import clock
from anguan.core.lifecycle import DECIDED, SUBMITTED
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.models import ChangeRequest, Claim, Decision
from anguan.panel.common.guard import BIGGEST, Guarded, account
from anguan.panel.common.routing import expose
from anguan.panel.requests.request_access import may_decide, note_look, queue_place, reachable
from anguan.panel.review.undo import take_back
from anguan.services.codes import Refusal
from anguan.services.refusals import Refused
from anguan.services.review import claims, last_visit
from anguan.services.review.transfers import may_hand_over
from anguan.web.access import opens_to as only_for

ID = f"<int(max={BIGGEST}):id>"
MORNING = time(9)
"""When one usually looks again at what was put aside."""
NONE_LEFT = "没有等待您审核的申请。"


@dataclass(frozen=True)
class Hold:
    """How the request lies: `free`, `mine`, `aside` (mine, put off) or with an `other`; in words, and whether
    this visitor may put it on a colleague's desk."""

    state: str
    words: str
    may_hand_over: bool


@dataclass(frozen=True)
class Undoable:
    """The visitor's last decision while it can be taken back, and for how many seconds more."""

    request: ChangeRequest
    decision: Decision
    seconds: int


def hold_of(found: ChangeRequest) -> Hold | None:
    """Whose desk it lies on; None when it waits for nobody or not for this visitor."""
    if not may_decide(found):
        return None
    row = claims.claim_of(db.session, found.id)
    may = may_hand_over(current_user.id, current_user.role, row)
    if row is None:
        return Hold("free", "还没有人领取", may)
    if row.account_id != current_user.id:
        return Hold("other", claims.say_holder(row), may)
    return Hold("aside" if row.remind_at else "mine", _say_mine(row), may)


def _say_mine(row: Claim) -> str:
    note = claims.say_note(row)
    if row.remind_at is not None:
        return f"我已暂缓到 {clock.beijing(row.remind_at):%m-%d %H:%M}{note}"
    if row.handed_by is not None:
        return f"{row.handed_by.name}转来，留到 {clock.beijing(row.until):%m-%d %H:%M}{note}"
    return f"我领取于 {clock.beijing(row.taken_at):%H:%M}，还保留 {claims.minutes_left(row)} 分钟"


def last_undoable() -> Undoable | None:
    """What 撤回 (Z) would take back."""
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


def begin(found: ChangeRequest) -> None:
    """It lies on this desk now: the holder reads 审核中, and what he first sees is what he compares with."""
    note_look(found)
    if last_visit.last_look(db.session, account(), found) is None:
        last_visit.note_look(db.session, account(), found)


def place_of(text: str) -> tuple[datetime, int] | None:
    """The place in the queue of the request with this id; None for the beginning."""
    if not (text.isascii() and text.isdigit() and int(text) <= BIGGEST):
        return None
    found = db.session.get(ChangeRequest, int(text))
    return queue_place(found) if found is not None else None


def _read_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(Refusal.NO_SNOOZE_MOMENT) from None
    if len(text) <= len(date.max.isoformat()):
        moment = datetime.combine(moment.date(), MORNING)
    return moment.replace(tzinfo=clock.BEIJING).astimezone(UTC)


class Holding(Guarded):
    """The routes."""

    @expose("/next", methods=("GET", "POST"))
    @only_for(*REVIEWERS)
    def start(self) -> Any:
        """开始审核: the next by rule, taken. Asked without sending, it only shows which one that is."""
        place = place_of(request.values.get("after", ""))
        if request.method == "POST":
            found = claims.take_next(db.session, account(), place)
            if found is not None:
                begin(found)
                return redirect(self.link("review", id=found.id))
            flash(NONE_LEFT, "news")
            return redirect(self.get_url("panel_queue.index_view"))
        ids = claims.next_in_order(db.session, account(), place)
        if "peek" in request.args:
            return self.show(ids[0], None) if ids else ("", 204)
        return redirect(self.link("review", id=ids[0]) if ids else self.get_url("panel_queue.index_view"))

    @expose(f"/{ID}/take", methods=("POST",))
    @only_for(*REVIEWERS)
    def take(self, id: int) -> Any:
        """领取."""
        reachable(id)
        try:
            claims.take(db.session, account(), id)
            begin(reachable(id))
        except Refused as refused:
            flash(f"{refused.sentence}。", "warn")
        return redirect(self.link("review", id=id))

    @expose(f"/{ID}/beat", methods=("POST",))
    @only_for(*REVIEWERS)
    def beat(self, id: int) -> Any:
        """The page is still open and somebody sits before it."""
        found = reachable(id)
        held = claims.beat(db.session, account(), id) is not None
        hold = hold_of(reachable(id))
        if held or hold is not None:
            return jsonify(held=held, words=hold.words if hold else "")
        waits = found.state == SUBMITTED
        return jsonify(held=False, words="这一步由别人审核" if waits else "这件申请已经不在等待审核")

    @expose(f"/{ID}/release", methods=("POST",))
    @only_for(*REVIEWERS)
    def release(self, id: int) -> Any:
        """放回队列."""
        number = reachable(id).number
        claims.let_go(db.session, account(), id)
        flash(f"{number} 已放回队列。", "ok")
        return redirect(self.get_url("panel_queue.index_view"))

    @expose(f"/{ID}/aside", methods=("POST",))
    @only_for(*REVIEWERS)
    def aside(self, id: int) -> Any:
        """暂缓, with a day on which one is reminded; then the next one."""
        found = reachable(id)
        number, place = found.number, queue_place(found)
        try:
            until = _read_moment(request.form.get("until", ""))
            claims.put_aside(db.session, account(), id, until, request.form.get("note", ""))
        except Refused as refused:
            return self.show(id, None, faults=[("until", refused.sentence)]), 400
        flash(f"{number} 已暂缓到 {clock.beijing(until):%m月%d日 %H:%M}，到时会在工作台提醒。", "ok")
        following = claims.take_next(db.session, account(), place)
        if following is None:
            return redirect(self.get_url("panel_queue.index_view"))
        begin(following)
        return redirect(self.link("review", id=following.id))

    @expose(f"/{ID}/undo", methods=("POST",))
    @only_for(*REVIEWERS)
    def undo(self, id: int) -> Any:
        """撤回, while the decision is not in effect."""
        take_back(id, reachable(id).number, "请重新审核。")
        return redirect(self.link("review", id=id))
