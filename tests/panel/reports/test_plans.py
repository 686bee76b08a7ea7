"""The pages that staff open all day read large tables by index: the plans of their statements say so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, event, insert, text

from anguan.core import clock
from anguan.extensions import db
from anguan.infra.transaction import transaction
from anguan.models import (
    Base,
    Certificate,
    CertificateJob,
    ChangeItem,
    ChangeRequest,
    Decision,
    Edition,
    Employment,
    Person,
    Remark,
)
from anguan.services.figures.daily import refresh_figures
from anguan.services.stored_findings import refresh_findings
from tests.support.factories import Scenario
from tests.support.panel_client import open_office

LARGE = {
    "attachment", "certificate", "certificate_job", "change_item", "change_request", "daily_figure",
    "decision",
    "draft_value", "edition", "employment", "event", "insurance", "notice", "outbox", "person", "remark",
    "search_key", "training",
}  # fmt: skip
QUEUE = "/panel/queue/"
PAGES = (
    "/panel/", "/panel/statistics/", QUEUE, f"{QUEUE}?flt_view=green", f"{QUEUE}?flt_view=doubt",
    f"{QUEUE}?flt_view=mine", f"{QUEUE}?flt_due=overdue", "/panel/export/queue",
)  # fmt: skip


@contextmanager
def seen(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The SELECT statements of the block with their parameters."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            found.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


class Reads(NamedTuple):
    """Tables that a statement reads from end to end, and those that it reads in order until it has enough."""

    whole: set[str]
    in_order: set[str]

    @classmethod
    def of(cls, connection: Connection, statement: str, parameters: Any) -> "Reads":
        """What the plan of the database says."""
        if connection.dialect.name == "sqlite":
            lines = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
            sorts = any("TEMP B-TREE FOR ORDER BY" in line[3] for line in lines)
            scans = {line[3].split()[1].removesuffix("_1") for line in lines if line[3].startswith("SCAN ")}
            stops = " LIMIT " in statement and not sorts
            return cls(set(), scans) if stops else cls(scans, set())
        for name in ("seqscan", "hashjoin", "mergejoin"):  # with few rows the planner would prefer them
            connection.exec_driver_sql(f"SET LOCAL enable_{name} = off")
        plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
        found = [*_read_whole(plan[0]["Plan"], False)]
        return cls({name for name, stops in found if not stops}, {name for name, stops in found if stops})


def _read_whole(node: dict[str, Any], stops: bool) -> Iterator[tuple[str, bool]]:
    """Tables read without an index or by a whole index, and whether something stops after some rows."""
    whole = node["Node Type"] in ("Index Scan", "Index Only Scan") and "Index Cond" not in node
    if node["Node Type"] == "Seq Scan" or whole:
        yield node["Relation Name"], stops
    stops = (stops or node["Node Type"] == "Limit") and node["Node Type"] not in ("Sort", "Aggregate")
    for part in node.get("Plans", ()):
        if part.get("Parent Relationship") != "SubPlan":  # EXISTS of a row: the tables are too small to tell
            yield from _read_whole(part, stops)


def full_scans(connection: Connection, statement: str, parameters: Any) -> set[str]:
    """Large tables that the database would read from end to end."""
    reads = Reads.of(connection, statement, parameters)
    if connection.dialect.name == "sqlite":
        return (reads.whole | reads.in_order) & LARGE
    return reads.whole & LARGE


def add_decided(scenario: Scenario) -> None:
    """Decided requests, so that the planner of PostgreSQL has something to choose for."""
    at, ids = clock.now() - timedelta(days=9), range(900, 1400)
    request = {
        "matter": "profile_change", "state": "approved", "applicant_name": "岑禾安", "region": "590100",
        "filer_id": scenario.holder.id, "created_at": at, "changed_at": at, "submitted_at": at,
        "decided_at": at,
    }  # fmt: skip
    item = {
        "round": 1, "path": "person.name", "mode": "asked", "label": "姓名", "before": "", "before_text": "",
        "after_text": "",
    }  # fmt: skip
    decision = {
        "round": 1, "step": 0, "actor_id": scenario.reviewer.id, "actor_name": "陆与行", "verdict": "approve",
        "digest": "0" * 64, "decided_at": at, "effective_at": at,
    }  # fmt: skip
    remark = {"item": "paper:a", "label": "材料", "sentence": "请补"}
    employment = {"enterprise_id": scenario.firm(0).id, "started_on": clock.today(), "confirmed": True}
    certificate = {
        "kind_code": "B", "enterprise_id": scenario.firm(0).id, "status": "revoked",
        "first_issued": at.date(), "valid_from": at.date(), "valid_until": at.date(), "holder_name": "岑禾安",
        "document_number": "T", "unit_name": "示例", "unit_uscc": "T",
    }  # fmt: skip
    edition = {"version": 1, "facts": "{}", "digest": "0" * 64, "made_at": at}
    rows: dict[type[Base], list[dict[str, Any]]] = {
        Person: [{"id": n, "document_number": f"T{n}", "name": "岑禾安"} for n in ids],
        Employment: [employment | {"person_id": n} for n in ids],
        ChangeRequest: [request | {"id": n, "number": f"T{n}", "subject_key": f"person:{n}"} for n in ids],
        ChangeItem: [item | {"request_id": n} for n in ids],
        Decision: [decision | {"id": n, "request_id": n} for n in ids],
        Remark: [remark | {"decision_id": n} for n in ids],
        Certificate: [certificate | {"id": n, "number": f"T{n}", "person_id": n} for n in ids],
        Edition: [edition | {"id": n, "certificate_id": n, "qr_token": f"T{n}"} for n in ids],
        CertificateJob: [{"id": n, "edition_id": n, "state": "ready"} for n in ids],
    }
    with transaction(scenario.session) as session:
        for model, values in rows.items():
            session.execute(insert(model), values)
    with transaction(scenario.session) as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ANALYZE"))


def test_no_page_scans_a_large_table(scenario: Scenario, tmp_path: Path) -> None:
    for matter in ("certificate_change", "profile_change"):
        scenario.filed(matter, scenario.stranger if matter == "profile_change" else None)
    refresh_findings(scenario.session)
    add_decided(scenario)
    while refresh_figures(scenario.session):
        pass
    scenario.session.rollback()
    scanned = {}
    with open_office(scenario, tmp_path) as office:
        browser = office.enter("reviewer")
        with office.clients.app.app_context():
            engine = db.engine
        for page in PAGES:
            with seen(engine) as statements:
                assert browser.get(page).status_code == 200, page
            with engine.connect() as connection:
                for statement, parameters in statements:
                    if found := full_scans(connection, statement, parameters):
                        scanned[page, statement] = found
        with engine.connect() as connection:
            assert full_scans(connection, "SELECT count(*) FROM decision WHERE opinion = ''", ()) == {
                "decision"
            }
    assert scanned == {}
