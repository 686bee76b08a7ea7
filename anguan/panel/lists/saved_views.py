"""视图 and 列 of a list: tabs with counts, own views and the choice of columns, both kept for the account."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, g, redirect, request
from flask_login import current_user
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response

from anguan.core.record_ids import read_id
from anguan.extensions import db
from anguan.infra.transaction import transaction
from anguan.models import SavedView
from anguan.panel.common.guard import GuardedMixin
from anguan.panel.common.routing import expose
from anguan.panel.lists.filters import Tab
from anguan.panel.lists.list_query import ListQuery
from anguan.services import saved_views
from anguan.services.refusals import Refused

WRITES = frozenset({"keep_columns", "keep_view", "drop_view"})
"""View functions with which staff arrange lists for themselves."""


@dataclass(frozen=True)
class ViewTab:
    """A tab above a list. `conditions` are those of its rows; None for a view that can no longer be shown."""

    title: str
    url: str
    chosen: bool
    conditions: Sequence[ColumnElement[bool]] | None
    id: int | None = None
    """Id of an own view."""


class SavedViews(GuardedMixin):
    """A list with own views and a choice of columns; `column_list` are the columns that it shows at first."""

    column_list: Any
    more_columns: Sequence[str] = ()
    """Columns that are offered and not shown at first."""
    fixed: Sequence[str] = ()
    """Columns that are always shown; the first one where nothing is named."""
    one_line = True

    def has(self, name: str) -> bool:
        """Settings are shown as they are: only lists of one line can be arranged."""
        return super().has(name) and (self.one_line or name not in WRITES)

    def offered(self) -> list[tuple[str, str, bool]]:
        """The columns as (name, title, always shown)."""
        names = (*self.column_list, *self.more_columns)
        fixed = self.fixed or names[:1]
        return [(name, str(self.get_column_name(name)), name in fixed) for name in names]

    def columns_shown(self, asked: ListQuery) -> list[tuple[str, str]]:
        """Names and titles of the columns: as asked, as this account chose, or those of the list."""
        chosen = asked.columns or self.own_columns()
        if not chosen:
            return [(name, str(self.get_column_name(name))) for name in self.column_list]
        return [(name, title) for name, title, fixed in self.offered() if fixed or name in chosen]

    def known_columns(self, names: Sequence[str]) -> tuple[str, ...]:
        """Those of the names that are columns which can be chosen."""
        return tuple(name for name, _, fixed in self.offered() if name in names and not fixed)

    def own_columns(self) -> tuple[str, ...]:
        """The columns that this account chose; () for those of the list."""
        kept = next((view.query for view in self._views() if view.name == saved_views.COLUMNS), "")
        return self.known_columns(kept.split(".")) if kept else ()

    def tabs(self, asked: ListQuery) -> list[ViewTab]:
        """The views of the list and the own ones of this account; [] where there is none."""
        own = list(self._own_tabs(asked)) if self.one_line else []
        rest = [(index, name, value) for index, name, value in asked.filters if not self._is_tab(index)]
        now = next((value for index, _, value in asked.filters if self._is_tab(index)), "")
        plain = replace(asked, page=0, after=None, before=None, filters=rest)
        tab = next((flt for flt in self._filters or () if isinstance(flt, Tab)), None)
        if tab is None:
            every = ListQuery(size=asked.size, columns=asked.columns)
            nothing_chosen = not (asked.search or asked.filters)
            first = ViewTab("全部", self.address(every), nothing_chosen, self.narrow("", ()))
            return [first, *own] if own else []
        index, taken = list(self._filters).index(tab), any(one.chosen for one in own)
        listed = []
        for value, title in (("", "全部"), *tab.choices(db.session)):
            here = replace(plain, filters=[*rest, (index, "", value)] if value else rest)
            conditions = self.narrow(here.search, here.filters)
            listed.append(ViewTab(title, self.address(here), value == now and not taken, conditions))
        return [*listed, *own]

    @expose("/columns", methods=("POST",))
    def keep_columns(self) -> Response:
        """Keep the chosen columns for this account, or restore those of the list."""
        chosen = () if "reset" in request.form else self.known_columns(request.form.getlist("column"))
        asked = replace(self.read_query(dict(parse_qsl(request.form.get("query", "")))), columns=())
        with transaction(db.session):
            saved_views.keep_columns(db.session, current_user.id, self.list_name, chosen)
        return redirect(self.address(asked))

    @expose("/views", methods=("POST",))
    def keep_view(self) -> Response:
        """Keep filters, order and columns of the shown list under a name."""
        asked = self.read_query(dict(parse_qsl(request.form.get("query", ""))))
        columns = asked.columns or self.own_columns()
        query = self.query_of(replace(asked, columns=columns))
        try:
            with transaction(db.session):
                name = saved_views.keep_view(
                    db.session, current_user.id, self.list_name, request.form.get("name", ""), query
                )
        except Refused as refused:
            flash(f"{refused.sentence}。", "bad")
            return redirect(self.address(asked))
        flash(f"已存为视图“{name}”。", "ok")
        return redirect(self.address(replace(asked, columns=columns)))

    @expose("/views/delete", methods=("POST",))
    def drop_view(self) -> Response:
        """Delete an own view."""
        with transaction(db.session):
            saved_views.drop_view(
                db.session, current_user.id, self.list_name, read_id(request.form.get("id")) or 0
            )
        flash("视图已删除。", "ok")
        return redirect(self.link("index_view"))

    @property
    def list_name(self) -> str:
        """Name under which the account's views of this list are kept."""
        return str(self.endpoint).removeprefix("panel_")

    def query_of(self, asked: ListQuery) -> str:
        """What a view keeps of a query: everything but the place and the number of rows."""
        return urlencode(sorted(self.arguments(ListQuery(
            sort=asked.sort, descending=asked.descending, search=asked.search, columns=asked.columns,
            filters=asked.filters, size=self.page_size,
        )).items()))  # fmt: skip

    def _views(self) -> Sequence[SavedView]:
        known: dict[str, Sequence[SavedView]] = g.setdefault("saved_views", {})
        if self.list_name not in known:
            known[self.list_name] = saved_views.list_views(db.session, current_user.id, self.list_name)
        return known[self.list_name]

    def _own_tabs(self, asked: ListQuery) -> Iterator[ViewTab]:
        here = self.query_of(replace(asked, columns=asked.columns or self.own_columns()))
        for view in self._views():
            if view.name == saved_views.COLUMNS:
                continue
            arguments = dict(parse_qsl(view.query))
            filters = self.read_filters(arguments)
            conditions = None
            if filters is not None:
                conditions = self.narrow(arguments.get("search"), filters)
            yield ViewTab(
                view.name, f"{self.link('index_view')}?{view.query}", view.query == here, conditions, view.id
            )

    def _is_tab(self, index: int) -> bool:
        return isinstance(self.filter_at(index), Tab)
