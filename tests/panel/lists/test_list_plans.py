"""Every list reads large tables by index, whatever is chosen: the plans of its statements say so."""

from collections.abc import Iterator
from pathlib import Path

from anguan.extensions import db
from anguan.panel.admin import make_views
from anguan.panel.lists.filters import Hidden
from anguan.panel.lists.listing import GuardedView
from tests.panel.reports.test_plans import LARGE, Reads, add_decided, seen
from tests.support.factories import Scenario
from tests.support.panel_client import Office, open_office

FREQUENT = {
    ("panel_done", "kind"), ("panel_person", "kind"), ("panel_person", "region"),
    ("panel_person", "verified=yes"), ("panel_certificate", "kind"), ("panel_certificate", "region"),
    ("panel_certificate", "ending"), ("panel_account", "role"),
    ("panel_account", "state"), ("panel_account", "region"),
}  # fmt: skip
"""Filters whose values are so frequent that reading a list in its order soon finds a page of rows."""
OTHERS = ("", "?page=1")


def choices(office: Office, view: GuardedView) -> Iterator[tuple[str, bool]]:
    """Query strings: each value of each filter with whether it is rare, each order, and typed text."""
    yield from ((one, False) for one in OTHERS)
    with office.clients.app.test_request_context():
        for flt in view._filters or ():
            values = ["1"] if isinstance(flt, Hidden) else [value for value, _ in flt.choices(db.session)]
            for value in values:
                frequent = {(view.endpoint, flt.code), (view.endpoint, f"{flt.code}={value}")} & FREQUENT
                yield f"?flt_{flt.code}={value}", not frequent
    yield from ((f"?sort={falling}{name}", False) for name in view.sorts for falling in ("", "-"))
    if view.searches:
        yield from ((f"?search={text}", True) for text in ("岑禾", "T900"))


def test_every_list_is_read_by_index(scenario: Scenario, tmp_path: Path) -> None:
    add_decided(scenario)
    scenario.session.rollback()
    faults: dict[tuple[str, str], set[str]] = {}
    with open_office(scenario, tmp_path) as office:
        staff = [office.enter(login) for login in ("reviewer", "auditor", "administrator")]
        with office.clients.app.app_context():
            engine = db.engine
        # The planner of PostgreSQL weighs numbers of rows that small tables do not have.
        on_sqlite = engine.dialect.name == "sqlite"
        known: set[str] = set()
        for view in make_views():
            if not (isinstance(view, GuardedView) and view.column_list):
                continue
            page = f"/panel/{view.url}/"
            browser = next(one for one in staff if one.get(page).status_code == 200)
            for query, rare in choices(office, view):
                if not (rare or on_sqlite or query in OTHERS):
                    continue
                with seen(engine) as statements:
                    assert browser.get(f"{page}{query}").status_code == 200, f"{page}{query}"
                with engine.connect() as connection:
                    for statement, parameters in statements:
                        if statement in known:
                            continue
                        known.add(statement)
                        reads = Reads.of(connection, statement, parameters)
                        filtered = reads.in_order if rare and on_sqlite else set()
                        if found := (reads.whole | filtered) & LARGE:
                            faults[f"{page}{query}", statement] = found
    assert len(known) > 100
    assert {page: (found, statement[-300:]) for (page, statement), found in faults.items()} == {}
