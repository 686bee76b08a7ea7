"""Write transactions; the only module that commits."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from anguan.core.fault_injection import crash_point
from anguan.infra.engine import WRITES


class Busy(RuntimeError):
    """Another transaction holds a required lock; the user may retry."""


@contextmanager
def transaction(session: Session, own: bool = False) -> Iterator[Session]:
    """Write transaction: commits at the end of the block, rolls back on an exception.

    A read transaction begun before is rolled back, so that the writer sees current data. With `own` the
    block runs on its own connection and must end before the caller's transaction begins (throttles).
    Raises Busy when a lock is not available in time, RuntimeError when the session has unflushed changes.
    """
    if own:
        with Session(session.get_bind(), expire_on_commit=False) as other, transaction(other):
            yield other
        return
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("unwritten changes outside a transaction")
    session.rollback()
    try:
        session.connection(execution_options={WRITES: True})
        yield session
        session.flush()
        crash_point("before_commit")
        session.commit()
        crash_point("after_commit")
    except OperationalError as error:
        session.rollback()
        if _is_busy(error):
            raise Busy("此刻有别人正在办理同一件事，请稍后再试") from error
        raise
    except BaseException:
        session.rollback()
        raise


def _is_busy(error: OperationalError) -> bool:
    words = str(error.orig)
    return "locked" in words or "lock timeout" in words or "deadlock" in words
