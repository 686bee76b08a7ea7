"""Throttles as rows: an attempt is counted before a secret is checked, and given back on success.

Counts survive restarts and are shared by all processes. Each call ends before the request's own transaction
begins, because a second writer on SQLite would wait for the first in vain.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import Throttle

QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class RateLimit:
    """At most `most` attempts per `window`; the last one blocks for another window."""

    name: str
    most: int
    window: timedelta = QUARTER


@dataclass(frozen=True)
class Attempt:
    """Result of counting an attempt: exhausted limits, limits it used up, and until when they block."""

    names: frozenset[str]
    spent: frozenset[str] = frozenset()
    until: datetime | None = None

    @property
    def allowed(self) -> bool:
        """True when no limit was exhausted."""
        return not self.names

    @property
    def minutes(self) -> int:
        """Minutes to wait, rounded up, at least one."""
        left = (self.until - clock.now()).total_seconds() if self.until else 0
        return max(1, -int(-left // 60))


Buckets = list[tuple[RateLimit, str]]
"""Each limit with its key: a hashed login, a network, both, or nothing."""


def take_attempt(session: Session, buckets: Buckets) -> Attempt:
    """Count one attempt in every bucket, committed at once; tells which limits were already exhausted."""
    empty: dict[str, datetime] = {}
    spent = set()
    with transaction(session, own=True) as own:
        for limit, what in sorted(buckets, key=lambda bucket: _key(*bucket)):
            taken, until = _take_one(own, limit, _key(limit, what))
            if taken > limit.most:
                empty[limit.name] = until
            elif taken == limit.most:
                spent.add(limit.name)
    return Attempt(frozenset(empty), frozenset(spent), max(empty.values()) if empty else None)


def return_attempt(session: Session, buckets: Buckets, wholly: tuple[str, ...] = ()) -> None:
    """Give back a successful attempt; limits named in `wholly` are reset."""
    with transaction(session, own=True) as own:
        for limit, what in sorted(buckets, key=lambda bucket: _key(*bucket)):
            row = Throttle.bucket == _key(limit, what)
            if limit.name in wholly:
                own.execute(delete(Throttle).where(row))
            else:
                own.execute(update(Throttle).where(row, Throttle.taken > 0).values(taken=Throttle.taken - 1))


def clear_attempts(session: Session, limit: RateLimit, what: str) -> None:
    """Reset one bucket within the caller's transaction."""
    session.execute(delete(Throttle).where(Throttle.bucket == _key(limit, what)))


def _key(limit: RateLimit, what: str) -> str:
    return f"{limit.name}:{what}"[:100]


def _take_one(session: Session, limit: RateLimit, key: str) -> tuple[int, datetime]:
    """One statement, so that of concurrent attempts only `most` pass."""
    now = clock.now()
    closes = now + limit.window
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    over = Throttle.until <= now
    statement = (
        insert(Throttle)
        .values(bucket=key, taken=1, until=closes)
        .on_conflict_do_update(
            index_elements=[Throttle.bucket],
            set_={
                # An empty bucket is not refilled by hammering at it, nor closed for longer.
                "taken": case(
                    (over, 1), (Throttle.taken > limit.most, Throttle.taken), else_=Throttle.taken + 1
                ),
                "until": case(
                    (over, closes), (Throttle.taken + 1 == limit.most, closes), else_=Throttle.until
                ),
            },
        )
        .returning(Throttle.taken, Throttle.until)
    )
    taken, until = session.execute(statement).one()
    return taken, until
