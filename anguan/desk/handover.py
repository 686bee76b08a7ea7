"""转办: a request goes to the desk of a named colleague, who finds it first there until the next evening."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from anguan.desk.claims import claim_of, drop, require_hearing, say_holder
from anguan.desk.move import hold
from anguan.desk.refusals import Refused
from anguan.grammar import clock
from anguan.grammar.lifecycle import SUBMITTED
from anguan.ledger.events import actor_of, record
from anguan.ledger.transaction import transaction
from anguan.models import Account, ChangeRequest, Claim
from anguan.records.calendar import calendar
from anguan.records.hearings import REVIEWERS, may_hear

EVENING = time(18)


@dataclass(frozen=True)
class Colleague:
    """Somebody who may take the request over, and how many lie on his desk now."""

    account: Account
    held: int


def colleagues(session: Session, account: Account, request: ChangeRequest) -> list[Colleague]:
    """All for whom the request may wait, but this reviewer; those with the emptier desk first."""
    staff = session.scalars(select(Account).where(Account.role.in_(REVIEWERS), Account.id != account.id))
    fit = [one for one in staff if may_hear(session, one, request)]
    held = _held(session, fit)
    known = [Colleague(one, held.get(one.id, 0)) for one in fit]
    return sorted(known, key=lambda one: (one.held, one.account.name, one.account.id))


def hand_over(
    session: Session, account: Account, request_id: int, to_id: int | None, note: str = ""
) -> Claim:
    """Put the request on a colleague's desk until the evening of the next working day.

    Its holder may, anybody while it is free, and a senior reviewer always.
    """
    account_id = account.id
    with transaction(session):
        account = session.get_one(Account, account_id, populate_existing=True)
        request = hold(session, request_id)
        require_hearing(session, account, request)
        if request.state != SUBMITTED:
            raise Refused("这件申请现在不在等待审核")
        row = claim_of(session, request_id)
        if row is not None and row.account_id != account_id and account.role != "senior_reviewer":
            raise Refused(say_holder(row))
        to = session.get(Account, to_id, populate_existing=True) if to_id is not None else None
        if to is None or to.id == account_id:
            raise Refused("请选择转给谁")
        if not may_hear(session, to, request):
            raise Refused(f"{to.name}不能审核这件申请，请另选一人")
        drop(session, request_id)
        made = Claim(
            request_id=request_id,
            account_id=to.id,
            taken_at=clock.now(),
            until=next_evening(session),
            note=note.strip()[:100],
            handed_by_id=account_id,
        )
        session.add(made)
        why = f"：{made.note}" if made.note else ""
        record(session, "hand_over", f"转给{to.name}办理{why}", actor_of(account), request=request)
    session.refresh(made)
    return made


def next_evening(session: Session) -> datetime:
    """The next working day, six o'clock: until then the colleague has it for himself."""
    today = clock.beijing(clock.now()).date()
    return datetime.combine(calendar(session).add(today, 1), EVENING, clock.BEIJING)


def _held(session: Session, accounts: Sequence[Account]) -> dict[int, int]:
    rows = session.execute(
        select(Claim.account_id, func.count())
        .where(
            Claim.account_id.in_([one.id for one in accounts]),
            or_(Claim.until > clock.now(), Claim.remind_at.is_not(None)),
        )
        .group_by(Claim.account_id)
    )
    return dict(rows.all())
