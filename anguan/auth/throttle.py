"""Throttles as rows: an attempt is counted before a secret is checked, and given back on success.

Counts survive restarts and are shared by all processes. Each call ends before the request's own transaction
begins, because a second writer on SQLite would wait for the first in vain.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, or_, select, update
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.infra.upsert import insert_into
from anguan.models import Throttle

QUARTER = timedelta(minutes=15)
DAY = timedelta(days=1)
"""The longest quiet time; the daily job removes rows that are older (`worker.daily.THROTTLES_AFTER`)."""


@dataclass(frozen=True)
class RateLimit:
    """At most `most` attempts per `window`; the last one blocks for another window."""

    name: str
    most: int
    window: timedelta = QUARTER

    def take(self, session: Session, key: str) -> datetime | None:
        """One statement, so that of concurrent attempts only `most` pass; None, or when it ends."""
        now = clock.now()
        closes = now + self.window
        over = Throttle.until <= now
        statement = (
            insert_into(session, Throttle)
            .values(bucket=key, taken=1, until=closes)
            .on_conflict_do_update(
                index_elements=[Throttle.bucket],
                set_={
                    # An empty bucket is not refilled by hammering at it, nor closed for longer.
                    "taken": case(
                        (over, 1), (Throttle.taken > self.most, Throttle.taken), else_=Throttle.taken + 1
                    ),
                    "until": case(
                        (over, closes), (Throttle.taken + 1 == self.most, closes), else_=Throttle.until
                    ),
                },
            )
            .returning(Throttle.taken, Throttle.until)
        )
        taken, until = session.execute(statement).one()
        return until if taken > self.most else None


@dataclass(frozen=True)
class GrowingDelay:
    """After attempt n the next one has to wait `waits[n - 1]`, later ones the last of them.

    Counting starts anew when nothing was tried for `quiet` after the last wait. `announced` refuses the
    first attempt too, which only starts its wait.
    """

    name: str
    waits: tuple[timedelta, ...]
    quiet: timedelta = QUARTER
    announced: bool = False

    def take(self, session: Session, key: str) -> datetime | None:
        """One statement, so that concurrent attempts take turns; None, or when the next turn is."""
        now = clock.now()
        forgotten = Throttle.until <= now - self.quiet
        nth = [(Throttle.taken == n, now + wait) for n, wait in enumerate(self.waits[1:], 1)]
        statement = (
            insert_into(session, Throttle)
            .values(bucket=key, taken=1, until=now + self.waits[0])
            .on_conflict_do_update(
                index_elements=[Throttle.bucket],
                set_={
                    "taken": case((forgotten, 1), else_=Throttle.taken + 1),
                    "until": case(
                        (forgotten, now + self.waits[0]),
                        (Throttle.taken < 1, now + self.waits[0]),
                        *nth,
                        else_=now + self.waits[-1],
                    ),
                },
                # Where nothing is counted nothing waits, even after the clock was set back.
                where=or_(Throttle.until <= now, Throttle.taken < 1),
            )
            .returning(Throttle.taken)
        )
        turn = session.scalar(statement)
        if turn is not None and not (self.announced and turn == 1):
            return None
        return session.scalars(select(Throttle.until).where(Throttle.bucket == key)).one()


Buckets = tuple[tuple[RateLimit | GrowingDelay, str], ...]
"""Each limit with its key: a hashed login, a network, both, or nothing."""


@dataclass(frozen=True)
class Attempt:
    """Result of counting an attempt: where it was counted, which limit refused it, and until when."""

    counted: Buckets = ()
    refused: str = ""
    until: datetime | None = None

    @property
    def allowed(self) -> bool:
        """True when no limit was exhausted."""
        return not self.refused

    @property
    def seconds(self) -> int:
        """Seconds to wait, at least one."""
        left = (self.until - clock.now()).total_seconds() if self.until else 0
        return max(1, -int(-left // 1))

    @property
    def wait(self) -> str:
        """How long to wait, in words: 20 秒, or minutes rounded up."""
        return f"{self.seconds} 秒" if self.seconds < 60 else f"{-(-self.seconds // 60)} 分钟"


def take_attempt(session: Session, buckets: Buckets) -> Attempt:
    """Count one attempt in each bucket up to the first exhausted one, committed at once.

    Who is refused for an account uses up no limit of the network. Callers name buckets in one order, so that
    concurrent attempts do not wait for each other in a circle.
    """
    with transaction(session, own=True) as own:
        for at, (limit, what) in enumerate(buckets):
            if until := limit.take(own, _key(limit, what)):
                return Attempt(buckets[:at], limit.name, until)
    return Attempt(buckets)


def return_attempt(session: Session, attempt: Attempt, wholly: tuple[str, ...] = ()) -> None:
    """Give back a successful attempt; limits named in `wholly` are reset."""
    with transaction(session, own=True) as own:
        for limit, what in attempt.counted:
            row = Throttle.bucket == _key(limit, what)
            if limit.name in wholly:
                own.execute(delete(Throttle).where(row))
            else:
                # Nobody else could take the attempt that a growing delay allowed, so its wait ends now.
                values = {"until": clock.now()} if isinstance(limit, GrowingDelay) else {}
                own.execute(
                    update(Throttle).where(row, Throttle.taken > 0).values(taken=Throttle.taken - 1, **values)
                )


def clear_attempts(session: Session, limit: RateLimit | GrowingDelay, what: str) -> None:
    """Reset one bucket within the caller's transaction."""
    session.execute(delete(Throttle).where(Throttle.bucket == _key(limit, what)))


def _key(limit: RateLimit | GrowingDelay, what: str) -> str:
    return f"{limit.name}:{what}"[:100]
