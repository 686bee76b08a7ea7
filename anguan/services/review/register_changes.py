"""Compares a request with the register, refreshes its *before* values, and writes its changes."""

from collections.abc import Iterable

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.check_result import Outcome
from anguan.core.fault_injection import crash_point
from anguan.core.lifecycle import SUBMITTED
from anguan.domain.approval_context import ApprovalContext
from anguan.domain.dossier import Dossier
from anguan.domain.editions import latest_edition, make_edition, reprint
from anguan.domain.policies import load_policies
from anguan.domain.register_fields import Record, register_field
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import LIVE, Account, Certificate, ChangeItem, ChangeRequest, Person
from anguan.services.codes import Refusal
from anguan.services.refusals import Refused, StaleRequest
from anguan.services.review.claims import require_reviewer
from anguan.services.review.review_view import current_value, dossier_of, round_items, run_checks
from anguan.services.rule_failures import record_failures
from anguan.services.transitions import lock_request


def lock_records(
    session: Session, dossier: Dossier, items: Iterable[ChangeItem]
) -> dict[tuple[str, int], Record]:
    """Lock the person, then the certificates in id order, and read their present values."""
    locked: dict[tuple[str, int], Record] = {}
    if dossier.person is not None:
        person = session.get_one(
            Person, dossier.person.id, with_for_update={"of": Person}, populate_existing=True
        )
        locked[("person", person.id)] = person
    numbers = {item.certificate_id for item in items if item.certificate_id is not None}
    if dossier.certificate is not None:
        numbers.add(dossier.certificate.id)
    for number in sorted(numbers):
        locked[("certificate", number)] = session.get_one(
            Certificate, number, with_for_update={"of": Certificate}, populate_existing=True
        )
    return locked


def compare_with_register(session: Session, dossier: Dossier, items: Iterable[ChangeItem]) -> None:
    """Raises StaleRequest when a *before* is no longer the value in the register."""
    for item in items:
        if current_value(session, dossier, item) != item.before:
            raise StaleRequest(Refusal.ITEM_DRIFTED, label=item.label)


def require_final_rules(session: Session, request: ChangeRequest, dossier: Dossier) -> None:
    """Run the final rules (no override) once more on the locked rows. Raises Refused."""
    findings = run_checks(dossier)
    record_failures(session, request, findings)
    found = [finding for finding in findings if finding.final and finding.outcome == Outcome.BLOCK]
    if found:
        raise Refused(Refusal.FINAL_BLOCK, sentences="；".join(finding.sentence for finding in found))


def write_changes(
    session: Session,
    request: ChangeRequest,
    dossier: Dossier,
    items: list[ChangeItem],
    records: dict[tuple[str, int], Record],
) -> list[str]:
    """Write each changed value to the register, run the consequences, reprint; returns what was done.

    Raises Refused when a value is taken already, or a new edition is due and cannot be made.
    """
    own = dossier.certificate
    last = latest_edition(session, own.id) if own is not None else None
    with session.no_autoflush:
        for item in items:
            if item.mode in ("asked", "computed") and item.changed and item.after is not None:
                target = register_field(item.path)
                target.write(session, _target(dossier, records, item, target.record), item.after)
    crash_point("after_amend")
    try:
        session.flush()
        context = ApprovalContext(
            session, request, items, load_policies(session), clock.now(), dossier.person, dossier.certificate
        )
        done = [sentence for consequence in dossier.matter.consequences if (sentence := consequence(context))]
        session.flush()
    except IntegrityError as error:
        raise Refused(Refusal.DUPLICATE_IN_REGISTER) from error
    _note_issued(session, dossier, items)
    if dossier.matter.reprints and own is not None and latest_edition(session, own.id) is last:
        if not own.number or own.status not in LIVE:
            raise Refused(Refusal.NO_NEW_EDITION)
        make_edition(session, own, dossier.matter.edition_note)
    reprint(session, [row for row in records.values() if isinstance(row, Certificate)])
    return done


def _target(dossier: Dossier, records: dict[tuple[str, int], Record], item: ChangeItem, name: str) -> Record:
    if item.certificate_id is not None:
        return records[("certificate", item.certificate_id)]
    found = dossier.record(name)
    if found is None:
        raise LookupError(item.path)
    return found


def _note_issued(session: Session, dossier: Dossier, items: Iterable[ChangeItem]) -> None:
    for item in items:
        if item.mode == "issued":
            item.after = current_value(session, dossier, item)
            item.after_text = register_field(item.path).text(session, item.after)


def refresh_before_values(session: Session, account: Account, request_id: int, seen_version: int) -> None:
    """After a conflict, take the register's present values as the new *before* (按现在的登记重新核对).

    Raises StaleRequest when the request has changed, NotFound or Refused when the account may not review it.
    """
    with transaction(session):
        account = session.get_one(Account, account.id, populate_existing=True)
        request = lock_request(session, request_id)
        require_reviewer(session, account, request)
        if request.state != SUBMITTED or request.version != seen_version:
            raise StaleRequest(Refusal.MOVED)
        dossier = dossier_of(session, request)
        for item in round_items(request):
            now = current_value(session, dossier, item)
            if now == item.before:
                continue
            record_event(
                session,
                "reread",
                f"{item.label}：原值改为现在的登记",
                actor_of(account),
                request=request,
                before=item.before_text,
                after=register_field(item.path).text(session, now),
            )
            item.before, item.before_text = now, register_field(item.path).text(session, now)
            if item.mode == "shown":
                item.after = None
        request.version += 1
        request.changed_at = clock.now()
