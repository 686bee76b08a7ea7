"""What the address of a list asks for, and the rows that answer it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, request
from sqlalchemy import ColumnElement, and_, func, literal, or_, select, tuple_

from anguan.core.record_ids import read_id
from anguan.extensions import db

FALLING = "-"
"""Before the name of a column: its largest value first."""
Filters = Sequence[tuple[int, str, str]]
"""Chosen filters as (index, title, value)."""
DEEPEST = 5000
"""Last page that can be asked for."""
COUNTED = 1000
"""Rows are counted up to this number and one more."""


@dataclass(frozen=True)
class ListQuery:
    """What the query string asks of a list.

    `after` and `before` are the ids of the last row of the page before and the first of the page after:
    rows that come or go meanwhile shift no others out of sight. `page` counts the pages from 0.
    """

    page: int = 0
    size: int = 20
    sort: str = ""
    descending: bool = False
    after: int | None = None
    before: int | None = None
    search: str = ""
    columns: tuple[str, ...] = ()
    filters: Filters = ()

    @property
    def backwards(self) -> bool:
        """True for the page before a row; the first page is always read from the beginning."""
        return self.page > 0 and self.before is not None

    @property
    def anchor(self) -> int | None:
        """Id of the row next to which the page begins."""
        return (self.after if self.before is None else self.before) if self.page > 0 else None


def read_page(args: Mapping[str, str]) -> int:
    """Number of the page; -1 for a number that no page has."""
    text = args.get("page", "")
    if not (text.isascii() and text.removeprefix("-").isdigit()):
        return 0
    page = int(text) if len(text) <= len(str(DEEPEST)) else -1
    return page if 0 <= page <= DEEPEST else -1


def read_place(args: Mapping[str, str]) -> dict[str, int | None]:
    """The row after or before which the page begins."""
    return {name: read_id(args.get(name)) for name in ("after", "before")}


@dataclass(frozen=True)
class Order:
    """Rows by one column, then by id in the same direction: no ties, and as an index has them."""

    column: Any
    descending: bool = False

    def terms(self, key: Any, backwards: bool = False) -> list[Any]:
        """ORDER BY of a list, or of the same list from its end."""
        falling = self.descending != backwards
        columns = [key] if self.column is key else [self.column, key]
        return [one.desc() if falling else one for one in columns]

    def beyond(self, key: Any, value: Any, id: int, backwards: bool, nulls_are_largest: bool) -> Any:
        """Condition for the rows that follow the one with this value and id; empty values included."""
        rising = self.descending == backwards
        later_id = key > id if rising else key < id
        if self.column is key:
            return later_id
        ends_in_nulls = rising == nulls_are_largest
        if value is None:
            empty = and_(self.column.is_(None), later_id)
            return empty if ends_in_nulls else or_(empty, self.column.is_not(None))
        here = tuple_(literal(value, self.column.type), literal(id, key.type))
        row = tuple_(self.column, key)
        filled = row > here if rising else row < here
        return or_(filled, self.column.is_(None)) if ends_in_nulls else filled


class Queried:
    """A model view that reads what its address asks for."""

    order: Order | Sequence[Any] = ()
    """Order of the rows where no column is chosen; that of several columns is paged by number."""
    sorts: Mapping[str, Any] = {}
    """Columns by which the list can be sorted: their database column, which has an index."""
    searches = ""
    """What may be typed to narrow the list; '' for a list with choices only."""
    page_size: int
    page_size_options: Sequence[int]
    key: Any
    within: Callable[[], Sequence[ColumnElement[bool]]]
    get_query: Callable[[], Any]
    link: Callable[..., str]
    get_column_name: Callable[[str], str]
    known_columns: Callable[[Sequence[str]], tuple[str, ...]]
    read_filters: Callable[[Mapping[str, str]], Filters | None]
    filter_arguments: Callable[[Filters], dict[str, str]]

    def asked(self) -> ListQuery:
        """What the address asks for. Aborts with 404 for a page or a choice that does not exist."""
        asked = self.read_query(request.args)
        return asked if asked.page >= 0 else abort(404)

    def read_query(self, args: Mapping[str, str]) -> ListQuery:
        """What these arguments ask for; unknown columns are left out. Aborts with 404 for unknown choices."""
        filters = self.read_filters(args)
        if filters is None:
            abort(404)
        size, sort = args.get("page_size", ""), args.get("sort", "")
        name = sort.removeprefix(FALLING)
        return ListQuery(
            page=read_page(args),
            size=int(size) if size in map(str, self.page_size_options) else self.page_size,
            sort=name if name in self.sorts else "",
            descending=sort.startswith(FALLING),
            search=(args.get("search") or "") if self.searches else "",
            columns=self.known_columns(args.get("columns", "").split(".")),
            filters=filters,
            **read_place(args),
        )

    def arguments(self, asked: ListQuery) -> dict[str, Any]:
        """A query as arguments of a URL."""
        named = {
            "search": asked.search,
            "sort": f"{FALLING if asked.descending else ''}{asked.sort}" if asked.sort else "",
            "columns": ".".join(asked.columns),
            "page_size": asked.size if asked.size != self.page_size else "",
            "page": asked.page or "",
            "after": asked.after or "",
            "before": asked.before or "",
        }
        return {name: value for name, value in named.items() if value} | self.filter_arguments(asked.filters)

    def address(self, asked: ListQuery, **changes: Any) -> str:
        """URL of the list for this query; with changes, from its first page."""
        if changes:
            asked = replace(asked, **{"page": 0, "after": None, "before": None, **changes})
        return self.link("index_view", **self.arguments(asked))

    def order_of(self, asked: ListQuery) -> Order | Sequence[Any]:
        """The chosen order, or that of the list."""
        return Order(self.sorts[asked.sort], asked.descending) if asked.sort else self.order

    def order_choices(self) -> list[tuple[str, str]]:
        """The orders that can be chosen, as (value of `sort`, words); the first is that of the list."""
        listed = [
            (falling * FALLING + name, self._order_words(name, falling))
            for name in self.sorts
            for falling in (False, True)
        ]
        return [("", self._usual_order()), *listed]

    def _order_words(self, name: str, falling: bool) -> str:
        return f"{self.get_column_name(name)}{'降序' if falling else '升序'}"

    def _usual_order(self) -> str:
        order = self.order
        if not isinstance(order, Order):
            return "默认"
        named = next((name for name, column in self.sorts.items() if column is order.column), None)
        if named is not None:
            return self._order_words(named, order.descending)
        return "新的在前" if order.column is self.key and order.descending else "默认"

    def direction_of(self, asked: ListQuery, name: str) -> str:
        """ascending or descending for the column by which the list is sorted; '' for the others."""
        order = self.order_of(asked)
        if not isinstance(order, Order) or self.sorts.get(name) is not order.column:
            return ""
        return "descending" if order.descending else "ascending"

    def read_rows(
        self, asked: ListQuery, conditions: Sequence[ColumnElement[bool]]
    ) -> tuple[list[Any], bool, bool]:
        """One page of rows, and whether there are rows before and after it."""
        order, query = self.order_of(asked), self.get_query().filter(*conditions)
        place = self._place(asked, order)
        if place is None:
            rows = query.order_by(*self._terms(order)).limit(asked.size + 1).offset(asked.page * asked.size)
            found = rows.all()
            return found[: asked.size], asked.page > 0, len(found) > asked.size
        backwards = asked.backwards
        rows = query.filter(place).order_by(*self._terms(order, backwards)).limit(asked.size + 1)
        found = rows.all()
        more, found = len(found) > asked.size, found[: asked.size]
        return (found[::-1], more, True) if backwards else (found, True, more)

    def _place(self, asked: ListQuery, order: Order | Sequence[Any]) -> ColumnElement[bool] | None:
        """Condition for the rows next to the one that the query names; None to page by number."""
        if asked.anchor is None or not isinstance(order, Order):
            return None
        anchor = select(order.column, self.key).where(self.key == asked.anchor, *self.within())
        row = db.session.execute(anchor).first()
        if row is None:
            return None
        nulls_are_largest = db.session.get_bind().dialect.name == "postgresql"
        value, id = row
        place: ColumnElement[bool] = order.beyond(self.key, value, id, asked.backwards, nulls_are_largest)
        return place

    def _terms(self, order: Order | Sequence[Any], backwards: bool = False) -> Sequence[Any]:
        return order.terms(self.key, backwards) if isinstance(order, Order) else order

    def count_each(self, groups: Sequence[Sequence[ColumnElement[bool]] | None]) -> list[int | None]:
        """Number of rows that fulfil each group of conditions, each up to `COUNTED` + 1, in one statement."""
        keys, within = select(self.key), self.within()
        counts = [
            select(func.count())
            .select_from(keys.where(*within, *group).limit(COUNTED + 1).subquery())
            .scalar_subquery()
            for group in groups
            if group is not None
        ]
        found = iter(db.session.execute(select(*counts)).one())
        return [None if group is None else next(found) for group in groups]
