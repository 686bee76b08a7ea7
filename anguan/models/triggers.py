"""Triggers of the database: what must follow a change of a row, whichever way it was written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from anguan.models.beijing_days import date_sql, moment_sql

ROW = "{row}"
"""Stands in the SQL of a trigger for the row: its values after the change (NEW) or before it (OLD)."""
_DAY_FUNCTIONS = {"beijing_day": moment_sql, "date_number": date_sql}
_DAY = re.compile(rf"\b({'|'.join(_DAY_FUNCTIONS)})\(([^()]*)\)")


@dataclass(frozen=True)
class Trigger:
    """SQL that runs after each change of a row of `table`.

    `before` runs with the row as it was (update, delete), `after` with the row as it is now (insert, update);
    both are statements in which `ROW` stands for the row, and `beijing_day(x)` and `date_number(x)` may be
    used as in queries. An update runs them only when it sets one of `columns`; none means any.
    """

    table: str
    after: tuple[str, ...]
    before: tuple[str, ...]
    columns: tuple[str, ...] = ()


def create(connection: Connection, prefix: str, triggers: Iterable[Trigger]) -> None:
    """Create the triggers, anew where they exist; `prefix` begins their names, one prefix per purpose."""
    for trigger in triggers:
        drop(connection, prefix, (trigger,))
        build = _postgresql if connection.dialect.name == "postgresql" else _sqlite
        for statement in build(f"{prefix}_{trigger.table}", trigger):
            connection.exec_driver_sql(_write_days(statement, connection.dialect.name))


def _write_days(statement: str, dialect: str) -> str:
    return _DAY.sub(lambda call: _DAY_FUNCTIONS[call[1]](dialect, call[2]), statement)


def drop(connection: Connection, prefix: str, triggers: Iterable[Trigger]) -> None:
    """Drop the triggers where they exist."""
    for trigger in triggers:
        name = f"{prefix}_{trigger.table}"
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {trigger.table}")
        else:
            for event in ("insert", "update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}_{event}")


def _update_of(trigger: Trigger) -> str:
    return f"UPDATE OF {', '.join(trigger.columns)}" if trigger.columns else "UPDATE"


def _old(trigger: Trigger) -> list[str]:
    return [statement.replace(ROW, "OLD") for statement in trigger.before]


def _new(trigger: Trigger) -> list[str]:
    return [statement.replace(ROW, "NEW") for statement in trigger.after]


def _sqlite(name: str, trigger: Trigger) -> list[str]:
    old, new = _old(trigger), _new(trigger)
    events = (
        ("insert", "INSERT", new),
        ("update", _update_of(trigger), [*old, *new]),
        ("delete", "DELETE", old),
    )
    return [
        f"CREATE TRIGGER {name}_{event} AFTER {when} ON {trigger.table} BEGIN {'; '.join(steps)}; END"
        for event, when, steps in events
        if steps
    ]


def _postgresql(name: str, trigger: Trigger) -> list[str]:
    old, new = "; ".join(_old(trigger)), "; ".join(_new(trigger))
    parts = [f"IF TG_OP <> 'INSERT' THEN {old}; END IF;" if old else ""]
    parts.append(f"IF TG_OP <> 'DELETE' THEN {new}; END IF;" if new else "")
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{' '.join(part for part in parts if part)} RETURN NULL; END $$",
        f"CREATE TRIGGER {name} AFTER INSERT OR {_update_of(trigger)} OR DELETE ON {trigger.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
