"""A database of the release before is upgraded with all its rows, on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, create_engine

from anguan.infra.engine import LOCK_WAIT, prepare_engine
from anguan.worker.upgrade import upgrade
from tests.support.databases import drop_database, fresh_database

RELEASE = "0004"
"""The last migration of the release before."""
TABLES = {
    "look": "last_visit",
    "seen_paper": "document_read",
    "draw": "audit_sample",
    "recheck": "audit",
    "photo_desk": "photo_workspace",
    "production": "certificate_job",
    "import_fault": "import_problem",
    "import_mark": "imported_row",
}
COLUMNS = {
    ("recheck", "draw_id"): "sample_id",
    ("change_item", "follows"): "mirror_of",
    ("change_request", "urged_at"): "reminded_at",
    ("claim", "handed_by_id"): "transferred_by_id",
    ("reason", "matter"): "matters",
    ("reason", "item"): "items",
}
VERBS = {"put_aside": "snooze", "hand_over": "transfer", "urge": "remind", "draw_rechecks": "draw_audits"}
FIXED: dict[str, Any] = {
    "account.role": "administrator",
    "account.initial": "none",
    "account.person_id": None,
    "account.enterprise_id": None,
    "calendar_day.kind": "holiday",
    "certificate.status": "valid",
    "change_request.state": "returned",
    "event.verb": "put_aside",
    "event.visible_to": "office",
    "import_batch.state": "checked",
    "number_claim.state": "open",
    "outbox.kind": "draw_rechecks",
    "outbox.key": "draw_rechecks:2026-11",
    "production.state": "ready",
    "recheck.outcome": "agreed",
    "recusal.person_id": None,
    "step_config.role": "reviewer",
    "decision.verdict": "return",
    "decision.opinion": "有 1 项需要补正",
    "rule_config.severity": "warn",
    "question_config.kind": "text",
}
"""Values that a CHECK or the meaning of a column prescribes."""
AFTERWARDS = {
    "decision.opinion": "",
    "event.verb": "snooze",
    "outbox.kind": "draw_audits",
    "outbox.key": "draw_audits:2026-11",
}
MOMENT = datetime(2026, 11, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def filled(kind: str) -> Iterator[tuple[str, dict[str, dict[str, Any]]]]:
    """A database at the last release with one row in each table, and those rows by table."""
    url = fresh_database(kind)
    upgrade(url, RELEASE)
    engine = prepare_engine(create_engine(url))
    with engine.connect().execution_options(**{LOCK_WAIT: 8000}) as connection, connection.begin():
        rows = _fill(connection)
    engine.dispose()
    yield url, rows
    drop_database(url)


def _fill(connection: Connection) -> dict[str, dict[str, Any]]:
    metadata = sa.MetaData()
    metadata.reflect(connection)
    rows: dict[str, dict[str, Any]] = {}
    for table in metadata.sorted_tables:
        if table.name != "alembic_version":
            rows[table.name] = {column.name: _value(column, rows) for column in table.columns}
            connection.execute(table.insert().values(rows[table.name]))
    return rows


def _value(column: sa.Column[Any], rows: dict[str, dict[str, Any]]) -> Any:
    place = f"{column.table.name}.{column.name}"
    if place in FIXED:
        return FIXED[place]
    for key in column.foreign_keys:
        target = key.column
        return rows[target.table.name][target.name] if target.table is not column.table else None
    match column.type:
        case sa.Boolean():
            return True
        case sa.Integer():
            return 7
        case sa.DateTime():
            return MOMENT
        case sa.Date():
            return date(2026, 11, 2)
        case _:
            return f"{column.name[:8]}"[: getattr(column.type, "length", None) or 8]


def _plain(value: Any) -> Any:
    """A moment without the zone, which SQLite does not keep."""
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def test_every_row_of_the_release_before_is_kept(filled: tuple[str, dict[str, dict[str, Any]]]) -> None:
    url, rows = filled
    upgrade(url)
    engine = prepare_engine(create_engine(url))
    with engine.connect() as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        assert len(rows) > 40
        for old, before in rows.items():
            table = metadata.tables[TABLES.get(old, old)]
            found = [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            assert len(found) == 1, old
            for name, value in before.items():
                wanted = AFTERWARDS.get(f"{old}.{name}", value)
                assert _plain(found[0][COLUMNS.get((old, name), name)]) == _plain(wanted), f"{old}.{name}"
        assert not set(TABLES) & set(metadata.tables)
    engine.dispose()
