"""转办: transfers a request to a named colleague, who holds it until the evening of the next working day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.domain.calendar import next_day_at
from anguan.domain.review_permissions import REVIEWERS, can_review
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import Account, ChangeRequest, Claim
from anguan.services.codes import Refusal
from anguan.services.refusals import Refused
from anguan.services.review.claims import (
    claim_of,
    clear_claim,
    format_holder,
    format_note,
    is_claimed,
    lock_waiting,
)

END_OF_DAY = time(18)
"""Time of the next working day (Beijing) at which the colleague's claim ends."""


@dataclass(frozen=True)
class Colleague:
    """A possible receiver of the request, and the number of requests they hold now."""

    account: Account
    held: int


def colleagues(session: Session, account: Account, request: ChangeRequest) -> list[Colleague]:
    """All other reviewers who may review the request, those with the fewest claims first."""
    staff = session.scalars(select(Account).where(Account.role.in_(REVIEWERS), Account.id != account.id))
    fit = [one for one in staff if can_review(session, one, request)]
    held = _held(session, fit)
    known = [Colleague(one, held.get(one.id, 0)) for one in fit]
    return sorted(known, key=lambda one: (one.held, one.account.name, one.account.id))


def may_transfer(account_id: int, role: str, row: Claim | None) -> bool:
    """The holder may, anybody while it is free, and a senior reviewer always."""
    return row is None or row.account_id == account_id or role == "senior_reviewer"


def transfer(session: Session, account: Account, request_id: int, to_id: int | None, note: str = "") -> Claim:
    """Transfer the request to a colleague until the evening of the next working day.

    Raises NotFound or Refused when the account may not transfer it or the colleague may not review it.
    """
    account_id = account.id
    with transaction(session):
        account = session.get_one(Account, account_id, populate_existing=True)
        request = lock_waiting(session, account, request_id)
        row = claim_of(session, request_id)
        allowed = may_transfer(account.id, account.role, row)
        if row is not None and not allowed:
            raise Refused(Refusal.HELD, holder=format_holder(row))
        to = session.get(Account, to_id, populate_existing=True) if to_id is not None else None
        if to is None or to.id == account_id:
            raise Refused(Refusal.NO_RECEIVER)
        if not can_review(session, to, request):
            raise Refused(Refusal.RECEIVER_MAY_NOT, name=to.name)
        clear_claim(session, request_id)
        made = Claim(
            request_id=request_id,
            account_id=to.id,
            taken_at=clock.now(),
            until=next_day_at(session, END_OF_DAY),
            note=note.strip()[:100],
            transferred_by_id=account_id,
        )
        session.add(made)
        sentence = f"转给{to.name}办理{format_note(made)}"
        record_event(session, "transfer", sentence, actor_of(account), request=request)
    session.refresh(made)
    return made


def _held(session: Session, accounts: Sequence[Account]) -> dict[int, int]:
    rows = session.execute(
        select(Claim.account_id, func.count())
        .where(Claim.account_id.in_([one.id for one in accounts]), is_claimed())
        .group_by(Claim.account_id)
    )
    return dict(rows.all())
