"""Rounds of a request: snapshot and locks at submission, attachments carried over, locks released."""

from datetime import timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.fault_injection import crash_point
from anguan.core.lifecycle import RETURNED, Verb
from anguan.domain.calendar import promised_until
from anguan.domain.employment import review_unit
from anguan.domain.numbers import request_number
from anguan.domain.policies import freeze_policies
from anguan.domain.requests import locks_needed
from anguan.domain.review_permissions import waiting_for
from anguan.infra.events import Actor, actor_of
from anguan.models import Account, Attachment, ChangeItem, ChangeRequest, Lock
from anguan.services.codes import Refusal
from anguan.services.expiry import lapse_if_expired
from anguan.services.refusals import Refused
from anguan.services.requests.drafts import Draft
from anguan.services.transitions import transition


def snapshot(session: Session, account: Account, request: ChangeRequest, draft: Draft) -> None:
    """Write the field changes of the round, lock the records they will change, and submit the request.

    Raises Refused when another open request holds a lock, or when the state does not allow it.
    """
    now = clock.now()
    policy = draft.dossier.policies
    number = request.number or request_number(session, draft.matter.prefix, clock.today().year)
    round_ = request.round + 1
    items = [{"request_id": request.id, "round": round_, **cell.stored} for cell in draft.changes]
    if items:
        session.execute(insert(ChangeItem).execution_options(render_nulls=True), items)
        session.expire(request, ["items"])
    take_locks(session, request, locks_needed(draft.dossier))
    crash_point("after_locks")
    unit = review_unit(draft.dossier)
    returned = request.state == RETURNED
    step = request.step if returned else 0
    transition(
        session,
        request,
        Verb.SUBMIT,
        actor_of(account),
        f"第 {round_} 次提交",
        notice=f"{draft.matter.title}已提交，待审核",
        body=f"受理编号 {number}。审核有结果时会在这里告诉您。",
        number=number,
        round=round_,
        definition=draft.matter.version if not request.round else request.definition,
        frozen_policies=request.frozen_policies if request.round else freeze_policies(policy),
        step=step,
        **waiting_for(draft.matter, step),
        region=unit.region if unit else None,
        applicant_name=draft.dossier.person.name if draft.dossier.person else request.applicant_name,
        submitted_at=now,
        ready_at=now + timedelta(minutes=policy.edit_minutes),
        due_at=promised_until(session, request, draft.matter, now),
        paused_days=None,
        correction_due_at=None,
        reminded_at=None,
    )


def take_locks(session: Session, request: ChangeRequest, keys: list[str]) -> None:
    """Lock every record the request will change. Raises Refused when another open request holds one."""
    held = set()
    if request.round:  # a request that was never submitted holds no lock
        held = set(session.scalars(select(Lock.key).where(Lock.request_id == request.id)))
    if gone := sorted(held - set(keys)):
        session.execute(delete(Lock).where(Lock.key.in_(gone)))
    wanted = [{"key": key, "request_id": request.id} for key in keys if key not in held]
    if not wanted:
        return
    try:
        with session.begin_nested():
            session.execute(insert(Lock), wanted)
    except IntegrityError:
        raise Refused(Refusal.OTHER_OPEN_REQUEST) from None


def release_locks(session: Session, request: ChangeRequest, actor: Actor) -> None:
    """Release the locks of a closed request, and lapse a certificate that only the request kept alive."""
    session.execute(delete(Lock).where(Lock.request_id == request.id))
    lapse_if_expired(session, request.certificate, actor)


def carry_attachments(session: Session, request: ChangeRequest) -> None:
    """Copy the attachments of the last round to the coming one, by reference."""
    coming = request.round + 1
    if any(row.round == coming for row in request.attachments):
        return
    for row in [row for row in request.attachments if row.round == request.round]:
        session.add(
            Attachment(
                request_id=request.id,
                round=coming,
                material=row.material,
                file_id=row.file_id,
                position=row.position,
                turn=row.turn,
                original_name=row.original_name,
                added_at=row.added_at,
            )
        )
    session.flush()
    session.expire(request, ["attachments"])
