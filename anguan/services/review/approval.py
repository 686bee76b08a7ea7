"""Applies a decision in one transaction: writes the register, moves the request, notifies."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import APPROVE, DECIDED, PASS, REJECT, RETURN, Verb
from anguan.core.matter import Matter
from anguan.domain.calendar import days_left, end_of_correction, format_deadline, load_calendar
from anguan.domain.masking import is_picture, mask
from anguan.domain.policies import policies_of
from anguan.domain.register_fields import REGISTER_FIELDS, StatusField
from anguan.domain.review_permissions import waiting_for
from anguan.infra.events import SYSTEM, Actor
from anguan.infra.files import Storage
from anguan.infra.notices import send_notice
from anguan.infra.transaction import transaction
from anguan.models import STAFF, Account, ChangeRequest, Decision
from anguan.services.photos.id_photos import clear_used_photo
from anguan.services.refusals import Refused, StaleRequest
from anguan.services.requests.submissions import carry_attachments, release_locks
from anguan.services.review.damaged_files import DamagedFiles, check_files, record_damage, require_intact
from anguan.services.review.new_editions import queue_new_editions
from anguan.services.review.person_verification import verify
from anguan.services.review.register_changes import (
    compare_with_register,
    lock_records,
    require_final_rules,
    write_changes,
)
from anguan.services.review.review_view import dossier_of, round_items
from anguan.services.transitions import lock_request, transition
from anguan.services.words import describe_decision, format_opinion


def take_effect(session: Session, storage: Storage, request_id: int) -> None:
    """Apply the decision of a request once `effective_at` has passed; a second run changes nothing.

    Run by the worker. A decision that is no longer valid, and an approval whose files cannot be read, is
    undone and the request waits for review again.
    """
    files = check_files(session, storage, request_id)
    try:
        with transaction(session):
            request = lock_request(session, request_id)
            decision = standing_decision(session, request)
            if request.state != DECIDED or decision is None or decision.effective_at > clock.now():
                return
            if decision.verdict in (APPROVE, PASS):
                require_intact(session, request, files)
            apply_decision(session, request, decision, SYSTEM)
    except (StaleRequest, Refused) as changed:
        with transaction(session):
            request = lock_request(session, request_id)
            if isinstance(changed, DamagedFiles):
                record_damage(session, request, changed, SYSTEM)
            refuse_effect(session, request, SYSTEM, changed.sentence)


def refuse_effect(session: Session, request: ChangeRequest, actor: Actor, sentence: str) -> None:
    """Undo a decision that has not taken effect, if there is one; inside the caller's transaction."""
    if request.state != DECIDED:
        return
    decision = standing_decision(session, request)
    said = f"决定未能生效：{sentence}"
    if decision is not None:
        decision.undone_at = clock.now()
        said = f"{said}。{decision.actor_name}的决定已撤回：{describe_decision(decision)}"
    transition(session, request, Verb.REFUSE_EFFECT, actor, said, visible_to="office")


def standing_decision(session: Session, request: ChangeRequest) -> Decision | None:
    """The decision of this round and step that was not undone, or None."""
    return session.scalar(
        select(Decision)
        .where(
            Decision.request_id == request.id,
            Decision.round == request.round,
            Decision.step == request.step,
            Decision.undone_at.is_(None),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )


def apply_decision(session: Session, request: ChangeRequest, decision: Decision, actor: Actor) -> None:
    """Carry out a decision inside the caller's transaction and queue every new edition for rendering.

    Raises StaleRequest when the register has changed, Refused when the decision cannot take effect.
    """
    with queue_new_editions(request):
        _carry_out(session, request, decision, actor)


def _carry_out(session: Session, request: ChangeRequest, decision: Decision, actor: Actor) -> None:
    dossier = dossier_of(session, request)
    matter = dossier.matter
    now = clock.now()
    if decision.verdict == APPROVE:
        items = round_items(request)
        records = lock_records(session, dossier, items)
        compare_with_register(session, dossier, items)
        require_final_rules(session, request, dossier)
        done = write_changes(session, request, dossier, items, records)
        text = "；".join([matter.approved_text, *done]).strip("；")
        transition(
            session,
            request,
            Verb.TAKE_EFFECT,
            actor,
            f"{matter.title}审核通过",
            verdict=APPROVE,
            notice=f"{matter.title}已通过",
            body=text,
        )
        verify(session, request, actor)
        clear_used_photo(session, request)
        _notify_holder(session, request, matter, text)
        release_locks(session, request, actor)
    elif decision.verdict == REJECT:
        transition(
            session,
            request,
            Verb.TAKE_EFFECT,
            actor,
            f"{matter.title}审批不通过",
            verdict=REJECT,
            notice=f"{matter.title}审批不通过",
            body=f"原因：{decision.opinion}",
        )
        release_locks(session, request, actor)
    elif decision.verdict == RETURN:
        lines = "\n".join(f"{remark.label}：{remark.sentence}" for remark in decision.remarks)
        until = end_of_correction(now, policies_of(session, request).correction_days)
        transition(
            session,
            request,
            Verb.TAKE_EFFECT,
            actor,
            f"{matter.title}退回补正",
            verdict=RETURN,
            paused_days=request.due_at
            and days_left(load_calendar(session), request.due_at, decision.decided_at),
            correction_due_at=until,
            notice=f"{matter.title}需要补正",
            body=f"{format_opinion(decision)}\n{lines}\n请在{format_deadline(until)}改好交回。",
        )
        carry_attachments(session, request)
    else:
        _pass_on(session, request, matter, actor)


def _notify_holder(session: Session, request: ChangeRequest, matter: Matter, text: str) -> None:
    """Notify the holder of what the office changed about them, and why."""
    if request.filer.role not in STAFF or request.person_id is None:
        return
    holder = session.scalar(select(Account.id).where(Account.person_id == request.person_id))
    if holder is not None:
        changed = [item for item in round_items(request) if item.changed and not item.mirror_of]
        lines = [
            f"{item.label}：{mask(item.path, item.after or '', item.after_text)}"
            for item in changed
            if not is_picture(item.path)
        ]
        status = next(
            (item.after_text for item in changed if isinstance(REGISTER_FIELDS.get(item.path), StatusField)),
            "",
        )
        title = f"证书{status}通知" if status else f"{matter.title}通知"
        send_notice(session, holder, title, "\n".join([text, *lines]), request=None)


def _pass_on(session: Session, request: ChangeRequest, matter: Matter, actor: Actor) -> None:
    following = matter.steps[request.step + 1]
    transition(
        session,
        request,
        Verb.TAKE_EFFECT,
        actor,
        f"{matter.steps[request.step].title}通过，转{following.title}",
        verdict=PASS,
        notice=f"{matter.title}{matter.steps[request.step].title}通过",
        body=f"下一步：{following.title}。",
        step=request.step + 1,
        **waiting_for(matter, request.step + 1),
        last_reviewer_id=None,
    )
