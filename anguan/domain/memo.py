"""Cache of settings: policies, calendar, dictionaries, matters in force. Kept as long as nothing is changed.

A transaction reads the stamp of the settings once. While it is the one that this process knows, the values
read earlier are used again; nothing of them may be modified.
"""

import weakref
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar, cast

from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction, scoped_session

from anguan.models import SettingsStamp
from anguan.models.settings_stamp import WATCHED

KEY, OFF = "anguan_memo", "anguan_memo_off"
MOST = 2000
"""Values kept per database; they are dropped when there are more, as those of old requests add up."""
Read = TypeVar("Read")
Values = dict[Hashable, object]


@dataclass
class _Memo:
    """The cached values of one transaction and savepoint."""

    transaction: weakref.ref[SessionTransaction]
    savepoint: weakref.ref[SessionTransaction] | None
    values: Values


@dataclass(frozen=True)
class _Shared:
    """The values that all transactions use under a stamp."""

    stamp: str
    values: Values


_shared: weakref.WeakKeyDictionary[Engine | Connection, _Shared] = weakref.WeakKeyDictionary()


def read_once(session: Session, key: Hashable, read: Callable[[], Read]) -> Read:
    """The result of `read`, which is called once per key until a setting changes.

    A transaction sees a change of its own, and one committed before it began; within `reading_anew` nothing
    is cached.
    """
    if OFF in _plain(session).info:
        return read()
    values = _values(session)
    if values is None:
        values = _begin(session)
    if key not in values:
        values[key] = read()
    return cast(Read, values[key])


def begin_with(session: Session, stamp: str | None) -> None:
    """Use the values of this stamp, which another statement of this transaction has read along."""
    if OFF not in _plain(session).info and _values(session) is None:
        _keep(session, stamp)


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


def _values(session: Session) -> Values | None:
    plain = _plain(session)
    memo = cast(_Memo | None, plain.info.get(KEY))
    transaction = plain.get_transaction()
    if memo is None or transaction is None or memo.transaction() is not transaction:
        return None
    savepoint = plain.get_nested_transaction()
    if (memo.savepoint and memo.savepoint()) is not savepoint:
        return None
    return memo.values


def _begin(session: Session) -> Values:
    # The first statement begins the transaction: only then is there one to attach the values to.
    return _keep(session, _plain(session).scalar(select(SettingsStamp.value)))


def _keep(session: Session, stamp: str | None) -> Values:
    plain = _plain(session)
    values = _current(plain, stamp)
    transaction, savepoint = plain.get_transaction(), plain.get_nested_transaction()
    if transaction is not None:
        memo = _Memo(weakref.ref(transaction), weakref.ref(savepoint) if savepoint else None, values)
        plain.info[KEY] = memo
    return values


def _current(session: Session, stamp: str | None) -> Values:
    """The values known under this stamp; values of the transaction's own where there is none."""
    if stamp is None:
        return {}
    database = session.get_bind()
    known = _shared.get(database)
    if known is None or known.stamp != stamp or len(known.values) > MOST:
        known = _shared[database] = _Shared(stamp, {})
    return known.values


@event.listens_for(Session, "after_flush")
def _forget(session: Session, flushed: UOWTransaction) -> None:
    """A transaction that wrote settings reads the stamp again, which is one of its own from now on."""
    changed = (*session.new, *session.dirty, *session.deleted)
    if KEY in session.info and any(row.__tablename__ in WATCHED for row in changed):
        del session.info[KEY]


def _plain(session: Session) -> Session:
    """The session behind a scoped one."""
    return session() if isinstance(session, scoped_session) else session
