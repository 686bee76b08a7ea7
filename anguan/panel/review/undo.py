"""撤回: undo a decision that is not in effect yet, with a message about the result."""

from flask import flash

from anguan.extensions import db
from anguan.panel.common.guard import current_account
from anguan.services.refusals import NotFound, Refused, StaleRequest
from anguan.services.review import decisions


def undo_decision(id: int, number: str | None, then: str = "申请回到待审队列。") -> None:
    """Undo the decision on this request; `then` is the second half of the success message."""
    try:
        decisions.undo(db.session, current_account(), id)
    except (Refused, StaleRequest, NotFound) as refused:
        flash(f"{number}：{refused.sentence}。", "warn")
    else:
        flash(f"{number} 的决定已撤回，{then}", "ok")
