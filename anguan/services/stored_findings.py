"""Findings of submitted requests as stored for lists: counts by outcome, judged again when a mark says so.

Nothing is decided on them: the review page, a batch and the decision run the rules themselves.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Select, bindparam, exists, insert, literal, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, joinedload, selectinload

from anguan.core import clock
from anguan.core.check_result import CheckResult, Outcome
from anguan.core.fault_injection import crash_point
from anguan.core.lifecycle import SUBMITTED
from anguan.infra.transaction import Busy, transaction
from anguan.models import ChangeRequest, Person, StaleFindings
from anguan.services.marks import delete_marks
from anguan.services.review.review_view import ReviewView, dossier_of, run_checks

AT_ONCE = 20
"""Requests that are judged before their counts are written."""
_LOADED = (
    joinedload(ChangeRequest.certificate),
    joinedload(ChangeRequest.person).selectinload(Person.employments),
    selectinload(ChangeRequest.items),
    selectinload(ChangeRequest.attachments),
    selectinload(ChangeRequest.values),
)
_log = logging.getLogger("anguan.worker")


@dataclass(frozen=True)
class CheckCounts:
    """Findings of one request by outcome. What the system cannot tell counts as a doubt, like a warning: a
    person must look."""

    passed_checks: int
    doubtful_checks: int
    failed_checks: int

    @classmethod
    def of(cls, findings: Iterable[CheckResult]) -> "CheckCounts":
        """Count findings."""
        outcomes = [finding.outcome for finding in findings]
        failed, passed = outcomes.count(Outcome.BLOCK), outcomes.count(Outcome.PASS)
        return cls(passed, len(outcomes) - failed - passed, failed)

    @property
    def is_green(self) -> bool:
        """True when every check passed."""
        return not self.doubtful_checks and not self.failed_checks


def stored_counts(request: ChangeRequest) -> CheckCounts | None:
    """The stored counts; None while the request waits to be judged."""
    if request.is_green is None:
        return None
    return CheckCounts(request.passed_checks, request.doubtful_checks, request.failed_checks)


def refresh_findings(session: Session, at_most: int = 5 * AT_ONCE) -> int:
    """Judge marked requests again, the longest waiting first; returns how many were looked at.

    A kill leaves the marks, which are deleted together with the writing of the counts.
    """
    looked_at = 0
    while looked_at < at_most:
        marks = _read_marks(session)
        if not marks:
            break
        _store(session, marks, _judge(session, list(marks)))
        looked_at += len(marks)
    session.rollback()
    return looked_at


def mark_submitted(session: Session) -> None:
    """Mark every submitted request, for a new day; inside the caller's transaction."""
    waiting = select(ChangeRequest.id).where(ChangeRequest.state == SUBMITTED)
    _mark(session, waiting.order_by(ChangeRequest.due_at, ChangeRequest.id))


def mark_if_different(session: Session, review: ReviewView) -> None:
    """Mark a request whose stored counts differ from what its page has just judged; never waits."""
    request, stored = review.request, stored_counts(review.request)
    if request.state != SUBMITTED or stored is None or stored == CheckCounts.of(review.findings):
        return
    marked = exists().where(StaleFindings.request_id == request.id)
    try:
        with transaction(session, own=True, wait_ms=0) as other:
            _mark(other, select(literal(request.id)).where(~marked))
    except Busy:
        _log.info("request %s is judged again with the next change", request.id)


def _mark(session: Session, ids: Select[int]) -> None:
    session.execute(insert(StaleFindings).from_select(["request_id"], ids))


def _read_marks(session: Session) -> Mapping[int, list[int]]:
    """The marks of the next `AT_ONCE` requests, by request."""
    session.rollback()
    first = select(StaleFindings.request_id).order_by(StaleFindings.id).limit(AT_ONCE)
    next_ones = set(session.scalars(first))
    found: dict[int, list[int]] = defaultdict(list)
    rows = select(StaleFindings.request_id, StaleFindings.id).where(StaleFindings.request_id.in_(next_ones))
    for request_id, mark in session.execute(rows):
        found[request_id].append(mark)
    return found


def _judge(session: Session, ids: Sequence[int]) -> list[dict[str, object]]:
    """The rows to write for those that are still submitted."""
    waiting = select(ChangeRequest).where(ChangeRequest.id.in_(ids), ChangeRequest.state == SUBMITTED)
    rows = []
    for request in session.scalars(waiting.options(*_LOADED)):
        counts = _count(session, request)
        kept = asdict(counts) | {"is_green": counts.is_green, "judged_at": clock.now()}
        rows.append(kept | {"key": request.id, "seen": request.version})
    return rows


def _count(session: Session, request: ChangeRequest) -> CheckCounts:
    try:
        return CheckCounts.of(run_checks(dossier_of(session, request)))
    except DBAPIError:
        raise
    except Exception:  # one that cannot be judged must not hold up the others: a person looks at it
        _log.exception("request %s cannot be judged", request.id)
        return CheckCounts(0, 1, 0)


def _store(session: Session, marks: Mapping[int, list[int]], rows: list[dict[str, object]]) -> None:
    """Write the counts and delete their marks, unless somebody else did so meanwhile."""
    seen = {mark for each in marks.values() for mark in each}
    table = ChangeRequest.__table__
    with transaction(session):
        if not delete_marks(session, StaleFindings, seen):
            session.rollback()
            return
        if rows:
            session.connection().execute(
                update(ChangeRequest)
                .where(
                    table.c.id == bindparam("key"),
                    table.c.version == bindparam("seen"),
                    table.c.state == SUBMITTED,
                )
                .values({name: bindparam(name) for name in rows[0] if name not in ("key", "seen")}),
                rows,
            )
        crash_point("findings_written")
