"""The lifecycle of a request: states, verbs, verdicts and the table of transitions."""

from enum import StrEnum
from typing import Final


class State(StrEnum):
    """State of a request."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    DECIDED = "decided"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Verb(StrEnum):
    """Transition of a request from one state to another."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    REVISE = "revise"
    DECIDE = "decide"
    UNDO = "undo"
    TAKE_EFFECT = "take_effect"
    REFUSE_EFFECT = "refuse_effect"
    LAPSE = "lapse"


class Verdict(StrEnum):
    """Verdict of a reviewer; PASS sends the request to the next step."""

    PASS = "pass"  # noqa: S105 (a verdict)
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"


DRAFT: Final = State.DRAFT
SUBMITTED: Final = State.SUBMITTED
DECIDED: Final = State.DECIDED
RETURNED: Final = State.RETURNED
APPROVED: Final = State.APPROVED
REJECTED: Final = State.REJECTED
WITHDRAWN: Final = State.WITHDRAWN
LAPSED: Final = State.LAPSED

STATES: Final = tuple(State)
OPEN: Final = (SUBMITTED, DECIDED, RETURNED)

PASS: Final = Verdict.PASS
APPROVE: Final = Verdict.APPROVE
REJECT: Final = Verdict.REJECT
RETURN: Final = Verdict.RETURN
VERDICTS: Final = tuple(Verdict)

TRANSITIONS: Final[dict[tuple[str, str], tuple[State, ...]]] = {
    (DRAFT, Verb.SUBMIT): (SUBMITTED,),
    (SUBMITTED, Verb.WITHDRAW): (WITHDRAWN,),
    (SUBMITTED, Verb.REVISE): (DRAFT,),
    (SUBMITTED, Verb.DECIDE): (DECIDED,),
    (DECIDED, Verb.UNDO): (SUBMITTED,),
    (DECIDED, Verb.TAKE_EFFECT): (SUBMITTED, APPROVED, REJECTED, RETURNED),
    (DECIDED, Verb.REFUSE_EFFECT): (SUBMITTED,),
    (RETURNED, Verb.SUBMIT): (SUBMITTED,),
    (RETURNED, Verb.WITHDRAW): (WITHDRAWN,),
    (WITHDRAWN, Verb.REVISE): (DRAFT,),
    (REJECTED, Verb.REVISE): (DRAFT,),
    (DRAFT, Verb.LAPSE): (LAPSED,),
    (RETURNED, Verb.LAPSE): (LAPSED,),
}

VERBS: Final = tuple(Verb)
STATE_AFTER_VERDICT: Final[dict[str, State]] = {
    PASS: SUBMITTED,
    APPROVE: APPROVED,
    REJECT: REJECTED,
    RETURN: RETURNED,
}


class TransitionNotAllowed(ValueError):
    """The verb is not allowed in this state."""


def is_allowed(state: str, verb: Verb) -> bool:
    """True when the verb is allowed in this state."""
    return (state, verb) in TRANSITIONS


def destination(state: str, verb: Verb, verdict: str | None = None) -> State:
    """The state after the verb; `verdict` selects it for take_effect. Raises TransitionNotAllowed."""
    targets = TRANSITIONS.get((state, verb))
    if targets is None:
        raise TransitionNotAllowed(f"{verb} is not open in state {state}")
    if verb == Verb.TAKE_EFFECT:
        return STATE_AFTER_VERDICT[verdict or ""]
    return targets[0]
