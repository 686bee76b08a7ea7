"""The databases of the tests are clean, separate, and of both kinds."""

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.support.databases import (
    KINDS,
    borrow,
    copy_database,
    copy_of,
    drop_database,
    empty_tables,
    fresh_database,
    give_back,
)

DDL = (
    "CREATE TABLE master (id INTEGER PRIMARY KEY)",
    "CREATE TABLE detail (id INTEGER PRIMARY KEY, master INTEGER NOT NULL REFERENCES master (id))",
    "INSERT INTO master VALUES (1)",
    "INSERT INTO detail VALUES (1, 1)",
)


def build(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in DDL:
            connection.execute(text(statement))
    engine.dispose()


def count_rows(url: str) -> int:
    engine = create_engine(url)
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT count(*) FROM detail")).scalar_one()
    engine.dispose()
    return int(rows)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fresh_database_is_empty(kind: str) -> None:
    url = fresh_database(kind)
    engine = create_engine(url)
    assert engine.dialect.name == kind
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    drop_database(url)


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_has_the_rows_and_lives_its_own_life(kind: str) -> None:
    first = copy_of(kind, build)
    engine = create_engine(first)
    with engine.begin() as connection:
        empty_tables(connection, ["master", "detail"])
    engine.dispose()
    second = copy_of(kind, build)
    assert (count_rows(first), count_rows(second)) == (0, 1)
    assert count_rows(copy_database(first)) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_is_dropped_under_a_connection(kind: str) -> None:
    url = copy_of(kind, build)
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        drop_database(url)
        connection.invalidate()
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO master VALUES (2)", "UPDATE detail SET id = 9", "DELETE FROM detail"],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_borrowed_database_is_restored_each_time(kind: str, statement: str) -> None:
    for _ in range(3):
        url = borrow(kind, build)
        engine = create_engine(url)
        with engine.begin() as connection:
            rows = [[*connection.execute(text(f"SELECT * FROM {name}"))] for name in ("master", "detail")]
            assert rows == [[(1,)], [(1, 1)]]
            connection.execute(text(statement))
        engine.dispose()
        give_back(url, build)
