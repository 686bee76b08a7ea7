"""Migrates the database to the newest schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from anguan.infra.engine import LOCK_TIMEOUT_MS, LOCK_WAIT, prepare_engine
from anguan.models import create_triggers

SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"
_MIGRATION_LOCK = 5_204_117
"""Advisory lock key that serialises migrations (PostgreSQL; SQLite allows one writer anyway)."""


def upgrade(url: str, revision: str = "head") -> None:
    """Run the missing migrations up to `revision` in one transaction; a second call does nothing.

    Raises RuntimeError, and changes nothing, when a row would refer to one that does not exist.
    """
    engine = prepare_engine(create_engine(url))
    try:
        with engine.connect().execution_options(**{LOCK_WAIT: LOCK_TIMEOUT_MS["sqlite"]}) as connection:
            if connection.dialect.name == "sqlite":
                _defer_foreign_keys(connection)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SET LOCAL lock_timeout = 0"))
                    connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": _MIGRATION_LOCK})
                before = _revision(connection)
                command.upgrade(alembic_config(connection), revision)
                if _revision(connection) != before:
                    create_triggers(connection)
                if connection.dialect.name == "sqlite":
                    _check_foreign_keys(connection)
    finally:
        engine.dispose()


def _defer_foreign_keys(connection: Connection) -> None:
    """SQLite rebuilds a table to change it: for a moment its rows are gone and nothing may refer to them."""
    connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")  # has no effect inside a transaction


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"the migration leaves rows without their target: {broken[:5]}")


def is_current(connection: Connection) -> bool:
    """True when no migration is missing in this database."""
    head = ScriptDirectory(str(SCRIPTS)).get_current_head()
    return _revision(connection) == head


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for one open connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
