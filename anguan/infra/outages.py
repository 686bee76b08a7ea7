"""Reports a database that does not answer: one line in the log, at most one every `EVERY` seconds."""

import logging
from threading import Lock
from time import monotonic

from sqlalchemy.exc import DBAPIError

EVERY = 30.0
"""Seconds between two lines of one process."""
LONGEST = 300
_SERVER_STATES = ("08", "57P", "53300")
"""Beginnings of the SQLSTATE of a PostgreSQL server that is away, shuts down or takes no more connections."""
_log = logging.getLogger("anguan.database")


class OutageLog:
    """Counts the failures between two lines."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = -EVERY
        self._left_out = 0

    def report(self, error: BaseException) -> None:
        """Log the reason in one line, or count it until the next line is due."""
        with self._lock:
            now = monotonic()
            if now - self._last < EVERY:
                self._left_out += 1
                return
            self._last, left_out, self._left_out = now, self._left_out, 0
        _log.error(
            "the database does not answer: %s (%d more since the last line)", reason_of(error), left_out
        )


def is_outage(error: BaseException) -> bool:
    """True when no connection could be made, or the connection was lost: no fault of the statement."""
    if not isinstance(error, DBAPIError):
        return False
    state = str(getattr(error.orig, "sqlstate", "") or "")
    return error.connection_invalidated or error.statement is None or state.startswith(_SERVER_STATES)


def reason_of(error: BaseException) -> str:
    """What the driver says, in one line; it contains no password."""
    said = str(getattr(error, "orig", None) or error)
    return " ".join(said.split())[:LONGEST]


report_outage = OutageLog().report
