"""Brings the tables of a database up to what this code knows."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

from anguan.infra.engine import WRITES, prepare_engine

SCRIPTS = Path(__file__).resolve().parents[2] / "migrations"
_MIGRATION_LOCK = 5_204_117
"""The number under which two starts agree who migrates (PostgreSQL; SQLite lets one writer in anyway)."""


def upgrade(url: str) -> None:
    """Run the migrations that are missing, all in one transaction. A second call finds nothing to do."""
    engine = prepare_engine(create_engine(url))
    try:
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:id)"), {"id": _MIGRATION_LOCK})
            command.upgrade(alembic_config(connection), "head")
    finally:
        engine.dispose()


def is_current(connection: Connection) -> bool:
    """True when no migration is missing in this database."""
    head = ScriptDirectory(str(SCRIPTS)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for one open connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
