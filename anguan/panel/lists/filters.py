"""List filters: one drop-down each, with a short name in the query string."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import g
from flask_admin.model.filters import BaseFilter
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute, Session

from anguan.core.record_ids import read_id
from anguan.extensions import db
from anguan.panel.lists.list_query import Filters

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
        """The current choices; read once per request."""
        if not callable(self.listed):
            return self.listed
        known: dict[int, Options] = g.setdefault("filter_choices", {})
        if id(self) not in known:
            known[id(self)] = self.listed(session)
        return known[id(self)]

    def accepts(self, value: str) -> bool:
        """True for a value that can be asked for."""
        return not self.listed or value in dict(self.choices(db.session))

    def title_of(self, value: str) -> str:
        """Title of a value that was chosen."""
        return dict(self.choices(db.session)).get(value, "")

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
    """A filter shown as tabs above the list (视图)."""


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

    def read_filters(self, args: Mapping[str, str]) -> list[tuple[int, str, str]] | None:
        """The filters that these arguments choose; None when one has a value that cannot be asked for."""
        found = []
        for index, flt in enumerate(self._filters or ()):
            value = args.get(f"flt_{flt.code}", "")[:100]
            if value and not flt.accepts(value):
                return None
            if value:
                found.append((index, str(flt.name), value))
        return found

    def filter_arguments(self, filters: Filters) -> dict[str, str]:
        """The chosen filters as arguments of a URL."""
        return {f"flt_{self.filter_at(index).code}": value for index, _, value in filters}

    def filters_shown(self, active: Filters) -> list[dict[str, Any]]:
        """The filters for the template, each with its choices and the chosen value."""
        chosen = {index: value for index, _, value in active}
        return [
            self._filter_data(flt, chosen.get(index, "")) for index, flt in enumerate(self._filters or ())
        ]

    def _filter_data(self, flt: OneOf, value: str) -> dict[str, Any]:
        options = flt.choices(db.session)
        if options and value and value not in dict(options):
            options = [*options, (value, flt.title_of(value))]
        return {
            "name": f"flt_{flt.code}",
            "label": flt.title_of(value) or flt.name if isinstance(flt, Tab) else flt.name,
            "options": options,
            "value": value,
            "hidden": isinstance(flt, Hidden | Tab),
        }
