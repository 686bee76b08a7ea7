"""All triggers of the database, by the table that they fill."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, MetaData, event, inspect

from anguan.models import figures, search, settings_stamp, stale_findings
from anguan.models.base import Base
from anguan.models.triggers import Trigger, create

SETS: Mapping[str, Sequence[Trigger]] = {
    "search_key": search.TRIGGERS,
    "stale_findings": stale_findings.TRIGGERS,
    "stale_day": figures.TRIGGERS,
    "settings_stamp": settings_stamp.TRIGGERS,
}


def create_triggers(connection: Connection) -> None:
    """Create the triggers of each table that exists, anew where they exist.

    Called after migrations, because SQLite drops the triggers of a table that a migration rebuilds.
    """
    tables = set(inspect(connection).get_table_names())
    for filled, triggers in SETS.items():
        if filled in tables:
            create(connection, filled, triggers)


def _after_create(_metadata: MetaData, connection: Connection, **_more: Any) -> None:
    create_triggers(connection)


event.listen(Base.metadata, "after_create", _after_create)
