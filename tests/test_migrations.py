"""Migrations build exactly what the models say, on both databases."""

from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect

from anguan.jobs.upgrade import is_current, upgrade
from anguan.ledger.engine import prepare_engine
from anguan.models import Base
from tests.engines import KINDS, copy_of, drop_database, fresh_database


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
    """Every table with its columns, keys, checks and indexes, as the database tells them."""
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


def test_the_migrated_database_is_that_of_the_models(migrated: Engine, created: Engine) -> None:
    with migrated.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert is_current(connection)
    ours, theirs = describe(migrated), describe(created)
    assert set(ours) == set(theirs) == set(Base.metadata.tables)
    for table in theirs:
        assert ours[table] == theirs[table], table


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
