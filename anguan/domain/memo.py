"""Cache of settings per transaction: policies, calendar, dictionaries, overlays of matters."""

import weakref
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar, cast

from sqlalchemy.orm import Session, SessionTransaction, scoped_session

KEY, OFF = "anguan_memo", "anguan_memo_off"
Read = TypeVar("Read")


@dataclass
class _Memo:
    """The cached values of one transaction and savepoint."""

    transaction: weakref.ref[SessionTransaction]
    savepoint: weakref.ref[SessionTransaction] | None
    values: dict[Hashable, object] = field(default_factory=dict)


def read_once(session: Session, key: Hashable, read: Callable[[], Read]) -> Read:
    """The result of `read`, which is called once per key within a transaction of the session.

    A commit, a rollback, and the begin or end of a savepoint clear the cache; within `reading_anew`
    nothing is cached.
    """
    if OFF in _plain(session).info:
        return read()
    values = _values(session)
    if values is None or key not in values:
        found = read()
        # The first statement begins the transaction: only now is there one to attach the cache to.
        values = _begin(session)
        values[key] = found
        return found
    return cast(Read, values[key])


@contextmanager
def reading_anew(session: Session) -> Iterator[None]:
    """Disable the cache while settings are written, so that each read sees the preceding write."""
    info = _plain(session).info
    info.pop(KEY, None)
    info[OFF] = True
    try:
        yield
    finally:
        del info[OFF]


def _values(session: Session) -> dict[Hashable, object] | None:
    plain = _plain(session)
    memo = cast(_Memo | None, plain.info.get(KEY))
    transaction = plain.get_transaction()
    if memo is None or transaction is None or memo.transaction() is not transaction:
        return None
    savepoint = plain.get_nested_transaction()
    if (memo.savepoint and memo.savepoint()) is not savepoint:
        return None
    return memo.values


def _begin(session: Session) -> dict[Hashable, object]:
    values = _values(session)
    if values is not None:
        return values
    plain = _plain(session)
    transaction, savepoint = plain.get_transaction(), plain.get_nested_transaction()
    if transaction is None:
        return {}
    memo = _Memo(weakref.ref(transaction), weakref.ref(savepoint) if savepoint else None)
    plain.info[KEY] = memo
    return memo.values


def _plain(session: Session) -> Session:
    """The session behind a scoped one."""
    return session() if isinstance(session, scoped_session) else session
