"""Counts what a page takes that is no matter of the machine: SQL statements, template macros, addresses."""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from jinja2.runtime import Macro
from sqlalchemy import Engine, event
from werkzeug.routing import MapAdapter

from tests.support.paths import ROOT

Budget = Mapping[str, int]

FRAME = ("BEGIN", "SET LOCAL", "SAVEPOINT", "RELEASE", "ROLLBACK")
"""Beginnings of transaction statements, which are not counted: SQLite and PostgreSQL differ in them."""


@contextmanager
def counted(*engines: Engine) -> Iterator[list[str]]:
    """A list to which each statement that these engines execute in the block is appended."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(FRAME):
            statements.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def read_budgets(part: str) -> Mapping[str, Budget]:
    """The budgets of the pages of one part, by page."""
    budgets: Mapping[str, Mapping[str, Budget]] = tomllib.loads(
        (ROOT / "benchmarks/budgets.toml").read_text()
    )
    return budgets[part]


def exceeded(budgets: Mapping[str, Budget], spent: Mapping[str, Budget]) -> dict[str, tuple[int, int]]:
    """What took more than its budget: by page and kind of work, what it took and what it may take."""
    return {
        f"{page}: {kind}": (spent[page][kind], most)
        for page, budget in budgets.items()
        for kind, most in budget.items()
        if spent[page][kind] > most
    }


@contextmanager
def counted_work(engine: Engine) -> Iterator[Counter[str]]:
    """A counter of the work that is done in the block; complete when the block has ended."""
    work: Counter[str] = Counter(statements=0, macros=0, addresses=0)

    def counting(kind: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def one(*args: Any, **kwargs: Any) -> Any:
            work[kind] += 1
            return call(*args, **kwargs)

        return one

    with pytest.MonkeyPatch.context() as patch, counted(engine) as statements:
        patch.setattr(Macro, "_invoke", counting("macros", Macro._invoke))
        patch.setattr(MapAdapter, "build", counting("addresses", MapAdapter.build))
        yield work
    work["statements"] = len(statements)
