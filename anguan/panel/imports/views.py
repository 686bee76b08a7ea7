"""导入: imports of existing persons, enterprises and certificates, from upload to revert."""

from collections.abc import Sequence
from typing import Any, BinaryIO, cast

from flask import Response, abort, flash, redirect, request
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select

from anguan.domain.region_scope import in_region
from anguan.extensions import db, storage
from anguan.infra.blob_store import Unstored
from anguan.infra.events import actor_of
from anguan.infra.inspection import Unacceptable, read_upload
from anguan.models import ImportBatch, ImportProblem
from anguan.panel.common import spreadsheets
from anguan.panel.common.guard import GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.services.imports import batches
from anguan.services.imports.execute import format_counts
from anguan.services.imports.kinds import KINDS
from anguan.services.imports.revert import may_revert
from anguan.services.imports.tables.inspection import LARGEST, inspect_table
from anguan.services.refusals import Refused
from anguan.web.access import require_fresh_password
from anguan.web.status_signs import Sign

SHOWN = 100
LISTED = 30
STATES = {
    "checking": (Sign.REVIEWING, "正在检查"),
    "checked": (Sign.GOOD, "检查通过"),
    "faulty": (Sign.RETURNED, "有问题，未导入"),
    "running": (Sign.PRODUCING, "正在导入"),
    "done": (Sign.GOOD, "已导入"),
    "undoing": (Sign.REVIEWING, "正在撤销"),
    "undone": (Sign.ENDED, "已撤销"),
    "failed": (Sign.BAD, "读不了"),
}
"""Sign and words of each state."""


class ImportView(GuardedMixin):
    """Import pages, for administrators only, because an import writes to the register without a request."""

    allowed_roles = ("administrator",)

    @expose("/")
    def index(self) -> Any:
        """List of the batches, and the upload form."""
        return self._index([], request.args.get("kind", ""))

    def _index(self, faults: list[tuple[str, str]], kind: str) -> Any:
        query = select(ImportBatch).where(*_inside()).order_by(ImportBatch.id.desc()).limit(LISTED)
        rows = db.session.scalars(query).all()
        return self.render(
            "admin/imports.html", batches=rows, kinds=KINDS, states=STATES, faults=faults, kind=kind
        )

    @expose("/new", methods=("POST",))
    def new(self) -> Any:
        """Store an uploaded file; the worker then checks it in a dry run."""
        kind, file = request.form.get("kind", ""), request.files.get("file")
        faults = []
        if kind not in KINDS:
            faults.append(("kind", "请选择导入什么"))
        if file is None or not file.filename:
            faults.append(("file", "请选择文件"))
        if faults or file is None:
            return self._index(faults, kind), 400
        try:
            data = read_upload(cast(BinaryIO, file.stream), file.filename or "", LARGEST)
            clean = inspect_table(data, file.filename or "")
            batch = batches.begin(db.session, storage(), actor_of(current_account()), kind, clean)
        except (Unacceptable, Unstored) as refused:
            return self._index([("file", refused.sentence)], kind), 400
        finally:
            file.close()
        return redirect(self.link("show", id=batch.id))

    @expose("/template/<kind>")
    def template(self, kind: str) -> Response:
        """The spreadsheet template of a kind; aborts with 404 for an unknown one."""
        if kind not in KINDS:
            abort(404)
        from anguan.panel.imports.templates import make_template  # noqa: PLC0415 - loaded by the first use

        response = Response(make_template(db.session, kind), content_type=spreadsheets.TYPES["xlsx"])
        response.headers.set("Content-Disposition", "attachment", filename=f"import-{kind}.xlsx")
        return response

    @expose("/<id:id>")
    def show(self, id: int) -> str:
        """One batch: progress, problems and possible actions."""
        batch = self._batch(id)
        faults = db.session.scalars(
            select(ImportProblem)
            .where(ImportProblem.batch_id == id)
            .order_by(ImportProblem.line, ImportProblem.id)
            .limit(SHOWN)
        ).all()
        stalled = batches.is_stalled(batch)
        return self.render(
            "admin/import.html",
            batch=batch,
            book=KINDS[batch.kind],
            lines=faults,
            kept=db.session.scalar(select(func.count()).where(ImportProblem.batch_id == id)),
            status=STATES[batch.state],
            counts=format_counts(batch),
            going=batch.state in batches.GOING and not stalled,
            stalled=stalled,
            may_undo=may_revert(batch),
        )

    @expose("/<id:id>/faults.csv")
    def file(self, id: int) -> Response:
        """The problems as a CSV file."""
        batch = self._batch(id)
        rows = db.session.scalars(
            select(ImportProblem)
            .where(ImportProblem.batch_id == id)
            .order_by(ImportProblem.line, ImportProblem.id)
        ).all()
        lines = [(row.line or "", row.column, row.sentence) for row in rows]
        return spreadsheets.send_list("csv", f"导入{batch.id}的问题", ("行", "列", "问题"), lines)

    @expose("/<id:id>/run", methods=("POST",))
    @require_fresh_password
    def run(self, id: int) -> Any:
        """全部导入."""
        return self._act(id, batches.start)

    @expose("/<id:id>/undo", methods=("POST",))
    @require_fresh_password
    def undo(self, id: int) -> Any:
        """整批撤销."""
        return self._act(id, batches.start_undo)

    @expose("/<id:id>/check", methods=("POST",))
    def check(self, id: int) -> Any:
        """重新检查."""
        return self._act(id, batches.check_again)

    def _act(self, id: int, action: Any) -> Any:
        self._batch(id)
        try:
            action(db.session, actor_of(current_account()), id)
        except Refused as refused:
            flash(f"{refused.sentence}。", "warn")
        return redirect(self.link("show", id=id))

    def _batch(self, id: int) -> ImportBatch:
        return db.session.scalar(select(ImportBatch).where(ImportBatch.id == id, *_inside())) or abort(404)


def _inside() -> Sequence[ColumnElement[bool]]:
    """Imports of administrators of the visitor's region; all without one."""
    return in_region(ImportBatch, current_user.region)
