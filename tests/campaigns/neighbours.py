"""Two matters that write the same record are submitted at the same moment: one succeeds."""

from anguan.models import Lock
from tests.campaigns.support.bulk import gather
from tests.campaigns.support.invariants import check_invariants
from tests.campaigns.support.office import Office, draw, fresh_place
from tests.campaigns.support.race import DONE, SubprocessTask, race
from tests.campaigns.support.report import Report

Pair = tuple[int, int, int]
"""An account, its draft of 基本信息变更 and its draft of 证书注销."""
EXPECTED = {DONE, "InvalidSubmission", "Refused", "Busy"}


def submit_change(office: Office, pair: Pair) -> SubprocessTask:
    """One window submits the change of the person, which the certificate follows."""
    return lambda: office.submit(pair[0], pair[1])


def submit_cancellation(office: Office, pair: Pair) -> SubprocessTask:
    """The other window submits the cancellation of that certificate."""
    return lambda: office.submit(pair[0], pair[2])


def file_both(kind: str, count: int, seed: int = 0) -> Report:
    """`count` people, each with two drafts that write one certificate."""
    report = Report()
    with fresh_place(kind) as place:
        office = Office(place)
        paper = draw(seed)
        pairs = [
            (who, office.draft_title(who, "高级工程师", paper), office.draft_cancellation(who, paper))
            for who in gather(office, count)
        ]
        endings = race(place, (submit_change, submit_cancellation), pairs, seed)
        for pair, ending in zip(pairs, endings, strict=True):
            states = [office.request(request_id).state for request_id in pair[1:]]
            report.note(" ".join(states))
            if ending.count(DONE) != 1 or not set(ending) <= EXPECTED or states.count("submitted") != 1:
                report.add_violation(f"account {pair[0]}: {ending}, {states}")
            certificate = office.certificate_of(pair[0])
            if office.count(Lock, Lock.key == f"certificate:{certificate.id}") != 1:
                report.add_violation(f"certificate {certificate.id} is not locked once")
        report.violations += check_invariants(office.session, office.storage)
        office.close()
    return report
