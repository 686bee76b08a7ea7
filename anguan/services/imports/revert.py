"""Reverts an import batch as a whole, unless other records depend on it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Table, delete, null, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.fault_injection import crash_point
from anguan.domain.numbers import next_number
from anguan.infra.events import record_event
from anguan.infra.transaction import transaction
from anguan.models import Base, ImportBatch
from anguan.services.imports.batches import actor_of_batch, lock_batch
from anguan.services.imports.execute import QUEUE
from anguan.services.imports.existing import SET
from anguan.services.imports.kinds import KINDS
from anguan.services.imports.provenance import IMPORTED_ROWS, TABLES, names_of, row_digest

TITLES: Mapping[str, str] = {
    "person": "人员",
    "account": "账号",
    "enterprise": "企业",
    "employment": "任职",
    "qualification": "资质",
    "training": "教育学时",
    "certificate": "证书",
    "insurance": "社保",
    "constructor": "建造师登记",
    "change_request": "申请",
    "edition": "电子证书",
    "event": "操作记录",
    "notice": "消息",
    "login_session": "登录记录",
    "photo_workspace": "证件照片",
    "number_claim": "号码申诉",
}
MEANWHILE = "刚才有人用到了这一批里的记录，请重试一次看具体是什么"
Keys = Mapping[str, set[int]]


class InUse(Exception):
    """Other records depend on the batch; the text says which."""


def revert_import(session: Session, batch_id: int) -> None:
    """Revert a batch; refused as a whole when records depend on it. A second run changes nothing."""
    try:
        with transaction(session):
            batch = lock_batch(session, batch_id)
            if batch.state != "undoing":
                return
            next_number(session, QUEUE, 0)
            made = _made(session, batch_id)
            _refuse_changed(session, batch_id)
            _refuse_referenced(session, made)
            crash_point("import_undoing")
            _restore(session, batch_id)
            _remove(session, made)
            session.execute(delete(IMPORTED_ROWS).where(IMPORTED_ROWS.c.batch_id == batch_id))
            batch.state, batch.changed_at = "undone", clock.now()
            many, title = batch.made + batch.updated, KINDS[batch.kind].title
            words = f"撤销{title}导入“{batch.file_name}”：{many} 行恢复原样"
            record_event(session, "import_undo", words, actor_of_batch(batch))
    except InUse as in_use:
        _keep(session, batch_id, str(in_use))
    except IntegrityError:  # a dependent record was written between the check and the delete
        session.rollback()
        _keep(session, batch_id, MEANWHILE)


def _keep(session: Session, batch_id: int, sentence: str) -> None:
    with transaction(session):
        batch = lock_batch(session, batch_id)
        if batch.state == "undoing":
            batch.state, batch.error, batch.changed_at = "done", sentence, clock.now()


def _made(session: Session, batch_id: int) -> Keys:
    """Keys of the rows that the batch inserted, by table."""
    asked = select(IMPORTED_ROWS.c.table_name, IMPORTED_ROWS.c.row_id).where(
        IMPORTED_ROWS.c.batch_id == batch_id, IMPORTED_ROWS.c.before == ""
    )
    found: dict[str, set[int]] = {}
    for name, key in session.execute(asked):
        found.setdefault(name, set()).add(key)
    return found


def _sets(session: Session, batch_id: int) -> Iterator[tuple[str, list[Any]]]:
    """Provenance rows of the batch in sets, each of one table."""
    names = session.scalars(
        select(IMPORTED_ROWS.c.table_name).where(IMPORTED_ROWS.c.batch_id == batch_id).distinct()
    ).all()
    for name in names:
        last = 0
        while True:
            found = session.execute(
                select(IMPORTED_ROWS)
                .where(
                    IMPORTED_ROWS.c.batch_id == batch_id,
                    IMPORTED_ROWS.c.table_name == name,
                    IMPORTED_ROWS.c.id > last,
                )
                .order_by(IMPORTED_ROWS.c.id)
                .limit(SET)
            ).all()
            if not found:
                break
            last = found[-1].id
            yield name, list(found)


def _refuse_changed(session: Session, batch_id: int) -> None:
    """Lock every row and require that it still has the values the batch wrote."""
    for name, marks in _sets(session, batch_id):
        table = TABLES[name]
        wanted = [mark.row_id for mark in marks]
        columns = [table.c[one] for one in ("id", *names_of(name))]
        rows = session.execute(
            select(*columns).where(table.c.id.in_(wanted)).order_by(table.c.id).with_for_update()
        )
        now = {row[0]: row_digest(row[1:]) for row in rows}
        changed = sum(now.get(mark.row_id) != mark.after for mark in marks)
        if changed:
            raise InUse(f"不能撤销：导入之后，{TITLES.get(name, name)}有 {changed} 条已经改动或删除")


def _refuse_referenced(session: Session, made: Keys) -> None:
    """Require that no row outside the batch refers to a row inserted by it."""
    for child, column, parent in foreign_references():
        keys = made.get(parent.name)
        if not keys:
            continue
        own = made.get(child.name, set())
        itself = child.c.id if "id" in child.c else null()
        asked = select(itself, column).where(column.between(min(keys), max(keys)))
        others = sum(key in keys and id_ not in own for id_, key in session.execute(asked))
        if others:
            raise InUse(
                f"不能撤销：这一批的{TITLES.get(parent.name, parent.name)}已有 {others} 条"
                f"{TITLES.get(child.name, '其他记录')}与之相关"
            )


def foreign_references() -> Iterator[tuple[Table, Any, Table]]:
    """Every column that refers to a row by its id: table, column, referenced table."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.name == "id":
                yield table, key.parent, key.column.table


def _restore(session: Session, batch_id: int) -> None:
    """Restore the previous values of updated rows."""
    asked = select(IMPORTED_ROWS).where(IMPORTED_ROWS.c.batch_id == batch_id, IMPORTED_ROWS.c.before != "")
    for mark in session.execute(asked).all():
        table = TABLES[mark.table_name]
        session.execute(update(table).where(table.c.id == mark.row_id).values(**json.loads(mark.before)))


def _remove(session: Session, made: Keys) -> None:
    for table in reversed(Base.metadata.sorted_tables):
        keys = sorted(made.get(table.name, ()))
        for begin in range(0, len(keys), SET):
            session.execute(delete(table).where(table.c.id.in_(keys[begin : begin + SET])))


def may_revert(batch: ImportBatch) -> bool:
    """True when a revert may be tried."""
    return batch.state == "done" and bool(batch.made or batch.updated)
