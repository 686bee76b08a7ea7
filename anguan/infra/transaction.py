"""The only place that commits."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from anguan.core.fault_injection import crash_point
from anguan.infra.engine import WRITES


class Busy(RuntimeError):
    """Somebody else holds what we need; try again in a moment."""


@contextmanager
def transaction(session: Session, own: bool = False) -> Iterator[Session]:
    """Everything inside is written together or not at all.

    Reads made before are given up, so that the writer sees what stands now. With `own` the work runs
    on a connection of its own and must end before the caller's transaction begins (throttles).
    Raises Busy when a lock cannot be had in time.
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
