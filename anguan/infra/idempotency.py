"""Idempotency keys: a repeated POST of the same form returns the first answer."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.infra.upsert import insert_into
from anguan.models import IdempotencyKey


class KeyReused(ValueError):
    """An idempotency key was sent again with different content."""


def body_digest(parts: Iterable[tuple[str, str]]) -> str:
    """SHA-256 of the form fields, independent of their order."""
    text = "\x1e".join(f"{name}\x1f{value}" for name, value in sorted(parts))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def claim_key(session: Session, account_id: int, key: str, digest: str, answer: str) -> str | None:
    """Claim a key for this form; call within the transaction of the action.

    Returns None the first time, which stores the answer, and later the answer that was stored. Raises
    KeyReused when the content differs.
    """
    key = key[:64]
    claimed = session.scalar(
        insert_into(session, IdempotencyKey)
        .values(account_id=account_id, key=key, body_digest=digest, answer=answer, at=clock.now())
        .on_conflict_do_nothing(index_elements=[IdempotencyKey.account_id, IdempotencyKey.key])
        .returning(IdempotencyKey.id)
    )
    if claimed is not None:
        return None
    row = session.scalars(
        select(IdempotencyKey).where(IdempotencyKey.account_id == account_id, IdempotencyKey.key == key)
    ).one()
    if row.body_digest != digest:
        raise KeyReused("这一页已经用别的内容提交过，请刷新后再办")
    return row.answer
