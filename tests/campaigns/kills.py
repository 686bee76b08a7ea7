"""kill -9 at each crash point of filing and of deciding: nothing half done, nothing acknowledged is lost."""

import signal
from collections.abc import Iterable
from contextlib import suppress

from anguan.models import Attachment, Decision, Edition
from anguan.services.refusals import StaleRequest
from tests.campaigns.support.bulk import gather
from tests.campaigns.support.invariants import check_invariants
from tests.campaigns.support.office import TITLE, Office, draw, fresh_place
from tests.campaigns.support.race import PATIENCE, PROCESSES, attempt
from tests.campaigns.support.report import Report
from tests.campaigns.support.subprocess_task import (
    ATTACH,
    DECIDE,
    POINTS,
    SLOT,
    SUBMIT,
    SubprocessTask,
    do,
    run,
)

FILING = ((ATTACH, SUBMIT), ATTACH), ((ATTACH, SUBMIT), SUBMIT), ((DECIDE,), DECIDE)
TITLES = ("高级工程师", "工程师")


def kill_everywhere(kind: str, count: int, seed: int = 0, points: Iterable[str] = ()) -> Report:
    """Each point of each step, `count` times: die there, check the invariants, run the task again."""
    report = Report()
    wanted = set(points)
    with fresh_place(kind) as place:
        office = Office(place)
        (who,) = gather(office, 1)
        turn = seed * 1_000_000
        for _ in range(count):
            for steps, step in FILING:
                for point in POINTS[step]:
                    if not wanted or point in wanted:
                        turn += 1
                        _kill_once(office, report, who, steps, step, point, turn)
        office.close()
    return report


def _kill_once(
    office: Office,
    report: Report,
    who: int,
    steps: tuple[str, ...],
    step: str,
    point: str,
    turn: int,
) -> None:
    """One death, and the whole life of one request around it."""
    before = office.account(who).person.title
    after = next(title for title in TITLES if title != before)
    request_id = office.draft_title(who, after)
    task = SubprocessTask(who, request_id, steps, draw(turn))
    if steps == (DECIDE,):
        for earlier in (ATTACH, SUBMIT):
            do(office, task, earlier)
        task = SubprocessTask(who, request_id, steps, b"", office.decision_input(request_id, "approve"))
    code, told = _die(office, task, step, point)
    name = f"{step} at {point}"
    report.note(name)
    if code != -signal.SIGKILL:
        report.add_violation(f"{name}: the process ended with {code}")
    report.violations += [f"{name}: {line}" for line in check_invariants(office.session, office.storage)]
    _check_kept(office, report, name, request_id, told, point)
    _again(office, report, name, task)
    _finish(office, report, name, request_id, after)


def _die(office: Office, task: SubprocessTask, step: str, point: str) -> tuple[int | None, list[str]]:
    here, there = PROCESSES.Pipe(duplex=False)
    office.session.rollback()
    process = PROCESSES.Process(target=run, args=(office.place, task, step, point, there))
    process.start()
    there.close()
    told: list[str] = []
    with suppress(EOFError):
        while here.poll(PATIENCE):
            told.append(here.recv())
    process.join(PATIENCE)
    here.close()
    return process.exitcode, told


def _check_kept(
    office: Office, report: Report, name: str, request_id: int, told: list[str], point: str
) -> None:
    """What was acknowledged exists; what was committed is complete; the rest does not exist at all."""
    request = office.request(request_id)
    laid = office.count(Attachment, Attachment.request_id == request_id, Attachment.material == SLOT)
    decided = office.count(Decision, Decision.request_id == request_id)
    committed = point in ("after_commit", "before_answer")
    step = name.split()[0]
    if laid != int(step != ATTACH or committed):
        report.add_violation(f"{name}: {laid} papers on the table, told {told}")
    if step in (ATTACH, SUBMIT) and request.state != (
        "submitted" if step == SUBMIT and committed else "draft"
    ):
        report.add_violation(f"{name}: the request is {request.state}, told {told}")
    if step == DECIDE and (request.state, decided) != (("approved", 1) if committed else ("submitted", 0)):
        report.add_violation(f"{name}: the request is {request.state} with {decided} decisions, told {told}")


def _again(office: Office, report: Report, name: str, task: SubprocessTask) -> None:
    """The person clicks again: the same file, the same form, the same review page."""
    for step in task.steps:
        word = attempt(lambda step=step: do(office, task, step))  # type: ignore[misc]
        late = (
            step == DECIDE
            and word == StaleRequest.__name__
            and office.request(task.request_id).state == "approved"
        )
        filed = step == ATTACH and word == "Refused" and office.request(task.request_id).state == "submitted"
        if word != "done" and not late and not filed:
            report.add_violation(f"{name}: the second {step} ended {word}")


def _finish(office: Office, report: Report, name: str, request_id: int, after: str) -> None:
    """The request ends as if nothing had died: approved once, register and certificate PDF agree."""
    request = office.request(request_id)
    if request.state == "submitted":
        office.decide("REVIEWER1", request_id, office.decision_input(request_id, "approve"))
    request = office.request(request_id)
    certificate = office.certificate_of(request.filer_id)
    editions = office.count(Edition, Edition.certificate_id == certificate.id)
    stands = (request.state, request.round, request.person.title, certificate.title)  # type: ignore[union-attr]
    if stands != ("approved", 1, after, after) or editions < 1:
        report.add_violation(f"{name}: in the end {stands}, {editions} editions ({TITLE})")
    report.violations += [
        f"{name}, in the end: {line}" for line in check_invariants(office.session, office.storage)
    ]
