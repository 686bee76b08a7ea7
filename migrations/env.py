"""Alembic environment: runs migrations on the connection that the caller passes in the attributes."""

from typing import Any

import sqlalchemy as sa
from alembic import context

from anguan.models import Base, UtcDateTime


def render(kind: str, thing: Any, _context: Any) -> str | bool:
    """Render UtcDateTime as the plain column type in generated migrations."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def migrate(connection: sa.Connection) -> None:
    """Run the requested migrations within the caller's transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


migrate(context.config.attributes["connection"])
