"""批量通过: preview a batch, approve it request by request, and report; without a script in parts of
`AT_ONCE`."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask import abort, flash, jsonify, redirect, request, url_for
from flask_login import current_user

from anguan.core import clock
from anguan.core.record_ids import read_id
from anguan.domain.policies import load_policies
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db, storage
from anguan.models import Person
from anguan.panel.common import formatting, spreadsheets
from anguan.panel.common.guard import GuardedMixin, current_account, id_from_text
from anguan.panel.common.routing import expose
from anguan.panel.requests.request_access import get_visible_or_404
from anguan.panel.requests.request_list import format_employer
from anguan.panel.review import review_presenter
from anguan.panel.review.undo import undo_decision
from anguan.services.refusals import Refused
from anguan.services.review import batch, batch_report
from anguan.services.review.batch import BatchPreview, BatchVerdict, ChosenRequest
from anguan.web.access import require_roles

AT_ONCE = 20
PAGE = 20
CODE = re.compile(r"[0-9]{8}-[0-9a-f]{8}\Z")
ITEM = re.compile(r"([0-9]+)\.([0-9]+)\.([0-9a-f]{64})\Z")
MOST = 1000
COLUMNS = ("受理编号", "事项", "姓名", "结果", "说明", "时间")


class BatchView(GuardedMixin):
    """Batch approval of requests ticked in the queue, from preview to report."""

    allowed_roles = (*REVIEWERS, "auditor")
    stock_routes = frozenset({"export"})

    def is_visible(self) -> bool:
        """Hidden in the menu: it is opened from the queue."""
        return False

    @expose("/")
    @require_roles(*REVIEWERS)
    def rehearse(self) -> Any:
        """Preview of the ticked requests: by matter what will pass, and what will not and why."""
        ids = [id_from_text(text) for text in request.args.getlist("id")[:MOST]]
        try:
            lines = batch.preview_batch(db.session, current_account(), ids)
        except Refused as refused:
            flash(f"{refused.sentence}。", "warn")
            return redirect(self.get_url("panel_queue.index_view"))
        passing = [line for line in lines if line.verdict == BatchVerdict.FITS]
        return self.render(
            "admin/batch.html",
            passing=passing,
            groups=[build_group(matter, group) for matter, group in group_by_matter(passing)],
            others=[line for line in lines if line.verdict != BatchVerdict.FITS],
            titles=formatting.matter_titles(db.session),
            undo_seconds=load_policies(db.session).undo_seconds,
        )

    @expose("/run", methods=("POST",))
    @require_roles(*REVIEWERS)
    def run(self) -> Any:
        """Decide the first `AT_ONCE` requests; the returned page continues with the rest."""
        code, items = self._code(), request.form.getlist("item")[:MOST]
        chosen = read_items(items)
        if not chosen:
            flash("没有勾选要办理的申请。", "warn")
            return redirect(self.get_url("panel_queue.index_view"))
        results = [
            batch.decide_one(db.session, storage(), current_account(), one, code) for one in chosen[:AT_ONCE]
        ]
        rest = items[AT_ONCE:]
        if not rest:
            return redirect(self.link("report", code=code))
        return self.render("admin/batch_run.html", code=code, results=results, rest=rest)

    @expose("/one", methods=("POST",))
    @require_roles(*REVIEWERS)
    def one(self) -> Any:
        """Decide one request of the batch, for the progress script. Aborts with 400 on malformed input."""
        code, chosen = self._code(), read_items([request.form.get("item", "")])
        if not chosen:
            abort(400, "这一件没有办理：页面上的内容不完整，请回到队列重新勾选。")
        result = batch.decide_one(db.session, storage(), current_account(), chosen[0], code)
        return jsonify(number=result.number, done=result.done, sentence=result.sentence)

    @expose("/<code>")
    def report(self, code: str) -> str:
        """Result of each request; decisions that are not yet effective can be undone."""
        lines = self._lines(code)
        own = [one.id for one in batch_report.standing_decisions(db.session, current_account(), code)]
        moments = [line.until for line in lines if line.until and line.decision and line.decision.id in own]
        left = [int((moment - clock.now()).total_seconds()) for moment in moments]
        return self.render(
            "admin/batch_report.html",
            code=code,
            lines=lines,
            own=own,
            left=max(left, default=0),
            undoable=len(left),
            titles=formatting.matter_titles(db.session),
        )

    @expose("/<code>/csv")
    def export(self, code: str) -> Any:
        """The report as a CSV file."""
        titles = formatting.matter_titles(db.session)
        lines = [
            [
                line.request.number or "",
                titles.get(line.request.matter, line.request.matter),
                line.request.applicant_name,
                "通过" if line.decision and not line.decision.undone_at else "未办理",
                line.sentence,
                f"{clock.beijing(line.decision.decided_at):%Y-%m-%d %H:%M}" if line.decision else "",
            ]
            for line in self._lines(code)
        ]
        return spreadsheets.send_list("csv", f"批量通过-{code}", COLUMNS, lines)

    @expose("/<code>/undo/<id:id>", methods=("POST",))
    @require_roles(*REVIEWERS)
    def undo(self, code: str, id: int) -> Any:
        """撤回 for one request of the batch."""
        undo_decision(id, get_visible_or_404(id).number)
        return redirect(self.link("report", code=code))

    @expose("/<code>/undo", methods=("POST",))
    @require_roles(*REVIEWERS)
    def undo_all(self, code: str) -> Any:
        """全部撤回: undo every decision that is not yet effective."""
        back, left = batch_report.undo_all(db.session, current_account(), code)
        flash(
            f"已撤回 {back} 件。" + (f"{left} 件已经生效，没有撤回。" if left else ""),
            "ok" if back else "warn",
        )
        return redirect(self.link("report", code=code))

    def _code(self) -> str:
        code = request.form.get("batch", "")
        if not CODE.fullmatch(code):
            abort(400, "页面上的内容不完整，请回到队列重新勾选。")
        return code

    def _lines(self, code: str) -> list[batch_report.BatchLine]:
        lines = batch_report.report(db.session, code) if CODE.fullmatch(code) else []
        lines = [line for line in lines if visible_requests(line)]
        if not lines:
            abort(404)
        return lines


def visible_requests(line: batch_report.BatchLine) -> bool:
    """True when this visitor may see the request; the same region limit as in every list."""
    region: str | None = current_user.region
    own: bool = line.request.filer_id == current_user.id
    return (not region or line.request.region == region) and not own


def read_items(texts: Iterable[str]) -> list[ChosenRequest]:
    """The requests chosen in the preview form: id, version and digest as they were shown."""
    found = [ITEM.fullmatch(text) for text in texts]
    read = [(read_id(one[1]), read_id(one[2]), one[3]) for one in found if one]
    return [ChosenRequest(id, version, digest) for id, version, digest in read if id and version]


def photo_of(person: Person | None) -> str:
    """URL of the registered photo; '' when there is none."""
    return url_for("panel_person.photo", id=person.id) if person is not None and person.photo else ""


def group_by_matter(lines: Iterable[BatchPreview]) -> list[tuple[str, list[BatchPreview]]]:
    """The requests by matter, in the order in which they were ticked; each matter is a batch of its own."""
    groups: dict[str, list[BatchPreview]] = {}
    for line in lines:
        groups.setdefault(line.request.matter, []).append(line)
    return list(groups.items())


def build_group(matter: str, lines: Sequence[BatchPreview]) -> dict[str, Any]:
    """The requests of one matter that will pass, in pages, with the name of their batch."""
    entries = [build_line(line) for line in lines]
    pages = [entries[place : place + PAGE] for place in range(0, len(entries), PAGE)]
    return {"matter": matter, "count": len(entries), "pages": pages, "code": batch.new_batch()}


def build_line(line: BatchPreview) -> dict[str, Any]:
    """A request that will pass: applicant, changes and photo."""
    lines = review_presenter.build_lines(line.review, False, False)
    photos = [photo for one in lines for photo in (one.after_photo, one.before_photo) if photo]
    return {
        "request": line.request,
        "item": f"{line.request.id}.{line.request.version}.{line.review.digest}",
        "unit": format_employer(line.request),
        "photo": next(iter(photos), "") or photo_of(line.request.person),
        "changes": [one for one in lines if one.changed],
    }
