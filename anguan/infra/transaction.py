"""Write transactions; the only module that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from time import monotonic

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, scoped_session

from anguan.core.fault_injection import crash_point
from anguan.infra.engine import LOCK_TIMEOUT_MS, LOCK_WAIT

WAITING = 4
"""Most threads of a process that wait for the one writer of SQLite: half of those that serve pages."""
_STALLED = 0.5
"""Seconds without a new writer after which a thread no longer waits for its turn to wait."""
_turns = BoundedSemaphore(WAITING)
_begun = 0
"""Writers of this process so far, to see whether the others get on."""

BUSY = "现在办理的人较多，这次没有办成"


class Busy(RuntimeError):
    """Another transaction holds a required lock; the user may retry."""


@contextmanager
def transaction(
    session: Session, own: bool = False, wait_ms: int | None = None, keep: bool = False
) -> Iterator[Session]:
    """Write transaction: commits at the end of the block, rolls back on an exception.

    A read transaction begun before is rolled back, so that the writer sees current data. With `own` the
    block runs on its own connection and must end before the caller's transaction begins (throttles).
    `wait_ms` bounds the wait for a lock, by default as in `LOCK_TIMEOUT_MS`; 0 is for notes that may be lost.
    With `keep` the loaded rows are not read again after the commit, until the next transaction.
    Raises Busy when a lock is not available in time, RuntimeError when the session has unflushed changes.
    """
    if own:
        with (
            Session(session.get_bind(), expire_on_commit=False) as other,
            transaction(other, wait_ms=wait_ms),
        ):
            yield other
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("unwritten changes outside a transaction")
    session.rollback()
    try:
        _begin(session, wait_ms)
        yield session
        session.flush()
        crash_point("before_commit")
        _commit(session, keep)
        crash_point("after_commit")
    except OperationalError as error:
        session.rollback()
        if _is_busy(error):
            raise Busy(BUSY) from error
        raise
    except BaseException:
        session.rollback()
        raise


def _commit(session: Session, keep: bool) -> None:
    plain = session() if isinstance(session, scoped_session) else session
    usual = plain.expire_on_commit
    plain.expire_on_commit = usual and not keep
    try:
        plain.commit()
    finally:
        plain.expire_on_commit = usual


def _begin(session: Session, wait_ms: int | None) -> None:
    """Begin the write transaction. On SQLite few threads wait for it, so that the others serve readers."""
    dialect = session.get_bind().dialect.name
    wait = LOCK_TIMEOUT_MS[dialect] if wait_ms is None else wait_ms
    options = {LOCK_WAIT: wait}
    if dialect != "sqlite":
        session.connection(execution_options=options)
        return
    global _begun
    _take_turn(wait / 1000)
    try:
        session.connection(execution_options=options)
        _begun += 1
    finally:
        _turns.release()


def _take_turn(seconds: float) -> None:
    """Wait at most so long while other threads get on. Raises Busy when they do not."""
    until = monotonic() + seconds
    while True:
        before, left = _begun, max(0.0, until - monotonic())
        if _turns.acquire(timeout=min(_STALLED, left)):
            return
        if _begun == before or monotonic() >= until:
            raise Busy(BUSY)


def _is_busy(error: OperationalError) -> bool:
    words = str(error.orig)
    return "locked" in words or "lock timeout" in words or "deadlock" in words
