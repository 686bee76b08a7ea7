"""导出: export any panel list with chosen columns; full numbers need a role and a stated purpose."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from flask import abort, redirect, request, url_for
from flask_login import current_user

from anguan.domain.masking import is_personal, is_sensitive
from anguan.extensions import db
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.panel.common import formatting, spreadsheets
from anguan.panel.common.guard import REGISTER, GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.panel.common.search import find_all
from anguan.panel.lists.list_query import ListQuery
from anguan.panel.lists.listing import GuardedView
from anguan.panel.requests.request_list import BEFORE
from anguan.services.review.review_view import round_items
from anguan.web.access import ask_password_again

KINDS = {"xlsx": "Excel（xlsx）", "csv": "CSV"}
PURPOSES = {
    "report": "上报上级部门",
    "inspect": "监督检查",
    "verify": "与其他部门核对",
    "archive": "归档备查",
    "other": "其他公务需要",
}
TRUSTED = ("senior_reviewer", "administrator")
"""Roles that may export numbers in full."""
SHORTEST, LONGEST = 4, 200
COUNTED = 100_000
"""Most rows that the form counts; the file holds all."""
NUMBERS: Mapping[str, Callable[[Any], str]] = {
    "document_number": lambda row: row.document_number,
    "document": lambda row: row.person.document_number if row.person else "",
    "phone": lambda row: row.phone,
    "login": lambda row: row.login,
}
"""Columns that are masked on every page, with the function that reads the full value."""
ExportColumn = tuple[str, str]


class ExportView(GuardedMixin):
    """Column choice and download of an export."""

    allowed_roles = REGISTER

    def is_visible(self) -> bool:
        """Hidden in the menu: it is opened from a list."""
        return False

    @expose("/")
    def index(self) -> str:
        """Every list that the visitor may read."""
        return self.render("admin/exports.html", groups=self._groups())

    @expose("/<listed>")
    def page(self, listed: str) -> str:
        """Form for the columns, the file format and masked or full numbers."""
        return self._show(self._list(listed), {})

    @expose("/<listed>", methods=("POST",))
    def download(self, listed: str) -> Any:
        """Stream the file; the export is recorded as an event before the first byte is sent. Aborts with
        403."""
        view = self._list(listed)
        asked = view.asked()
        offered = view.export_columns(asked.filters)
        chosen = [column for column in offered if column[0] in request.form.getlist("column")]
        kind, full = request.form.get("kind", ""), request.form.get("numbers") == "full"
        if full and current_user.role not in TRUSTED:
            abort(403)
        with find_all():
            conditions = view.narrow(asked.search, asked.filters)
        count = view.count_rows(conditions)
        if faults := find_errors(chosen, kind, full, count):
            return self._show(view, request.form, faults), 400
        if full and ask_password_again():
            return redirect(url_for("account.reauth", next=request.full_path.rstrip("?")))
        self._note(view, asked, chosen, kind, full, count)
        lines = read_lines(view, asked, conditions, [name for name, _ in chosen], full)
        return spreadsheets.send_list(kind, str(view.name), [title for _, title in chosen], lines)

    def _groups(self) -> dict[str, list[tuple[str, str]]]:
        groups: dict[str, list[tuple[str, str]]] = {}
        for view in self.admin._views:
            if is_list(view) and view.may("index_view"):
                address = self.link("page", listed=view.endpoint.removeprefix("panel_"))
                groups.setdefault(str(view.category or ""), []).append((str(view.name), address))
        return groups

    def _list(self, listed: str) -> GuardedView:
        """The list with this name; aborts with 404 when there is none, 403 when the visitor may not read
        it."""
        for view in self.admin._views:
            if is_list(view) and view.endpoint == f"panel_{listed}":
                if not view.may("index_view"):
                    abort(403)
                return view
        abort(404)

    def _show(self, view: GuardedView, form: Any, faults: Sequence[tuple[str, str]] = ()) -> str:
        asked = view.asked()
        with find_all():
            count = view.count_rows(view.narrow(asked.search, asked.filters), COUNTED + 1)
        columns = view.export_columns(asked.filters)
        return self.render(
            "admin/export.html",
            view=view,
            count=f"超过 {COUNTED}" if count > COUNTED else count,
            columns=columns,
            chosen=form.getlist("column") if form else [name for name, _ in columns],
            narrowed=format_filters(view, asked),
            back=view.address(asked),
            kinds=KINDS,
            purposes=PURPOSES,
            trusted=current_user.role in TRUSTED and any(is_number(name) for name, _ in columns),
            form=form,
            faults=list(faults),
        )

    def _note(
        self,
        view: GuardedView,
        asked: ListQuery,
        chosen: Sequence[ExportColumn],
        kind: str,
        full: bool,
        count: int,
    ) -> None:
        parts = [f"列：{'、'.join(title for _, title in chosen)}"]
        if narrowed := format_filters(view, asked):
            parts.append(f"条件：{narrowed}")
        said = f"导出{view.name} {count} {view.noun}（{kind}）"
        if full:
            note = formatting.shorten(request.form.get("note", "").strip(), LONGEST)
            said += f"，完整号码，用途：{PURPOSES[request.form['purpose']]}，{note}"
        who = actor_of(current_account())
        with transaction(db.session):
            record_event(
                db.session, "export", said, who,
                after=formatting.shorten("；".join(parts), 5000), visible_to="audit",
            )  # fmt: skip


def is_list(view: Any) -> TypeGuard[GuardedView]:
    """True for a view that shows rows in columns."""
    return isinstance(view, GuardedView) and bool(view.column_list)


def find_errors(chosen: Sequence[ExportColumn], kind: str, full: bool, count: int) -> list[tuple[str, str]]:
    """Errors of the form as (field, sentence)."""
    faults = []
    if not chosen:
        faults.append(("column-0", "请至少选一列。"))
    if kind not in KINDS:
        faults.append(("kind", "请选择文件格式。"))
    if kind == "xlsx" and count > spreadsheets.XLSX_ROWS:
        faults.append(
            (
                "kind",
                f"共 {count} 行，超过 Excel 一张表的 {spreadsheets.XLSX_ROWS} 行。请选 CSV，或先筛选再导出。",
            )
        )
    if full and request.form.get("purpose") not in PURPOSES:
        faults.append(("purpose", "请选择导出完整号码的用途。"))
    if full and not SHORTEST <= len(request.form.get("note", "").strip()) <= LONGEST:
        faults.append(("note", f"请用 {SHORTEST} 到 {LONGEST} 个字写明交给谁、办什么事。"))
    return faults


def read_lines(
    view: GuardedView, asked: ListQuery, conditions: Sequence[Any], names: Sequence[str], full: bool
) -> Iterator[list[spreadsheets.Value]]:
    """Lines of the file, read lazily."""
    for row in view.each_row(asked, conditions):
        yield [spreadsheets.read_value(read_cell(view, row, name, full)) for name in names]


def read_cell(view: GuardedView, row: Any, name: str, full: bool) -> Any:
    """One cell: masked as on the page, or with the full value."""
    side, _, path = name.partition(":")
    if not path:
        return NUMBERS[name](row) if full and name in NUMBERS else view.get_export_value(row, name)
    if full and is_number(path):
        items = [item for item in round_items(row) if item.path == path and not item.mirror_of]
        return (items[0].before_text if side == BEFORE else items[0].after_text) if items else ""
    shown = view.get_export_value(row, name)
    return "（随完整号码导出）" if is_personal(path) and not is_sensitive(path) and shown else shown


def is_number(name: str) -> bool:
    """True for a column that is masked unless asked for in full."""
    return name in NUMBERS or is_personal(name.partition(":")[2] or name)


def format_filters(view: GuardedView, asked: ListQuery) -> str:
    """The search and the filters in words, for the event log."""
    said = [f"文字“{formatting.shorten(asked.search)}”"] if asked.search else []
    for index, title, value in asked.filters:
        label = view.filter_at(index).title_of(value)
        said.append(f"{title}：{label}" if label else f"只看{title}")
    return "，".join(said)
