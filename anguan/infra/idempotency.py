"""Idempotency keys: a repeated POST of the same form returns the first answer."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.models import IdempotencyKey


class KeyReused(ValueError):
    """An idempotency key was sent again with different content."""


def body_digest(parts: Iterable[tuple[str, str]]) -> str:
    """SHA-256 of the form fields, independent of their order."""
    text = "\x1e".join(f"{name}\x1f{value}" for name, value in sorted(parts))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def stored_answer(session: Session, account_id: int, key: str, digest: str) -> str | None:
    """The answer given before to this form, or None; KeyReused when the content differs."""
    row = session.scalar(
        select(IdempotencyKey).where(IdempotencyKey.account_id == account_id, IdempotencyKey.key == key[:64])
    )
    if row is None:
        return None
    if row.body_digest != digest:
        raise KeyReused("这一页已经用别的内容提交过，请刷新后再办")
    return row.answer


def store_answer(session: Session, account_id: int, key: str, digest: str, text: str) -> None:
    """Store the answer; call within the transaction of the action."""
    session.add(
        IdempotencyKey(account_id=account_id, key=key[:64], body_digest=digest, answer=text, at=clock.now())
    )
