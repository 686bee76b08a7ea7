"""A renewal is submitted in the last second of the last day while the sweep of the next day already runs."""

from datetime import date, timedelta

from anguan.core import clock
from anguan.core.clock import add_months, midnight
from anguan.infra.transaction import transaction
from anguan.models import Certificate, PolicyValue
from anguan.services.expiry import expire_certificates
from anguan.services.requests import new_drafts
from anguan.services.requests.drafts import read_draft
from tests.campaigns.support.bulk import gather
from tests.campaigns.support.invariants import check_invariants
from tests.campaigns.support.office import Office, draw, fresh_place
from tests.campaigns.support.race import DONE, SubprocessTask, race
from tests.campaigns.support.report import Report

Task = tuple[int, int, date]
"""An account, its draft, and the last day of its certificate."""


def submit(office: Office, task: Task) -> SubprocessTask:
    """The holder submits at 23:59:59."""

    def click() -> None:
        with clock.frozen_at(midnight(task[2] + timedelta(days=1)) - timedelta(seconds=1)):
            office.submit(task[0], task[1])

    return click


def sweep(office: Office, task: Task) -> SubprocessTask:
    """The worker sweeps at 00:00:00."""

    def run() -> None:
        with clock.frozen_at(midnight(task[2] + timedelta(days=1))):
            expire_certificates(office.session)

    return run


def meet_sweep(kind: str, count: int, seed: int = 0) -> Report:
    """At most 50 last seconds, each on a day of its own: submitted means valid, expired means refused."""
    report = Report()
    with fresh_place(kind) as place:
        office = Office(place)
        tasks = [_prepare(office, who, index, draw(seed)) for index, who in enumerate(gather(office, count))]
        endings = race(place, (submit, sweep), tasks, seed)
        for (who, request_id, _), ending in zip(tasks, endings, strict=True):
            state, certificate = office.request(request_id).state, office.certificate_of(who)
            report.note(f"{state} {certificate.status}")
            expected = ("submitted", "valid") if ending[0] == DONE else ("draft", "lapsed")
            if (state, certificate.status) != expected or ending[1] != DONE:
                report.add_violation(
                    f"request {request_id} is {state}, certificate {certificate.status}: {ending}"
                )
        report.violations += check_invariants(office.session, office.storage)
        office.close()
    return report


def _prepare(office: Office, who: int, index: int, paper: bytes) -> Task:
    """A complete draft of a renewal; its certificate ends on a day of its own."""
    until = add_months(clock.today(), 1) + timedelta(days=index)
    certificate = office.certificate_of(who)
    with transaction(office.session):
        office.session.merge(PolicyValue(name="renewal_close", value="on_day"))
        office.session.get_one(Certificate, certificate.id).valid_until = until
    request = new_drafts.begin(office.session, office.account(who), "certificate_renewal", certificate.id)
    slots = read_draft(office.session, request).slots
    office.attach(request.id, {slot.material.code: paper for slot in slots})
    return who, request.id, until
