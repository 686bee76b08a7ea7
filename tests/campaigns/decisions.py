"""Two reviewers decide one request at the same moment: one approves, one rejects."""

from anguan.models import Decision, Event
from tests.campaigns.support.bulk import file_titles
from tests.campaigns.support.invariants import check_invariants
from tests.campaigns.support.office import Office, draw, fresh_place
from tests.campaigns.support.race import DONE, SubprocessTask, race
from tests.campaigns.support.report import Report

EXPECTED = {"StaleRequest", "Busy"}


def approve(office: Office, request_id: int) -> SubprocessTask:
    """The first reviewer has the page open and will approve."""
    decision_input = office.decision_input(request_id, "approve")
    return lambda: office.decide("REVIEWER1", request_id, decision_input)


def reject(office: Office, request_id: int) -> SubprocessTask:
    """The second reviewer has the page open and will reject."""
    decision_input = office.decision_input(request_id, "reject", "材料与申请不符")
    return lambda: office.decide("REVIEWER2", request_id, decision_input)


def decide_twice(kind: str, count: int, seed: int = 0) -> Report:
    """`count` requests, each decided by two reviewers at once."""
    report = Report()
    with fresh_place(kind) as place:
        office = Office(place)
        requests = file_titles(office, count, draw(seed))
        endings = race(place, (approve, reject), requests, seed)
        for request_id, ending in zip(requests, endings, strict=True):
            _judge(office, report, request_id, ending)
        report.violations += check_invariants(office.session, office.storage)
        office.close()
    return report


def _judge(office: Office, report: Report, request_id: int, ending: tuple[str, ...]) -> None:
    request = office.request(request_id)
    report.note(request.state)
    if ending.count(DONE) != 1 or not set(ending) <= EXPECTED | {DONE}:
        report.add_violation(f"request {request_id}: {ending}")
    if request.state != ("approved" if ending[0] == DONE else "rejected"):
        report.add_violation(f"request {request_id} is {request.state} after {ending}")
    decisions = office.count(Decision, Decision.request_id == request_id)
    effects = office.count(Event, Event.request_id == request_id, Event.verb == "take_effect")
    if (decisions, effects) != (1, 1):
        report.add_violation(f"request {request_id} has {decisions} decisions and {effects} effects")
    title = office.account(request.filer_id).person.title
    if title != ("高级工程师" if request.state == "approved" else "工程师"):
        report.add_violation(f"request {request_id} is {request.state}, the register says {title}")
