"""List filters: one drop-down each, with a short name in the query string."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, request
from flask_admin.model.filters import BaseFilter
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute, Session

from anguan.core.record_ids import read_id
from anguan.extensions import db

Options = Sequence[tuple[str, str]]


class OneOf(BaseFilter):  # type: ignore[misc]  # Flask-Admin ships no types
    """A choice from a list: `where` builds the condition of a value, `options` the current choices."""

    def __init__(
        self,
        code: str,
        title: str,
        options: Options | Callable[[Session], Options],
        where: Callable[[str], ColumnElement[bool]],
    ) -> None:
        super().__init__(title)
        self.code = code
        self.listed = options
        self.where = where

    def choices(self, session: Session) -> Options:
        """The current choices."""
        return self.listed(session) if callable(self.listed) else self.listed

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        """The query with this condition."""
        return query.filter(self.where(value))

    def operation(self) -> str:
        """Operation name, required by Flask-Admin."""
        return "是"


class Typed(OneOf):
    """A filter on typed text: a name or a number."""

    def __init__(self, code: str, title: str, where: Callable[[str], ColumnElement[bool]]) -> None:
        super().__init__(code, title, (), where)


class Hidden(Typed):
    """A filter that only links set (the requests of one person)."""


class OfRecord(Hidden):
    """A filter on the record with this id; an id that no record can have finds nothing."""

    def __init__(self, code: str, title: str, column: InstrumentedAttribute[Any]) -> None:
        super().__init__(code, title, lambda value: column == (read_id(value) or 0))


class Tab(OneOf):
    """A filter shown as tabs above the list (保存的视图)."""


class Filtered:
    """A model view whose filters are drop-downs with short names in the query string."""

    _filters: Sequence[OneOf] | None

    def filter_at(self, index: int) -> OneOf:
        """The filter at this index of `column_filters`."""
        return (self._filters or ())[index]

    def is_valid_filter(self, filter: Any) -> bool:
        """True for the filter classes of this module."""
        return isinstance(filter, OneOf)

    def handle_filter(self, filter: OneOf) -> OneOf:
        """No joins: each filter carries its own condition."""
        return filter

    def get_filter_arg(self, index: int, flt: OneOf) -> str:
        """Short name of the filter in the query string."""
        return flt.code

    def _get_list_filter_args(self) -> list[tuple[int, str, str]]:
        found = []
        for index, flt in enumerate(self._filters or ()):
            value = request.args.get(f"flt_{flt.code}", "")[:100]
            if not value:
                continue
            if flt.listed and value not in dict(flt.choices(db.session)):
                abort(404)
            found.append((index, str(flt.name), value))
        return found

    def _get_filters(self, filters: Sequence[tuple[int, str, str]] | None) -> dict[str, str]:
        return {f"flt_{self.filter_at(index).code}": value for index, _, value in filters or ()}

    def _get_list_extra_args(self) -> Any:
        """Pass on known arguments only: no other part of the query string becomes a URL argument."""
        asked = super()._get_list_extra_args()  # type: ignore[misc]
        asked.extra_args = {}
        return asked

    def filters_shown(self, active: Sequence[tuple[int, str, str]] | None) -> list[dict[str, Any]]:
        """The filters for the template, each with its choices and the chosen value."""
        chosen = {index: value for index, _, value in active or ()}
        return [
            self._filter_data(flt, chosen.get(index, "")) for index, flt in enumerate(self._filters or ())
        ]

    def _filter_data(self, flt: OneOf, value: str) -> dict[str, Any]:
        options = flt.choices(db.session)
        return {
            "name": f"flt_{flt.code}",
            "label": dict(options).get(value, flt.name) if isinstance(flt, Tab) else flt.name,
            "options": options,
            "value": value,
            "hidden": isinstance(flt, Hidden | Tab),
        }

    def tabs_shown(self, active: Sequence[tuple[int, str, str]] | None) -> list[tuple[str, str, bool]]:
        """The tabs as (title, URL, chosen); the other filters are kept in the URL."""
        tab = next(flt for flt in self._filters or () if isinstance(flt, Tab))
        kept = self._get_filters(active)
        now = kept.pop(f"flt_{tab.code}", "")
        return [
            (title, self.link("index_view", **kept, **_named(tab, value)), value == now)  # type: ignore[attr-defined]
            for value, title in (("", "全部"), *tab.choices(db.session))
        ]


def _named(tab: Tab, value: str) -> dict[str, str]:
    return {f"flt_{tab.code}": value} if value else {}
