"""A matter that cannot be started gives one reason, the strongest."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import pytest

from anguan.core import clock
from anguan.core.check_result import OPENING, Cause
from anguan.core.matter import Matter
from anguan.infra.events import actor_of
from anguan.infra.settings import change
from anguan.infra.transaction import transaction
from anguan.matters.catalog import CATALOG
from anguan.models import Certificate, CertificateStatus, MatterConfig
from anguan.services.requests.drafts import read_draft
from anguan.services.requests.eligibility import check_eligibility
from tests.support.factories import Scenario

ABOUT_CERTIFICATES = [matter for matter in CATALOG if matter.subject == "certificate"]
WORDS = {
    Cause.RECORD: ("到期失效", "不能办理这项业务", "不能再处理"),
    Cause.SERVICE: ("暂停受理",),
    Cause.OTHER_REQUEST: ("还在办理中",),
    Cause.PREREQUISITE: ("这本是纸质证书",),
    Cause.PERIOD: ("起办理", "现在已过期限"),
}
"""Parts of the sentences of each cause."""


def situations() -> Iterator[tuple[CertificateStatus, int, bool]]:
    """Each status, with the days until the last day, as an electronic and as a paper certificate."""
    yield from product(CertificateStatus, (-5, 0, 40, 900), (False, True))


def expected(matter: Matter, found: set[Cause]) -> Cause | None:
    """The strongest of the causes that the rules of this matter look at."""
    watched = {rule.cause for rule in matter.rules if rule.at == OPENING} | {Cause.SERVICE}
    return next((cause for cause in Cause if cause in found & watched), None)


def causes(matter: Matter, status: str, days: int, paper: bool) -> set[Cause]:
    """What is in the way, counted by hand."""
    found = set()
    ended = matter.filed_by == "applicant" or status not in ("valid", "suspended")
    if (status != "valid" and ended) or (days < 0 and matter.filed_by == "applicant"):
        found.add(Cause.RECORD)
    if paper:
        found.add(Cause.PREREQUISITE)
    if days > 100 or days < 1:
        found.add(Cause.PERIOD)
    return found


def set_certificate(row: Certificate, status: str, until: date, paper: bool) -> None:
    """Bring the row into this situation, in this transaction only."""
    row.status, row.valid_until = status, until
    row.number, row.paper_number = (None, "旧B00009") if paper else ("水安B20249999999", None)


def pause(scenario: Scenario, code: str) -> None:
    """The authority pauses a matter."""
    row = MatterConfig(matter=code, enabled=False)
    change(
        scenario.session,
        actor_of(scenario.account("ADMIN")),
        f"matter:{code}",
        "暂停",
        lambda s: s.merge(row),
    )


@pytest.mark.parametrize("matter", ABOUT_CERTIFICATES, ids=lambda matter: matter.code)
def test_the_strongest_reason_alone_is_given(scenario: Scenario, matter: Matter) -> None:
    session = scenario.session
    scenario.filed("certificate_change", scenario.stranger)
    who = scenario.clerk if matter.filed_by == "office" else None
    seen = set()
    for paused, busy in product((False, True), (False, True)):
        account = scenario.stranger if busy else scenario.holder
        if paused and not busy:
            pause(scenario, matter.code)
        for status, days, paper in situations():
            certificate = scenario.certificate(account)
            set_certificate(certificate, status, clock.today() + timedelta(days=days), paper)
            session.flush()
            found = causes(matter, status, days, paper)
            found |= {Cause.OTHER_REQUEST} if busy else set()
            found |= {Cause.SERVICE} if paused else set()
            wanted = expected(matter, found)
            offer = check_eligibility(session, who or account, matter.code, certificate, certificate.person)
            assert offer.open == (wanted is None), (status, days, paper, offer.sentence)
            told = {cause for cause, parts in WORDS.items() if any(part in offer.sentence for part in parts)}
            assert told == ({wanted} if wanted else set()), (status, days, paper, busy, offer.sentence)
            seen.add(wanted)
            session.rollback()
    watched = {rule.cause for rule in matter.rules if rule.at == OPENING}
    assert seen == watched | {Cause.SERVICE, None}


def test_rules_checked_at_the_start_name_their_cause() -> None:
    rules = {rule for matter in CATALOG for rule in matter.rules}
    assert {rule.code for rule in rules if rule.at == OPENING and rule.cause is None} == set()


def test_a_draft_that_has_become_impossible_gives_one_reason(scenario: Scenario) -> None:
    request = scenario.begin("certificate_renewal")
    scenario.fill(request)
    pause(scenario, "certificate_renewal")
    with transaction(scenario.session):
        scenario.certificate().status = CertificateStatus.CANCELLED
    told = [fault.sentence for fault in read_draft(scenario.session, request).faults]
    assert told == ["证书已注销，不能办理这项业务"]
