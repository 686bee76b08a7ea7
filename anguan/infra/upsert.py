"""INSERT … ON CONFLICT, which each kind of database has under its own name."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from anguan.models import Base


def insert_into(session: Session, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT into the model's table that knows `on_conflict_do_update`."""
    insert = postgresql.Insert if session.get_bind().dialect.name == "postgresql" else sqlite.Insert
    return insert(model)
