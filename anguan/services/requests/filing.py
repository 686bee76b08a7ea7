"""Filing by the applicant or the office: save, submit, withdraw, revise, discard."""

from collections.abc import Callable, Collection, Mapping

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.fault_injection import crash_point
from anguan.core.lifecycle import DRAFT, RETURNED, SUBMITTED, Verb
from anguan.infra import idempotency
from anguan.infra.events import actor_of
from anguan.infra.transaction import transaction
from anguan.models import (
    Account,
    Certificate,
    CertificateStatus,
    ChangeRequest,
)
from anguan.models.base import key_of
from anguan.services.codes import Refusal
from anguan.services.edit_conflicts import Saw, fields_to_keep, saw_all
from anguan.services.photos.id_photos import acknowledge_filed, attach_waiting_photo
from anguan.services.refusals import FormError, InvalidSubmission, NotFound, Refused
from anguan.services.requests.corrections import answers_of, write_answers
from anguan.services.requests.draft_writes import write_values
from anguan.services.requests.drafts import (
    ALTERNATIVE_PREFIX,
    Draft,
    definition,
    read_draft,
    reopened,
)
from anguan.services.requests.submissions import carry_attachments, release_locks, snapshot
from anguan.services.review.claims import clear_claim
from anguan.services.rule_failures import record_failures
from anguan.services.transitions import lock_request, transition


def own_request(session: Session, account: Account, request_id: int) -> ChangeRequest:
    """The request, if this account filed it. Raises NotFound."""
    filer_id = key_of(account)
    found = session.scalar(
        select(ChangeRequest).where(ChangeRequest.id == request_id, ChangeRequest.filer_id == filer_id)
    )
    if found is None:
        raise NotFound(Refusal.NO_REQUEST)
    return found


def lock_own_request(session: Session, account: Account, request_id: int) -> ChangeRequest:
    """The request, locked and read again, if this account filed it. Raises NotFound."""
    return lock_request(session, request_id, ChangeRequest.filer_id == key_of(account))


def save(
    session: Session,
    account: Account,
    request_id: int,
    typed: Mapping[str, str],
    saw: Saw = saw_all,
    theirs: Collection[str] = (),
) -> None:
    """Store the typed values as typed, even if wrong. After a return only flagged items are stored.

    A sensitive field sent empty keeps its value: forms show it masked, with an empty input. Raises NotFound,
    Refused, EditConflict as in `fields_to_keep`.
    """
    with transaction(session):
        write_typed(session, lock_working(session, account, request_id), typed, saw, theirs)


def write_typed(
    session: Session,
    request: ChangeRequest,
    typed: Mapping[str, str],
    saw: Saw = saw_all,
    theirs: Collection[str] = (),
) -> None:
    """Write what may be changed now; call it inside a transaction, with the request locked."""
    matter = definition(session, request)
    wanted = {field.path for field in matter.asked if reopened(request, matter, f"field:{field.path}")}
    wanted |= {
        f"{ALTERNATIVE_PREFIX}{material.code}"
        for material in matter.materials
        if material.alternatives and reopened(request, matter, f"paper:{material.code}")
    }
    masked = {field.path for field in matter.asked if field.resolved.sensitive}
    written = {
        name: value
        for name, value in typed.items()
        if name in wanted and (value.strip() or name not in masked)
    }
    answers = answers_of(request)
    written |= {name: value for name, value in typed.items() if name in answers}
    now = {value.name: value.typed for value in request.values} | answers
    kept = fields_to_keep(now, written, saw, theirs)
    fresh = {name: value for name, value in written.items() if name not in kept}
    write_values(request, {name: value for name, value in fresh.items() if name not in answers})
    write_answers(request, fresh)
    request.changed_at = clock.now()


def lock_working(session: Session, account: Account, request_id: int) -> ChangeRequest:
    """The request, locked, while its filer works on it. Raises NotFound, Refused."""
    request = lock_own_request(session, account, request_id)
    if request.state not in (DRAFT, RETURNED):
        raise Refused(Refusal.NOT_EDITABLE)
    return request


def submit(
    session: Session,
    account: Account,
    request_id: int,
    promised: bool,
    key: str = "",
    digest: str = "",
    check: Callable[[Draft], None] | None = None,
) -> ChangeRequest:
    """Check everything, take the snapshot of the round, and submit it.

    The same form (`key`) sent again gets the same answer. `check` gets the draft that would be submitted and
    may raise to prevent it. Raises InvalidSubmission with all errors at once, NotFound, Refused.
    """
    account_id = key_of(account)
    with transaction(session):
        request = lock_own_request(session, account, request_id)
        draft = None
        if request.state in (DRAFT, RETURNED):
            _lock_certificate(session, request)
            draft = read_draft(session, request)
            if check is not None:
                check(draft)
        if key and idempotency.claim_key(session, account_id, key, digest, str(request.id)) is not None:
            return request
        if draft is None:
            raise Refused(Refusal.ALREADY_SUBMITTED)
        faults = list(draft.faults)
        if not promised:
            faults.append(FormError("promise", "请勾选承诺后再提交"))
        if faults:
            raise InvalidSubmission(faults)
        snapshot(session, request.filer, request, draft)
        record_failures(session, request, draft.findings)
        acknowledge_filed(session, request)
    crash_point("before_answer")
    return request


def _lock_certificate(session: Session, request: ChangeRequest) -> None:
    """Serialise with the daily expiry: a certificate whose renewal was filed in time never lapses."""
    if request.certificate_id is not None:
        session.get_one(
            Certificate,
            request.certificate_id,
            with_for_update={"of": Certificate},
            populate_existing=True,
        )


def withdraw(session: Session, account: Account, request_id: int) -> None:
    """撤销申请: possible until decided, claimed or not (操作手册 四). Raises NotFound, Refused."""
    with transaction(session):
        request = lock_own_request(session, account, request_id)
        actor = actor_of(request.filer)
        title = definition(session, request).title
        transition(session, request, Verb.WITHDRAW, actor, f"撤销{title}", notice=f"{title}已撤销")
        clear_claim(session, request.id)
        release_locks(session, request, actor)


def revise(session: Session, account: Account, request_id: int) -> None:
    """重新补充信息: back to a draft with the same number. Raises NotFound, Refused."""
    with transaction(session):
        request = lock_own_request(session, account, request_id)
        certificate = request.certificate
        if (
            request.state == SUBMITTED
            and certificate is not None
            and certificate.status == CertificateStatus.VALID
            and certificate.valid_until < clock.today()
        ):
            raise Refused(Refusal.WOULD_LAPSE)
        actor = actor_of(request.filer)
        title = definition(session, request).title
        try:
            with session.begin_nested():
                transition(
                    session,
                    request,
                    Verb.REVISE,
                    actor,
                    "取回申请，补充信息",
                    notice=f"{title}已取回修改",
                )
        except IntegrityError:
            raise Refused(Refusal.OTHER_DRAFT) from None
        carry_attachments(session, request)
        attach_waiting_photo(session, request.filer, request)
        clear_claim(session, request.id)
        release_locks(session, request, actor)


def discard(session: Session, account: Account, request_id: int) -> None:
    """Discard a draft; one that was submitted before is void with its number. Raises NotFound, Refused."""
    with transaction(session):
        request = lock_own_request(session, account, request_id)
        if request.state != DRAFT:
            raise Refused(Refusal.NO_DRAFT)
        actor = actor_of(request.filer)
        title = definition(session, request).title
        sentence, notice, body = f"删除{title}草稿", f"{title}草稿已删除", ""
        if request.number:
            sentence, notice = f"作废{title} {request.number}", f"{title}已作废"
            body = f"受理编号 {request.number} 不再使用。需要办理的，请重新申请。"
        transition(session, request, Verb.LAPSE, actor, sentence, notice=notice, body=body)
