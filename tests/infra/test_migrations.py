"""Migrations build exactly the schema of the models, on both databases."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from anguan.domain.policies import DECLARED
from anguan.infra.engine import LOCK_WAIT, prepare_engine
from anguan.models import Base
from anguan.worker.upgrade import SCRIPTS, is_current, upgrade
from tests.support.databases import KINDS, copy_of, drop_database, fresh_database


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def migrated(kind: str) -> Iterator[Engine]:
    url = copy_of(kind, upgrade)
    engine = prepare_engine(create_engine(url))
    yield engine
    engine.dispose()
    drop_database(url)


@pytest.fixture
def created(kind: str) -> Iterator[Engine]:
    url = fresh_database(kind)
    engine = prepare_engine(create_engine(url))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
    drop_database(url)


def describe(engine: Engine) -> dict[str, Any]:
    """Every table with its columns, keys, checks and indexes, as the database reports them."""
    spy = inspect(engine)
    found = {}
    for table in sorted(set(spy.get_table_names()) - {"alembic_version"}):
        # sorted: a column that was added later stands last in a migrated table
        columns = sorted((c["name"], str(c["type"]), c["nullable"]) for c in spy.get_columns(table))
        found[table] = {
            "columns": columns,
            "primary": spy.get_pk_constraint(table),
            "foreign": sorted(spy.get_foreign_keys(table), key=str),
            "unique": sorted(spy.get_unique_constraints(table), key=str),
            "checks": sorted(
                (c["name"], " ".join(str(c["sqltext"]).split())) for c in spy.get_check_constraints(table)
            ),
            "indexes": sorted(
                (
                    i["name"],
                    i["column_names"],
                    bool(i["unique"]),
                    str(i.get("dialect_options", {}).get(f"{engine.dialect.name}_where")),
                )
                for i in spy.get_indexes(table)
            ),
        }
    return found


def list_triggers(engine: Engine) -> list[tuple[str, str]]:
    """Name and SQL of every trigger, on PostgreSQL with that of its function."""
    sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    if engine.dialect.name == "postgresql":
        sql = (
            "SELECT tgname, pg_get_triggerdef(oid) || pg_get_functiondef(tgfoid)"
            " FROM pg_trigger WHERE NOT tgisinternal"
        )
    with engine.connect() as connection:
        return sorted((name, sql) for name, sql in connection.execute(text(sql)))


def test_the_migrated_database_is_that_of_the_models(migrated: Engine, created: Engine) -> None:
    with migrated.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert is_current(connection)
    ours, theirs = describe(migrated), describe(created)
    assert set(ours) == set(theirs) == set(Base.metadata.tables)
    for table in theirs:
        assert ours[table] == theirs[table], table
    assert list_triggers(migrated) == list_triggers(created) != []


def test_a_second_upgrade_finds_nothing_to_do(kind: str) -> None:
    url = copy_of(kind, upgrade)
    upgrade(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert is_current(connection)
    engine.dispose()
    drop_database(url)


def test_an_empty_database_is_not_current(kind: str) -> None:
    url = fresh_database(kind)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert not is_current(connection)
    engine.dispose()
    drop_database(url)


def test_reasons_keep_what_they_were_for_in_their_saved_versions_too(kind: str) -> None:
    url = fresh_database(kind)
    upgrade(url, "0016")
    engine = prepare_engine(create_engine(url))
    old = {"code": "one", "matter": "certificate_change", "item": "", "sentence": "甲"}
    with engine.connect().execution_options(**{LOCK_WAIT: 8000}) as connection, connection.begin():
        connection.execute(
            text(
                "INSERT INTO reason (code, matter, item, sentence, remedy, clause, position, retired)"
                " VALUES ('one', 'certificate_change', '', '甲', '', '', 0, false)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO setting_version (scope, version, rows, actor, at)"
                " VALUES ('reasons', 1, :rows, 'x', '2026-01-01')"
            ),
            {"rows": json.dumps({"reasons": [old]})},
        )
    upgrade(url)
    with engine.connect() as connection:
        row = connection.execute(text("SELECT matters, kinds, items FROM reason")).one()
        saved = connection.scalar(text("SELECT rows FROM setting_version")) or ""
    engine.dispose()
    drop_database(url)
    assert tuple(row) == ("certificate_change", "", "")
    assert json.loads(saved)["reasons"] == [
        {"code": "one", "items": [], "kinds": [], "matters": ["certificate_change"], "sentence": "甲"}
    ]


def test_own_views_keep_their_order(kind: str) -> None:
    url = fresh_database(kind)
    upgrade(url, "0025")
    engine = prepare_engine(create_engine(url))
    account = (
        "INSERT INTO account (id, login, name, role, phone, initial, totp_step, created_at)"
        " VALUES (1, 'X', 'X', 'reviewer', '', 'none', 0, '2026-01-01')"
    )
    view = "INSERT INTO saved_view (account_id, list_name, name, query) VALUES (1, 'done', :name, :query)"
    old = {"a": "desc=1&flt_kind=B&sort=number", "b": "sort=number", "c": "flt_kind=B"}
    with engine.connect().execution_options(**{LOCK_WAIT: 8000}) as connection, connection.begin():
        connection.execute(text(account))
        connection.execute(text(view), [{"name": name, "query": query} for name, query in old.items()])
    upgrade(url)
    with engine.connect() as connection:
        kept = dict(connection.execute(text("SELECT name, query FROM saved_view")).all())
    engine.dispose()
    drop_database(url)
    assert kept == old | {"a": "flt_kind=B&sort=-number"}


def test_changed_policies_keep_their_values_under_their_new_names(kind: str) -> None:
    url = fresh_database(kind)
    engine = prepare_engine(create_engine(url))
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    rows = {"policies": [{"name": "training_hours", "value": "16"}, {"name": "edit_minutes", "value": "7"}]}
    with engine.connect().execution_options(**{LOCK_WAIT: 8000}) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        connection.execute(
            text(
                "INSERT INTO policy_value (name, value)"
                " VALUES ('photo_width', '500'), ('training_hours', '16')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO setting_version (scope, version, rows, actor, at)"
                " VALUES ('policies', 1, :rows, 'x', '2026-01-01'), ('reasons', 1, :rows, 'x', '2026-01-01')"
            ),
            {"rows": json.dumps(rows)},
        )
    upgrade(url)
    with engine.connect() as connection:
        kept = dict(connection.execute(text("SELECT name, value FROM policy_value")).all())
        saved = dict(connection.execute(text("SELECT scope, rows FROM setting_version")).all())
    engine.dispose()
    drop_database(url)
    assert kept == {"photo_min_width": "500", "training_hours_per_year": "16"}
    assert set(kept) <= set(DECLARED)
    assert json.loads(saved["policies"])["policies"] == [
        {"name": "edit_minutes", "value": "7"},
        {"name": "training_hours_per_year", "value": "16"},
    ]
    assert json.loads(saved["reasons"]) == rows
