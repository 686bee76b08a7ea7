"""Two reviewers decide one request, one of them undoes the decision, and the worker lets it take effect."""

import random
from datetime import timedelta

from sqlalchemy import select

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import Decision, Event, PolicyValue
from anguan.services.review.approval import take_effect
from anguan.services.review.decisions import undo
from tests.campaigns.support.bulk import file_titles
from tests.campaigns.support.invariants import check_invariants
from tests.campaigns.support.office import Office, draw, fresh_place
from tests.campaigns.support.race import DONE, SAID, SubprocessTask, race
from tests.campaigns.support.report import Report

MINUTE = timedelta(seconds=61)
VERDICTS = {"approved": "approve", "rejected": "reject"}


def approve_and_undo(office: Office, request_id: int) -> SubprocessTask:
    """The first reviewer approves, and half the time undoes it at once."""
    decision_input = office.decision_input(request_id, "approve")
    wavers = random.Random(request_id).random() < 0.5

    def task() -> None:
        office.decide("REVIEWER1", request_id, decision_input)
        if wavers:
            try:
                undo(office.session, office.staff("REVIEWER1"), request_id)
            except SAID:
                office.session.rollback()  # the worker was quicker: the decision stays

    return task


def reject(office: Office, request_id: int) -> SubprocessTask:
    """The second reviewer has the page open and will reject."""
    decision_input = office.decision_input(request_id, "reject", "材料与申请不符")
    return lambda: office.decide("REVIEWER2", request_id, decision_input)


def let_take_effect(office: Office, request_id: int) -> SubprocessTask:
    """A worker whose clock says that the time for undo is over, while the reviewers' clock does not."""

    def task() -> None:
        with clock.frozen_at(clock.now() + MINUTE):
            for _ in range(8):
                take_effect(office.session, office.storage, request_id)

    return task


def undo_in_time(kind: str, count: int, seed: int = 0) -> Report:
    """`count` requests, each decided, undone and put into effect by three processes at once."""
    report = Report()
    with fresh_place(kind) as place:
        office = Office(place)
        with transaction(office.session):
            office.session.merge(PolicyValue(name="undo_seconds", value="60"))
        requests = file_titles(office, count, draw(seed))
        endings = race(place, (approve_and_undo, reject, let_take_effect), requests, seed)
        for request_id, ending in zip(requests, endings, strict=True):
            _judge(office, report, request_id, ending)
        report.violations += check_invariants(office.session, office.storage)
        office.close()
    return report


def _judge(office: Office, report: Report, request_id: int, ending: tuple[str, ...]) -> None:
    said = [word for word in ending if word.startswith("!")]
    if said:
        report.add_violation(f"request {request_id}: {said}")
    counted = {verb: _count(office, request_id, verb) for verb in ("decide", "undo", "take_effect")}
    standing = [row.verdict for row in _decisions(office, request_id) if row.undone_at is None]
    if ending[:2].count(DONE) != counted["decide"]:
        report.add_violation(f"request {request_id}: {ending} but {counted}")
    if counted["decide"] - counted["undo"] != len(standing) or len(standing) > 1:
        report.add_violation(f"request {request_id} has {len(standing)} decisions that stand: {counted}")
    if counted["take_effect"] > len(standing):
        report.add_violation(f"request {request_id} took effect {counted['take_effect']} times")
    with clock.frozen_at(clock.now() + MINUTE):
        take_effect(office.session, office.storage, request_id)
        take_effect(office.session, office.storage, request_id)
    request = office.request(request_id)
    report.note(f"{request.state}{' undone' * bool(counted['undo'])}")
    if [VERDICTS.get(request.state)] != (standing or [None]):
        report.add_violation(f"request {request_id} is {request.state}, {standing} stands")
    if _count(office, request_id, "take_effect") != len(standing):
        report.add_violation(f"request {request_id}: a decision was lost or came twice")
    title = office.account(request.filer_id).person.title
    if title != ("高级工程师" if request.state == "approved" else "工程师"):
        report.add_violation(f"request {request_id} is {request.state}, the register says {title}")


def _count(office: Office, request_id: int, verb: str) -> int:
    return office.count(Event, Event.request_id == request_id, Event.verb == verb)


def _decisions(office: Office, request_id: int) -> list[Decision]:
    office.session.rollback()
    return list(office.session.scalars(select(Decision).where(Decision.request_id == request_id)))
