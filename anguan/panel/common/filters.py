"""Filters of a list: one drop-down each, written in the address under a short name."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, request
from flask_admin.model.filters import BaseFilter
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from anguan.extensions import db

Options = Sequence[tuple[str, str]]


class OneOf(BaseFilter):  # type: ignore[misc]  # Flask-Admin ships no types
    """A choice out of a list. `where` gives the condition for a value, `options` the list as it is now."""

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
        """The list as it is now."""
        return self.listed(session) if callable(self.listed) else self.listed

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        """The query with this condition."""
        return query.filter(self.where(value))

    def operation(self) -> str:
        """Flask-Admin wants a word."""
        return "是"


class Typed(OneOf):
    """A filter by what is typed: a name or a number."""

    def __init__(self, code: str, title: str, where: Callable[[str], ColumnElement[bool]]) -> None:
        super().__init__(code, title, (), where)


class Hidden(Typed):
    """A filter that only links set (the requests of one person)."""


class Tab(OneOf):
    """A choice that stands as tabs above the list (保存的视图)."""


class Filtered:
    """A model view whose filters are drop-downs with short names in the address."""

    _filters: Sequence[OneOf] | None

    def filter_at(self, index: int) -> OneOf:
        """The filter that stands at this place of the declared list."""
        return (self._filters or ())[index]

    def is_valid_filter(self, filter: Any) -> bool:
        """Only our own filters are known here."""
        return isinstance(filter, OneOf)

    def handle_filter(self, filter: OneOf) -> OneOf:
        """Ours carry their condition with them; nothing is to be joined."""
        return filter

    def get_filter_arg(self, index: int, flt: OneOf) -> str:
        """The short name of the filter in the address."""
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
        """Only what we know goes on from one page to the next: no word of the address becomes an argument."""
        asked = super()._get_list_extra_args()  # type: ignore[misc]
        asked.extra_args = {}
        return asked

    def filters_shown(self, active: Sequence[tuple[int, str, str]] | None) -> list[dict[str, Any]]:
        """What the page draws: each filter with its list and the chosen value."""
        chosen = {index: value for index, _, value in active or ()}
        return [
            self._draw_filter(flt, chosen.get(index, "")) for index, flt in enumerate(self._filters or ())
        ]

    def _draw_filter(self, flt: OneOf, value: str) -> dict[str, Any]:
        options = flt.choices(db.session)
        return {
            "name": f"flt_{flt.code}",
            "label": dict(options).get(value, flt.name) if isinstance(flt, Tab) else flt.name,
            "options": options,
            "value": value,
            "hidden": isinstance(flt, Hidden | Tab),
        }

    def tabs_shown(self, active: Sequence[tuple[int, str, str]] | None) -> list[tuple[str, str, bool]]:
        """The tabs as (title, address, chosen); what else was chosen stays with them."""
        tab = next(flt for flt in self._filters or () if isinstance(flt, Tab))
        kept = self._get_filters(active)
        now = kept.pop(f"flt_{tab.code}", "")
        return [
            (title, self.link("index_view", **kept, **_named(tab, value)), value == now)  # type: ignore[attr-defined]
            for value, title in (("", "全部"), *tab.choices(db.session))
        ]


def _named(tab: Tab, value: str) -> dict[str, str]:
    return {f"flt_{tab.code}": value} if value else {}
