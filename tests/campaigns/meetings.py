"""An approval races the applicant or the register: withdrawn, written elsewhere, a document replaced."""

from collections.abc import Callable

from anguan.infra.transaction import transaction
from anguan.models import Edition, Person
from anguan.services.requests import attachment_edits, attachments, filing
from tests.campaigns.decisions import approve
from tests.campaigns.support.bulk import gather
from tests.campaigns.support.invariants import check_invariants
from tests.campaigns.support.office import Office, draw, fresh_place
from tests.campaigns.support.race import DONE, Runner, SubprocessTask, race
from tests.campaigns.support.report import Report
from tests.support.office_data import picture

Judge = Callable[[Office, Report, int, tuple[str, ...]], None]
OTHER_TITLE = "助理工程师"


def withdraw(office: Office, request_id: int) -> SubprocessTask:
    """The applicant clicks 撤销申请."""
    filer_id = office.request(request_id).filer_id
    return lambda: filing.withdraw(office.session, office.account(filer_id), request_id)


def write_elsewhere(office: Office, request_id: int) -> SubprocessTask:
    """Something else writes the person's title in a transaction of its own."""
    person_id = office.request(request_id).person_id

    def write() -> None:
        with transaction(office.session):
            person = office.session.get_one(Person, person_id, with_for_update={"of": Person})
            person.title = OTHER_TITLE

    return write


def replace_paper(office: Office, request_id: int) -> SubprocessTask:
    """The applicant withdraws the request, attaches another document, and submits it again."""
    filer = office.account(office.request(request_id).filer_id)
    fresh = picture(ink="olive")

    def replace() -> None:
        filing.revise(office.session, filer, request_id)
        for row in list(office.request(request_id).attachments):
            if row.round == 2:
                attachment_edits.detach(office.session, filer, request_id, row.id)
        attachments.attach(
            office.session, office.storage, filer, request_id, "title_proof", fresh, "新证.jpg"
        )
        filing.submit(office.session, filer, request_id, True)

    return replace


def meet_withdrawal(kind: str, count: int, seed: int = 0) -> Report:
    """Approve against withdraw."""
    return _meet(kind, count, seed, withdraw, _judge_withdrawal)


def meet_register(kind: str, count: int, seed: int = 0) -> Report:
    """Approve against a register that another process writes."""
    return _meet(kind, count, seed, write_elsewhere, _judge_register, outsiders=True)


def meet_paper(kind: str, count: int, seed: int = 0) -> Report:
    """Approve against a replaced document."""
    return _meet(kind, count, seed, replace_paper, _judge_paper)


def _meet(kind: str, count: int, seed: int, other: Runner, judge: Judge, outsiders: bool = False) -> Report:
    report = Report()
    with fresh_place(kind) as place:
        office = Office(place)
        requests = [office.filed_title(who, "高级工程师", draw(seed)) for who in gather(office, count)]
        endings = race(place, (approve, other), requests, seed)
        for request_id, ending in zip(requests, endings, strict=True):
            report.note(" ".join(ending))
            report.violations += [f"request {request_id}: {word}" for word in ending if word[0] == "!"]
            judge(office, report, request_id, ending)
        report.violations += check_invariants(office.session, office.storage, outsiders)
        office.close()
    return report


def _judge_withdrawal(office: Office, report: Report, request_id: int, ending: tuple[str, ...]) -> None:
    request = office.request(request_id)
    if ending.count(DONE) != 1:
        report.add_violation(f"request {request_id}: {ending}")
    approved = ending[0] == DONE
    if request.state != ("approved" if approved else "withdrawn"):
        report.add_violation(f"request {request_id} is {request.state} after {ending}")
    certificate = office.certificate_of(request.filer_id)
    editions = office.count(Edition, Edition.certificate_id == certificate.id)
    if (certificate.title, editions) != (("高级工程师", 1) if approved else ("工程师", 0)):
        report.add_violation(
            f"request {request_id} is {request.state}, its certificate says {certificate.title}"
        )


def _judge_register(office: Office, report: Report, request_id: int, ending: tuple[str, ...]) -> None:
    request = office.request(request_id)
    if ending[1] != DONE:
        report.add_violation(f"request {request_id}: the other road ended {ending[1]}")
    person, certificate = office.account(request.filer_id).person, office.certificate_of(request.filer_id)
    if person.title != OTHER_TITLE:
        report.add_violation(f"request {request_id}: what the other road wrote last is lost ({person.title})")
    approved = ending[0] == DONE
    if (request.state == "approved") != approved or (certificate.title == "高级工程师") != approved:
        report.add_violation(
            f"request {request_id} is {request.state}, its certificate says {certificate.title}"
        )


def _judge_paper(office: Office, report: Report, request_id: int, ending: tuple[str, ...]) -> None:
    request = office.request(request_id)
    if ending.count(DONE) != 1:
        report.add_violation(f"request {request_id}: {ending}")
    if (request.state, request.round) != (("approved", 1) if ending[0] == DONE else ("submitted", 2)):
        report.add_violation(
            f"request {request_id} is {request.state} in round {request.round} after {ending}"
        )
    if request.round == 2 and office.papers_of(request_id, 1) & office.papers_of(request_id, 2):
        report.add_violation(f"request {request_id} shows the old paper in round 2")
