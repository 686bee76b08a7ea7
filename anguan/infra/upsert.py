"""INSERT … ON CONFLICT, which each kind of database has under its own name."""

from typing import TYPE_CHECKING

from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from anguan.models import Base

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def insert_into(session: Session, model: type[Base]) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT into the model's table that knows `on_conflict_do_update` and `on_conflict_do_nothing`."""
    if session.get_bind().dialect.name != "postgresql":
        return sqlite.Insert(model)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - loads several drivers

    return postgresql.Insert(model)
