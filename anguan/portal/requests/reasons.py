"""Why a request was sent back or refused, for as long as the holder has not answered by submitting again."""

from dataclasses import dataclass
from datetime import datetime

from anguan.core.lifecycle import REJECT
from anguan.models import ChangeRequest, Decision
from anguan.services.requests.status import unanswered_decision


@dataclass(frozen=True)
class StandingReason:
    """A decision that the holder has not answered: its title, day, and each reason with its label."""

    title: str
    at: datetime
    lines: tuple[tuple[str, str], ...]


def reason_lines(decision: Decision | None) -> tuple[tuple[str, str], ...]:
    """Label and sentence of each reason of a decision: its opinion, then its remarks."""
    if decision is None:
        return ()
    remarks = tuple((remark.label, remark.sentence) for remark in decision.remarks)
    opinion = (("审核意见" if remarks else "原因", decision.opinion),) if decision.opinion else ()
    return opinion + remarks


def standing_reason(row: ChangeRequest) -> StandingReason | None:
    """The reason that stays on top of the form and of the pages about a request until it is answered."""
    decision = unanswered_decision(row)
    if decision is None:
        return None
    title = "上次审批不通过" if decision.verdict == REJECT else "上次退回补正"
    return StandingReason(title, decision.effective_at, reason_lines(decision))
