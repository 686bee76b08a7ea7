"""Changes of settings: rows, a new version of the whole scope, and an event in one transaction."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.domain.memo import reading_anew
from anguan.infra.event_verbs import EventVerb
from anguan.infra.events import Actor, record_event
from anguan.infra.transaction import Busy, transaction
from anguan.matters.overlay import ROWS
from anguan.models import Base, CalendarDay, DictionaryEntry, PolicyValue, Reason, SettingVersion

Done = TypeVar("Done")
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
NOT_SETTINGS = frozenset({"demo", "loading"})
"""Rows of policy_value that mark the state of the database and are not settings."""


class NoEarlierVersion(ValueError):
    """There is no earlier version to restore; the argument is the sentence for the page."""


class NewerVersion(Exception):
    """A version was saved after the page that asks for a restore was opened; nothing was restored."""


@dataclass(frozen=True)
class ScopeTable:
    """One table of a scope, and which of its rows belong to it."""

    model: type[Base]
    mine: tuple[ColumnElement[bool], ...] = ()

    def rows(self, session: Session) -> list[Any]:
        """The current rows in the order of their primary keys."""
        query = select(self.model).where(*self.mine)
        return list(session.scalars(query.order_by(*inspect(self.model).primary_key)))


def tables_of(scope: str) -> dict[str, ScopeTable]:
    """Tables of a scope: matter:<code>, dictionary:<name>, policies, reasons, calendar; else LookupError."""
    kind, _, name = scope.partition(":")
    if kind == "matter" and name:
        return {part: ScopeTable(model, (_column(model, "matter") == name,)) for part, model in ROWS.items()}
    if kind == "dictionary" and name:
        return {"words": ScopeTable(DictionaryEntry, (DictionaryEntry.dictionary == name,))}
    if scope == "policies":
        return {"policies": ScopeTable(PolicyValue, (PolicyValue.name.not_in(NOT_SETTINGS),))}
    if scope == "reasons":
        return {"reasons": ScopeTable(Reason)}
    if scope == "calendar":
        return {"days": ScopeTable(CalendarDay)}
    raise LookupError(f"no such scope: {scope}")


def read_scope(session: Session, scope: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of the scope as JSON-compatible values, by table."""
    return {part: [_plain(row) for row in table.rows(session)] for part, table in tables_of(scope).items()}


def versions(session: Session, scope: str, limit: int = 30) -> list[SettingVersion]:
    """The saved versions of a scope, the newest first."""
    return list(
        session.scalars(
            select(SettingVersion)
            .where(SettingVersion.scope == scope)
            .order_by(SettingVersion.version.desc())
            .limit(limit)
        )
    )


def change(
    session: Session, actor: Actor, scope: str, sentence: str, work: Callable[[Session], Done]
) -> tuple[Done, int]:
    """Run `work` in one transaction and save a version of the scope; returns its result and the version.

    `work` changes rows of this scope only. Without a change there is no version and no event. Raises
    CodeTaken for a duplicate code, and Busy for one of two people who save at the same time.
    """
    with transaction(session), reading_anew(session):
        before = read_scope(session, scope)
        last = _last(session, scope)
        done = work(session)
        try:
            session.flush()
        except IntegrityError as error:
            raise CodeTaken("这个代码已经有了，请换一个") from error
        return done, _publish(session, actor, scope, sentence, before, last)


def restore(session: Session, actor: Actor, scope: str, version: int, seen: int | None = None) -> int:
    """Restore the rows of a version (0: as declared) as a new version; returns the new version.

    `seen` is the newest version that the page showed. Raises NewerVersion when another one was saved since,
    NoEarlierVersion, and Busy as `change` does.
    """
    with transaction(session), reading_anew(session):
        before = read_scope(session, scope)
        last = _last(session, scope)
        if seen is not None and seen != last:
            raise NewerVersion
        if version < 0 or version >= last:
            raise NoEarlierVersion("没有可以恢复的版本")
        wanted: Rows = _rows_of(session, scope, version)
        for part, table in tables_of(scope).items():
            for row in table.rows(session):
                session.delete(row)
            session.flush()
            for values in wanted.get(part, ()):
                session.add(_revive(table.model, values))
        session.flush()
        words = f"恢复到第 {version} 版" if version else "恢复为系统默认"
        return _publish(session, actor, scope, words, before, last, verb="restore_setting")


def restore_previous(session: Session, actor: Actor, scope: str, seen: int | None = None) -> int:
    """Restore the version before the current one (恢复上一版); raises as `restore` does."""
    return restore(session, actor, scope, _last(session, scope) - 1, seen)


class CodeTaken(ValueError):
    """A row with this code exists already; the argument is the sentence for the page."""


def _publish(
    session: Session,
    actor: Actor,
    scope: str,
    sentence: str,
    before: Rows,
    last: int,
    verb: EventVerb = "change_setting",
) -> int:
    after = read_scope(session, scope)
    if after == before:
        return last
    if last == 0 and any(before.values()):
        # Rows of the initial set-up have no version: save one, so that it can be restored.
        last = 1
        session.add(_version(scope, last, before, "系统初始设置"))
    session.add(_version(scope, last + 1, after, actor.name))
    old, new = _differences(before, after)
    record_event(session, verb, f"{sentence}（{scope}，第 {last + 1} 版）", actor, before=old, after=new)
    try:
        session.flush()
    except IntegrityError as error:
        raise Busy("此刻有别人正在修改同一项设置，请看最新内容后再改") from error
    return last + 1


def _version(scope: str, version: int, rows: Rows, who: str) -> SettingVersion:
    return SettingVersion(scope=scope, version=version, rows=_text(rows), actor=who, at=clock.now())


def _last(session: Session, scope: str) -> int:
    newest = versions(session, scope, limit=1)
    return newest[0].version if newest else 0


def _rows_of(session: Session, scope: str, version: int) -> Rows:
    if version == 0:
        return {}
    text = session.scalar(
        select(SettingVersion.rows).where(SettingVersion.scope == scope, SettingVersion.version == version)
    )
    if text is None:
        raise NoEarlierVersion("没有这一版")
    rows: Rows = json.loads(text)
    return rows


def _differences(before: Rows, after: Rows) -> tuple[str, str]:
    """Only the rows that differ, so that the log can be read."""
    old = {part: [row for row in rows if row not in after.get(part, ())] for part, rows in before.items()}
    new = {part: [row for row in rows if row not in before.get(part, ())] for part, rows in after.items()}
    return _text({part: rows for part, rows in old.items() if rows}), _text(
        {part: rows for part, rows in new.items() if rows}
    )


def _text(rows: Rows) -> str:
    return json.dumps(rows, ensure_ascii=False, sort_keys=True) if rows else ""


def _plain(row: Base) -> dict[str, Any]:
    # Without the id: it is not a setting, and another row may have taken it before a restore.
    names = [column.key for column in row.__table__.columns if column.key != "id"]
    values = {name: getattr(row, name) for name in names}
    return {
        name: value.isoformat() if isinstance(value, date | datetime) else value
        for name, value in values.items()
    }


def _revive(model: type[Base], values: Mapping[str, Any]) -> Base:
    made = {}
    for column in model.__table__.columns:
        value = values.get(column.key)
        if isinstance(value, str) and column.type.python_type is date:
            value = date.fromisoformat(value)
        if column.key in values:
            made[column.key] = value
    return model(**made)


def _column(model: type[Base], name: str) -> ColumnElement[Any]:
    found: ColumnElement[Any] = getattr(model, name)
    return found
