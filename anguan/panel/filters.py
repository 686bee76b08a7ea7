"""Filters of a list: one drop-down each, written in the address under a short name."""

from collections.abc import Callable, Sequence
from typing import Any

from flask_admin.model.filters import BaseFilter
from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

Options = Sequence[tuple[str, str]]


class OneOf(BaseFilter):
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


def any_of(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """One of these."""
    return or_(*conditions)
