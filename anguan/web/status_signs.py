"""Icon and colour of a status (templates/macros/status.html)."""

from collections.abc import Mapping
from enum import StrEnum

from anguan.core.lifecycle import State, Verdict
from anguan.services.codes import StatusCode


class Sign(StrEnum):
    """An icon and a colour."""

    PLAIN = "plain"
    DRAFT = "draft"
    UNSENT = "unsent"
    CAUTION = "caution"
    WAITING = "waiting"
    REVIEWING = "reviewing"
    RETURNED = "returned"
    GOOD = "good"
    BAD = "bad"
    ENDED = "ended"
    PRODUCING = "producing"
    EXPIRING = "expiring"
    PAUSED = "paused"


STATES: Mapping[str, Sign] = {
    State.DRAFT: Sign.DRAFT,
    State.SUBMITTED: Sign.WAITING,
    State.DECIDED: Sign.PLAIN,
    State.RETURNED: Sign.RETURNED,
    State.APPROVED: Sign.GOOD,
    State.REJECTED: Sign.BAD,
    State.WITHDRAWN: Sign.ENDED,
    State.LAPSED: Sign.ENDED,
}
"""Signs of a request's state, for the office."""

VERDICTS: Mapping[str, Sign] = {
    Verdict.PASS: Sign.GOOD,
    Verdict.APPROVE: Sign.GOOD,
    Verdict.REJECT: Sign.BAD,
    Verdict.RETURN: Sign.RETURNED,
}

STATUSES: Mapping[StatusCode, Sign] = {
    StatusCode.NONE: Sign.PLAIN,
    StatusCode.UNSUBMITTED: Sign.UNSENT,
    StatusCode.WAITING: Sign.WAITING,
    StatusCode.REVIEWING: Sign.REVIEWING,
    StatusCode.RETURNED: Sign.RETURNED,
    StatusCode.REJECTED: Sign.BAD,
    StatusCode.APPROVED: Sign.GOOD,
    StatusCode.PRODUCING: Sign.PRODUCING,
    StatusCode.WITHDRAWN: Sign.ENDED,
    StatusCode.DISCARDED: Sign.PLAIN,
    StatusCode.VALID: Sign.GOOD,
    StatusCode.EXPIRING: Sign.EXPIRING,
    StatusCode.RENEWAL_PENDING: Sign.PLAIN,
    StatusCode.EXPIRED: Sign.BAD,
    StatusCode.SUSPENDED: Sign.PAUSED,
    StatusCode.ANNULLED: Sign.ENDED,
    StatusCode.CANCELLED: Sign.ENDED,
    StatusCode.MOVED_OUT: Sign.PLAIN,
    StatusCode.REVOKED: Sign.BAD,
    StatusCode.SUPERSEDED: Sign.ENDED,
    StatusCode.READY: Sign.GOOD,
    StatusCode.NO_EDITION: Sign.PLAIN,
}
"""Signs of a status, for the holder."""


def sign_of_state(state: str) -> Sign:
    """The sign of a request's state."""
    return STATES[state]


def sign_of_verdict(verdict: str) -> Sign:
    """The sign of a reviewer's decision."""
    return VERDICTS[verdict]


def sign_of_status(code: StatusCode) -> Sign:
    """The sign of a status."""
    return STATUSES[code]
