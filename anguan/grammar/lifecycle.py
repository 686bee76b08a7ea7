"""The lifecycle of a request, whole: one dict. A round is one submission."""

from typing import Final

DRAFT: Final = "draft"
SUBMITTED: Final = "submitted"
DECIDED: Final = "decided"
RETURNED: Final = "returned"
APPROVED: Final = "approved"
REJECTED: Final = "rejected"
WITHDRAWN: Final = "withdrawn"
LAPSED: Final = "lapsed"

STATES: Final = (DRAFT, SUBMITTED, DECIDED, RETURNED, APPROVED, REJECTED, WITHDRAWN, LAPSED)
OPEN: Final = (SUBMITTED, DECIDED, RETURNED)

PASS: Final = "pass"  # noqa: S105 (a verdict)
APPROVE: Final = "approve"
REJECT: Final = "reject"
RETURN: Final = "return"
VERDICTS: Final = (PASS, APPROVE, REJECT, RETURN)

MOVES: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    (DRAFT, "submit"): (SUBMITTED,),
    (SUBMITTED, "withdraw"): (WITHDRAWN,),
    (SUBMITTED, "revise"): (DRAFT,),
    (SUBMITTED, "decide"): (DECIDED,),
    (DECIDED, "undo"): (SUBMITTED,),
    (DECIDED, "take_effect"): (SUBMITTED, APPROVED, REJECTED, RETURNED),
    (DECIDED, "refuse_effect"): (SUBMITTED,),
    (RETURNED, "submit"): (SUBMITTED,),
    (RETURNED, "withdraw"): (WITHDRAWN,),
    (WITHDRAWN, "revise"): (DRAFT,),
    (REJECTED, "revise"): (DRAFT,),
    (DRAFT, "lapse"): (LAPSED,),
    (RETURNED, "lapse"): (LAPSED,),
}

VERBS: Final = tuple(dict.fromkeys(verb for _, verb in MOVES))
EFFECT: Final = {PASS: SUBMITTED, APPROVE: APPROVED, REJECT: REJECTED, RETURN: RETURNED}


class NotAMove(ValueError):
    """The verb is not open in this state."""


def may(state: str, verb: str) -> bool:
    """Is the verb open in this state?"""
    return (state, verb) in MOVES


def destination(state: str, verb: str, verdict: str | None = None) -> str:
    """Where the verb leads; `verdict` chooses for take_effect."""
    open_to = MOVES.get((state, verb))
    if open_to is None:
        raise NotAMove(f"{verb} is not open in state {state}")
    if verb == "take_effect":
        return EFFECT[verdict or ""]
    return open_to[0]
