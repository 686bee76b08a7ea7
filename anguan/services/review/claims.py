"""领取: a reviewer claims a request for a limited time; others see the holder and the end of the claim."""

from collections.abc import Collection
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import ColumnElement, Select, case, delete, exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import SUBMITTED
from anguan.domain.policies import load_policies
from anguan.domain.review_permissions import can_review, explain_refusal, is_reviewable_by, is_waiting
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import Account, ChangeRequest, Claim
from anguan.services.codes import Refusal
from anguan.services.refusals import NotFound, Refused
from anguan.services.transitions import lock_request

LONGEST_SNOOZE = timedelta(days=30)
CANDIDATES = 20
"""Number of requests tried before the queue counts as taken by others."""


def claim_of(session: Session, request_id: int) -> Claim | None:
    """The running claim of a request; None when it is free."""
    return session.scalar(running_claims((request_id,)))


def running_claims(request_ids: Collection[int]) -> Select[Claim]:
    """Query for the running claims of these requests, read again."""
    running = select(Claim).where(Claim.request_id.in_(request_ids), Claim.until > clock.now())
    return running.execution_options(populate_existing=True)


def is_claimed() -> ColumnElement[bool]:
    """SQL condition for running and snoozed claims, due reminders included."""
    return or_(Claim.until > clock.now(), Claim.remind_at.is_not(None))


def next_in_order(session: Session, account: Account, after: tuple[datetime, int] | None = None) -> list[int]:
    """IDs of the requests to take next: transferred to this reviewer, 补正 of their own, reminded, due.

    `after` is the position (due, id) to continue from; after the end the order starts again at the beginning.
    At most CANDIDATES are returned.
    """
    held = exists().where(
        Claim.request_id == ChangeRequest.id,
        Claim.until > clock.now(),
        or_(Claim.account_id != account.id, Claim.remind_at.is_not(None)),
    )
    query = select(ChangeRequest.id).where(*is_waiting(), is_reviewable_by(account), ~held)
    transferred = exists().where(
        Claim.request_id == ChangeRequest.id,
        Claim.account_id == account.id,
        Claim.transferred_by_id.is_not(None),
        Claim.until > clock.now(),
    )
    own = case((ChangeRequest.last_reviewer_id == account.id, 0), else_=1)
    reminded = case((ChangeRequest.reminded_at.is_not(None), 0), else_=1)
    if after is not None:
        due, id = after
        beyond = case(
            (ChangeRequest.due_at > due, 0),
            ((ChangeRequest.due_at == due) & (ChangeRequest.id > id), 0),
            else_=1,
        )
        query = query.where(ChangeRequest.id != id).order_by(beyond)
    else:
        query = query.order_by(case((transferred, 0), else_=1), own, reminded)
    return list(session.scalars(query.order_by(ChangeRequest.due_at, ChangeRequest.id).limit(CANDIDATES)))


def claim(session: Session, account: Account, request_id: int) -> Claim:
    """领取: claim the request or extend the claim. Raises NotFound, Refused while somebody else holds it."""
    account_id = account.id
    with transaction(session):
        account = session.get_one(Account, account_id, populate_existing=True)
        request = lock_waiting(session, account, request_id)
        now, until = clock.now(), _lease(session)
        row = session.scalar(
            select(Claim).where(Claim.request_id == request_id).execution_options(populate_existing=True)
        )
        if row is None:
            row = Claim(request_id=request_id, account_id=account_id, taken_at=now, until=until)
            session.add(row)
            record_event(session, "claim", "领取", actor_of(account), request=request)
        elif row.account_id == account_id and row.transferred_by_id is not None and row.until > now:
            row.until = max(row.until, until)
        elif row.account_id == account_id:
            _reset_claim(row, account_id, row.taken_at, until)
        elif row.until > now:
            raise Refused(Refusal.HELD, holder=format_holder(row))
        else:
            record_event(
                session,
                "take_over",
                f"接管（{row.account.name}的领取已到期）",
                actor_of(account),
                request=request,
            )
            _reset_claim(row, account_id, now, until)
        try:
            session.flush()
        except IntegrityError:
            raise Refused(Refusal.JUST_CLAIMED) from None
    session.refresh(row)
    return row


def lock_waiting(session: Session, account: Account, request_id: int) -> ChangeRequest:
    """Lock a request that waits for this reviewer. Raises NotFound or Refused when it does not."""
    request = lock_request(session, request_id)
    require_reviewer(session, account, request)
    if request.state != SUBMITTED:
        raise Refused(Refusal.NOT_WAITING)
    return request


def require_reviewer(session: Session, account: Account, request: ChangeRequest) -> None:
    """Raises NotFound for what this reviewer may not see, Refused for what waits for somebody else."""
    if not can_review(session, account, request):
        sentence = explain_refusal(session, account, request)
        raise (
            Refused(Refusal.NOT_FOR_REVIEWER, sentence=sentence) if sentence else NotFound(Refusal.NO_REQUEST)
        )


def claim_next(
    session: Session, account: Account, after: tuple[datetime, int] | None = None
) -> ChangeRequest | None:
    """开始审核: claim the next request in order; None when nothing waits for this reviewer."""
    for request_id in next_in_order(session, account, after):
        try:
            claim(session, account, request_id)
        except (Refused, NotFound):
            continue  # somebody was quicker
        return session.get_one(ChangeRequest, request_id)
    return None


def heartbeat(session: Session, account: Account, request_id: int) -> datetime | None:
    """Extend the claim while the page is open; returns its new end, None when the claim is lost."""
    with transaction(session):
        row = session.scalar(
            select(Claim)
            .where(Claim.request_id == request_id, Claim.account_id == account.id)
            .with_for_update(of=Claim)
            .execution_options(populate_existing=True)
        )
        if row is None or row.until <= clock.now():
            return None
        if row.remind_at is None:
            row.until = max(row.until, _lease(session))
        return row.until


def release(session: Session, account: Account, request_id: int) -> None:
    """放回队列: give the request back to the queue."""
    account_id, actor = account.id, actor_of(account)
    with transaction(session):
        mine = delete(Claim).where(Claim.request_id == request_id, Claim.account_id == account_id)
        if session.execute(mine.returning(Claim.id)).first() is not None:
            request = session.get_one(ChangeRequest, request_id)
            record_event(session, "release", "放回队列", actor, request=request)


def snooze(session: Session, account: Account, request_id: int, until: datetime, note: str = "") -> None:
    """暂缓: hold the request until `until`, at most 30 days ahead. Raises NotFound, Refused."""
    now = clock.now()
    if not now < until <= now + LONGEST_SNOOZE:
        raise Refused(Refusal.SNOOZE_TOO_LONG, days=LONGEST_SNOOZE.days)
    row = claim(session, account, request_id)
    with transaction(session):
        row = session.get_one(Claim, row.id, populate_existing=True)
        row.until = row.remind_at = until
        row.note, row.transferred_by_id = note.strip()[:100], None
        sentence = f"暂缓到 {clock.beijing(until):%Y-%m-%d %H:%M}{format_note(row)}"
        request = session.get_one(ChangeRequest, request_id)
        record_event(session, "snooze", sentence, actor_of(account), request=request)


def restore_claim(session: Session, account: Account, request: ChangeRequest) -> None:
    """Claim the request again after an undone decision; inside the caller's transaction."""
    clear_claim(session, request.id)
    session.add(
        Claim(request_id=request.id, account_id=account.id, taken_at=clock.now(), until=_lease(session))
    )


def clear_claim(session: Session, request_id: int) -> None:
    """Delete the claim of a request; inside the caller's transaction."""
    session.execute(delete(Claim).where(Claim.request_id == request_id))


def format_holder(row: Claim) -> str:
    """Format who holds the request, and until when."""
    if row.remind_at is not None:
        return f"{row.account.name}已暂缓这件申请，到 {clock.beijing(row.until):%m月%d日 %H:%M}"
    if row.transferred_by_id is not None:
        return f"这件申请已转给{row.account.name}，到 {clock.beijing(row.until):%m月%d日 %H:%M}"
    return f"{row.account.name}正在审核这件申请，还保留 {minutes_left(row)} 分钟"


def format_note(row: Claim) -> str:
    """Format the note of a claim as a suffix of a sentence; '' without a note."""
    return f"：{row.note}" if row.note else ""


def minutes_left(row: Claim) -> int:
    """Minutes until the claim ends, rounded up, at least 1."""
    return max(1, ceil((row.until - clock.now()).total_seconds() / 60))


def _reset_claim(row: Claim, account_id: int, taken_at: datetime, until: datetime) -> None:
    """Reset the row to an ordinary claim."""
    row.account_id, row.taken_at, row.until = account_id, taken_at, until
    row.remind_at, row.note, row.transferred_by_id = None, "", None


def _lease(session: Session) -> datetime:
    """End of a claim without a heartbeat."""
    return clock.now() + timedelta(minutes=load_policies(session).claim_minutes)
