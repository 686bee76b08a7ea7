"""One request before the reviewer: read, compare, decide. Deciding itself is the desk's."""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, flash, redirect, request
from flask_admin import expose
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as Answer

from anguan.desk import review
from anguan.desk.refusals import Refused, Stale
from anguan.desk.sheet import Sheet, read_sheet
from anguan.gate.access import opens_to as only_for
from anguan.gate.store import db
from anguan.grammar import clock
from anguan.grammar.lifecycle import APPROVE, DECIDED, REJECT, RETURN, SUBMITTED
from anguan.ledger.events import actor_of, record
from anguan.ledger.transaction import transaction
from anguan.models import StoredFile
from anguan.panel import sight
from anguan.panel.guard import BIGGEST, REVIEWERS, Guarded, account
from anguan.panel.handing import hand_picture, take_away
from anguan.panel.reach import PURPOSES, may_decide, neighbour, note_look, reachable
from anguan.panel.ruling import Desk, lay_desk, read_ruling, unsaid
from anguan.panel.shelf import lay_shelf
from anguan.panel.words import days_left, matter_titles

ID = f"<int(max={BIGGEST}):id>"
DONE = {APPROVE: "已通过", RETURN: "已退回补正", REJECT: "已作出不通过决定"}
VERDICTS = (APPROVE, RETURN, REJECT)


class RequestView(Guarded):
    """The page of one request: facts left, papers right, the decision below."""

    opens_to = (*REVIEWERS, "auditor")

    def is_visible(self) -> bool:
        """One comes here from a list."""
        return False

    @expose("/")
    def index(self) -> Answer:
        """There is no page for all of them here: that is the queue."""
        return redirect(self.get_url("panel_queue.index_view"))

    @expose("/next")
    @only_for(*REVIEWERS)
    def start(self) -> Answer:
        """The request that is due first."""
        found = neighbour(None, 1)
        return redirect(self.link("review", id=found) if found else self.get_url("panel_queue.index_view"))

    @expose(f"/{ID}")
    def review(self, id: int) -> str:
        """Read the request; the first look in a round is noted, and the holder then reads 审核中."""
        found = reachable(id)
        note_look(found)
        return self.show(id, None)

    @expose(f"/{ID}/reveal", methods=("POST",))
    def reveal(self, id: int) -> str:
        """Show the numbers once, in full, for a purpose that is written down."""
        found = reachable(id)
        purpose = PURPOSES.get(request.form.get("purpose", ""), "")
        if not purpose:
            abort(400, "请选择查看完整号码的用途。")
        who = account()
        with transaction(db.session):
            record(
                db.session,
                "reveal",
                f"查看完整号码：{purpose}",
                actor_of(who),
                request=found,
                visible_to="audit",
            )
        return self.show(id, request.form if "seen_digest" in request.form else None, open_numbers=True)

    @expose(f"/{ID}/decide", methods=("POST",))
    @only_for(*REVIEWERS)
    def decide(self, id: int) -> Any:
        """通过, 退回补正 or 不通过, on what was seen; the form stays when it is refused."""
        who, found = account(), reachable(id)
        verdict = request.form.get("verdict", "")
        if verdict not in VERDICTS:
            abort(400, "请选择通过、退回补正或不通过。")
        number, place = found.number, (found.due_at, found.id)
        desk = self._desk(read_sheet(db.session, found), request.form)
        ruling = read_ruling(desk, request.form, verdict)
        if faults := (unsaid(desk, ruling.remarks) if verdict == RETURN else []):
            return self.show(id, request.form, faults=faults), 400
        try:
            review.decide(db.session, who, id, ruling)
        except Stale as stale:
            return self.conflict(id, stale.sentence), 409
        except Refused as refused:
            return self.show(id, request.form, faults=[(f"verdict-{verdict}", refused.sentence)]), 400
        flash(f"{number} {DONE[verdict]}。", "ok")
        following = neighbour(place, 1) if desk.go_on else None
        return redirect(
            self.link("review", id=following) if following else self.get_url("panel_queue.index_view")
        )

    @expose(f"/{ID}/compare")
    def compare(self, id: int) -> str:
        """原值, 申请值 and 当前值 beside each other."""
        return self.conflict(id, "")

    @expose(f"/{ID}/reread", methods=("POST",))
    @only_for(*REVIEWERS)
    def reread(self, id: int) -> Any:
        """以现登记为准重新对照: the register's present values become the 原值."""
        reachable(id)
        version = request.form.get("seen_version", "")
        try:
            review.reread(
                db.session, account(), id, int(version) if version.isascii() and version.isdigit() else 0
            )
        except Stale as stale:
            return self.conflict(id, stale.sentence), 409
        flash("已按现登记重新对照，原值已更新。请重新审核。", "ok")
        return redirect(self.link("review", id=id))

    @expose(f"/{ID}/file/<int(max={BIGGEST}):attachment>")
    def file(self, id: int, attachment: int) -> Response:
        """A copy of a paper to take away: pictures with the reader's name on them, and a line in the log."""
        return take_away(reachable(id), attachment)

    @expose(f"/{ID}/photo/<int(max={BIGGEST}):item>/<any(before,after,now):when>")
    def photo(self, id: int, item: int, when: str) -> Response:
        """A photo of a changed fact: as it was, as it is asked, as it stands now."""
        for row in read_sheet(db.session, reachable(id)).rows:
            if row.item.id == item and row.item.path.endswith(".photo"):
                sha = {"before": row.item.before, "after": row.item.after, "now": row.now}[when]
                kept = db.session.scalar(select(StoredFile).where(StoredFile.sha256 == (sha or "")))
                if kept is not None:
                    return hand_picture(kept)
        abort(404)

    def show(
        self,
        id: int,
        form: Mapping[str, str] | None,
        faults: list[tuple[str, str]] | None = None,
        open_numbers: bool = False,
    ) -> str:
        """The page, with what was typed."""
        found = reachable(id)
        sheet = read_sheet(db.session, found)
        closed = found.state not in (SUBMITTED, DECIDED)
        place = (found.due_at, found.id)
        decisions = sight.standing_decisions(found.decisions)
        return self.render(
            "admin/request.html",
            found=found,
            sheet=sheet,
            desk=self._desk(sheet, form),
            lines=sight.lay_lines(sheet, open_numbers, closed),
            findings=sight.lay_findings(sheet),
            papers=lay_shelf(sheet),
            events=sight.history_of(db.session, found),
            others=sight.other_requests(db.session, found),
            titles=matter_titles(db.session),
            decisions=decisions,
            deciding=may_decide(found),
            early=found.state == SUBMITTED and found.ready_at is not None and found.ready_at > clock.now(),
            drifted=sheet.drifted and not closed,
            closed=closed,
            left=days_left(found.due_at),
            before_this=neighbour(place, -1) if not closed else None,
            after_this=neighbour(place, 1) if not closed else None,
            open_numbers=open_numbers,
            purposes=PURPOSES,
            faults=faults or [],
            is_senior=current_user.role == "senior_reviewer",
        )

    def conflict(self, id: int, sentence: str) -> str:
        """The three columns: nobody did wrong, something moved."""
        found = reachable(id)
        sheet = read_sheet(db.session, found)
        return self.render(
            "admin/conflict.html",
            found=found,
            sheet=sheet,
            sentence=sentence,
            lines=sight.lay_lines(sheet, False, found.state not in (SUBMITTED, DECIDED)),
            events=sight.history_of(db.session, found)[:8],
            deciding=may_decide(found),
            decisions=sight.standing_decisions(found.decisions),
            left=days_left(found.due_at),
        )

    def _desk(self, sheet: Sheet, form: Mapping[str, str] | None) -> Desk:
        return lay_desk(db.session, sheet, form, request.form.getlist("item"))
