"""Base class of the panel's model views: read-only by default, bounded queries, safe exports."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import Any, NamedTuple

from flask import abort, flash, redirect, request, url_for
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import BaseForm
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select
from werkzeug.wrappers import Response

from anguan.domain.region_scope import in_region
from anguan.extensions import db
from anguan.panel.common.guard import id_from_text
from anguan.panel.common.routing import expose
from anguan.panel.common.search import normalise
from anguan.panel.common.spreadsheets import plain, text_of
from anguan.panel.common.url_privacy import contains_document_number
from anguan.panel.lists.filters import Filtered, Hidden
from anguan.panel.lists.list_query import Filters, ListQuery, Queried
from anguan.panel.lists.saved_views import SavedViews

BATCH = 500


class ShownColumn(NamedTuple):
    """A column of the page: `direction` is ascending or descending where the list is sorted by it."""

    name: str
    title: str
    classes: str
    direction: str
    cut: bool
    show: Callable[[Any], Any]


Cells = Mapping[str, Callable[[Any], Any]]


class GuardedView(SavedViews, Filtered, Queried, ModelView):  # type: ignore[misc]  # Flask-Admin ships no types
    """A list with filters, order, columns, own views, details and export over one table.

    The class attributes are its declaration: `column_list` and `more_columns`, `cells` that format a column
    for the page and `exports` for a file, `column_filters`, `order` and `sorts`. `seek` builds the condition
    for typed text; `within` limits staff of a region to the rows of that region.
    """

    can_create = can_edit = can_delete = False
    can_view_details = True
    can_set_page_size = True
    page_size = 20
    page_size_options = (20, 50, 100)
    column_auto_select_related = False
    column_display_actions = False
    column_editable_list = None
    column_sortable_list = ()
    named_filter_urls = True
    stock_routes = frozenset({"index_view", "details_view"})

    cells: Cells = {}
    exports: Cells = {}
    options: Sequence[Any] = ()
    nothing = ("没有符合条件的记录。", "")
    noun = "条"
    row_actions = False
    """True when rows have action buttons."""
    cut: Sequence[str] = ()
    """Columns of names and texts: what is too long for a line is cut and stands in the title of the cell."""
    spare: Sequence[str] = ()
    """Columns that are hidden where the screen has no room for all."""

    def __init__(self, model: Any, **names: Any) -> None:
        super().__init__(model, db, **names)

    def get_create_form(self) -> Any:
        """Form of a new row; not made for a list without one."""
        return super().get_create_form() if self.can_create else BaseForm

    def get_edit_form(self) -> Any:
        """Form of a row; not made for a list without one."""
        return super().get_edit_form() if self.can_edit else BaseForm

    def has(self, name: str) -> bool:
        """No search route without a search box; exports have a view of their own."""
        return super().has(name) and name != "export" and (name != "find" or bool(self.searches))

    def seek(self, text: str) -> ColumnElement[bool]:
        """Condition for the typed search; subclasses with a search must override it (NotImplementedError)."""
        raise NotImplementedError

    def within(self) -> Sequence[ColumnElement[bool]]:
        """Conditions that limit the rows to those this visitor may see: those of their region."""
        return in_region(self.model, self.region())

    def always(self, searching: bool) -> Sequence[ColumnElement[bool]]:
        """Conditions that every row of this list fulfils; a search may lift them."""
        return ()

    def get_query(self) -> Any:
        """Query of the rows that this visitor may see."""
        return db.session.query(self.model).filter(*self.within()).options(*self.options)

    @property
    def key(self) -> Any:
        """Column of the primary key."""
        return getattr(self.model, self._primary_key)

    def get_one(self, id: Any) -> Any:
        """One row that this visitor may see; aborts with 404 for all others, existing or not."""
        row = self.get_query().filter(self.key == self.read_key(str(id))).one_or_none()
        if row is None:
            abort(404)
        return row

    def read_key(self, text: str) -> Any:
        """Primary key from a URL."""
        return id_from_text(text)

    @expose("/")
    def index_view(self) -> str:
        """One page of the list."""
        asked = self.asked()
        tabs = self.tabs(asked)
        groups = [
            self.narrow(asked.search, asked.filters),
            *(tab.conditions for tab in tabs),
            *self.extra_counts(),
        ]
        count, *counts = self.count_each(groups)
        rows, earlier, later = self.read_rows(asked, groups[0] or ())
        self.prepare(rows)
        return self.render(
            self.list_template,
            asked=asked,
            data=rows,
            count=count,
            tabs=list(zip(tabs, counts, strict=False)),
            extra_counts=counts[len(tabs) :],
            earlier=earlier,
            later=later,
            columns=self.columns_for_page(asked),
            get_pk_value=self.get_pk_value,
        )

    def prepare(self, rows: Sequence[Any]) -> None:
        """Load what the cells of these rows need."""

    def extra_counts(self) -> Sequence[Sequence[ColumnElement[bool]]]:
        """Conditions of rows whose numbers are told beside the heading."""
        return ()

    def narrow(self, search: str | None, filters: Filters) -> list[ColumnElement[bool]]:
        """Conditions for the typed text and the chosen filters."""
        text = normalise(search) if self.searches else ""
        asked = [(self.filter_at(index), value) for index, _, value in filters]
        searching = bool(text) or any(isinstance(flt, Hidden) for flt, _ in asked)
        conditions = [*self.always(searching), *([self.seek(text)] if text else ())]
        return [*conditions, *(flt.where(value) for flt, value in asked)]

    def count_rows(self, conditions: Sequence[ColumnElement[bool]], most: int | None = None) -> int:
        """Number of rows, counted up to `most` if given."""
        keys = select(self.key).where(*self.within(), *conditions).limit(most)
        return db.session.scalar(select(func.count()).select_from(keys.subquery())) or 0

    def each_row(self, asked: ListQuery, conditions: Sequence[ColumnElement[bool]]) -> Iterator[Any]:
        """Every row in the order that is asked for, fetched in batches of `BATCH`."""
        terms = self._terms(self.order_of(asked))
        rows = iter(self.get_query().filter(*conditions).order_by(*terms).yield_per(BATCH))
        while batch := list(islice(rows, BATCH)):
            self.prepare(batch)
            yield from batch

    def get_list_value(self, model: Any, name: str) -> Any:
        """Value of a cell on the page."""
        return self.cells[name](model) if name in self.cells else getattr(model, name)

    def columns_for_page(self, asked: ListQuery) -> list[ShownColumn]:
        """The columns of the page; one that was chosen is never hidden."""
        spare = () if asked.columns or self.own_columns() else self.spare
        marks = (("is-cut", self.cut), ("is-spare", spare))
        return [
            ShownColumn(
                name,
                title,
                " ".join((f"col-{name}", *(mark for mark, names in marks if name in names))),
                self.direction_of(asked, name),
                name in self.cut,
                self.cells.get(name) or attrgetter(name),
            )
            for name, title in self.columns_shown(asked)
        ]

    def title_of(self, model: Any, name: str) -> str:
        """Title of a cell that is cut; '' for the text that it shows."""
        return ""

    def get_detail_value(self, model: Any, name: str) -> Any:
        """Value of a field on the details page."""
        return self.get_list_value(model, name)

    def get_export_value(self, model: Any, name: str) -> Any:
        """Value of a cell in an exported file: as on the page, a date or time that is shown whole as such."""
        show = self.exports.get(name) or self.cells.get(name)
        raw = getattr(model, name, None)
        if show is None:
            return raw
        shown = show(model)
        return raw if isinstance(raw, date) and plain(shown) == text_of(raw) else shown

    def get_empty_list_message(self) -> str:
        """Message of an empty list."""
        return self.nothing[0]

    def export_columns(self, filters: Sequence[Any]) -> list[tuple[str, str]]:
        """Names and titles of the columns of an exported file."""
        return [(str(name), str(title)) for name, title in self.get_export_columns()]

    def export_url(self, asked: ListQuery) -> str:
        """URL of the export page for the list as it is narrowed and sorted now."""
        whole = replace(asked, page=0, after=None, before=None, size=self.page_size, columns=())
        return url_for("panel_export.page", listed=self.list_name, **self.arguments(whole))

    @expose("/find", methods=("POST",))
    def find(self) -> Response:
        """Narrow the list by what was typed and chosen, by POST, so that document numbers stay out of the
        URL: redirects to a row id or a text."""
        typed = normalise(request.form.get("search"))
        asked = self.read_query({name: value for name, value in request.form.items() if name != "search"})
        found = self.resolve(typed) if typed else {}
        if found is None:
            flash("没有找到这个证件号码，请核对后再查。", "warn")
            found = {}
        elif not found and typed and contains_document_number(typed):
            flash("这里不能按证件号码查，请到“人员”里查。", "warn")
        elif not found and typed:
            found = {"search": typed}
        return redirect(self.link("index_view", **self.arguments(replace(asked, page=0)) | found))

    def resolve(self, typed: str) -> dict[str, Any] | None:
        """Filter for a typed document number; None when nobody has it, {} when it is no document number."""
        return {}

    def region(self) -> str | None:
        """Region to which this visitor is limited; None for all."""
        region: str | None = current_user.region
        return region
