"""Alembic's entry: the caller hands over an open connection; there is no address and no secret here."""

from typing import Any

import sqlalchemy as sa
from alembic import context

from anguan.models import Base, UtcDateTime


def render(kind: str, thing: Any, _context: Any) -> str | bool:
    """Write our moment column as the plain type that it is in both databases."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: sa.Connection) -> None:
    """Run what was asked for inside the caller's transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


migrate(context.config.attributes["connection"])
