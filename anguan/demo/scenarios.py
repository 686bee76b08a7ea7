"""Scenarios of the demo data: the history of each request, run through the services on earlier days."""

from dataclasses import replace

from sqlalchemy import select

from anguan.core.lifecycle import APPROVE, REJECT, RETURN
from anguan.demo.fixtures import ENTERPRISES, HOLDERS, DemoHolder
from anguan.demo.register import add_certificate
from anguan.demo.service_calls import ServiceCalls
from anguan.infra.transaction import transaction
from anguan.matters import certificate_cancellation, certificate_change, certificate_renewal
from anguan.models import Certificate, Enterprise, Person

PROVINCE, CITY, SENIOR = "SHENHE1", "SHENHE2", "FUHE"


def find_holder(key: str) -> DemoHolder:
    """The demo holder with this key."""
    return next(holder for holder in HOLDERS if holder.key == key)


def firm_id(calls: ServiceCalls, key: str) -> str:
    """Id of a demo enterprise, as the text of a reference field."""
    uscc = next(firm.uscc for firm in ENTERPRISES if firm.key == key)
    return str(calls.session.scalars(select(Enterprise.id).where(Enterprise.uscc == uscc)).one())


def give_second_certificate(calls: ServiceCalls) -> None:
    """A second certificate (B) for 夏立川."""
    who = replace(find_holder("early"), kind="B", position="项目负责人", days=760)
    with transaction(calls.session) as session:
        person = session.scalars(select(Person).where(Person.document_number == who.number)).one()
        first = session.scalars(select(Certificate).where(Certificate.person_id == person.id)).one()
        add_certificate(session, person, first.enterprise, who, calls.moment.date())


def outdate_certificate(calls: ServiceCalls) -> None:
    """罗清源's title in the register differs from the certificate."""
    who = find_holder("mismatch")
    with transaction(calls.session) as session:
        person = session.scalars(select(Person).where(Person.document_number == who.number)).one()
        person.title = "高级工程师"


def cancel(calls: ServiceCalls) -> None:
    """Cancellation of 白若溪's certificate a month ago."""
    who = find_holder("cancelled")
    typed = {"certificate.status_reason": "解除劳动关系"}
    request = calls.fill(who, certificate_cancellation.MATTER.code, 31, typed)
    calls.submit(who, request, 30.9)
    calls.decide(PROVINCE, request, 27, APPROVE)


def approve(calls: ServiceCalls) -> None:
    """Approved renewal of 木易青; the first edition is superseded."""
    who = find_holder("approved")
    request = calls.fill(who, certificate_renewal.MATTER.code, 12)
    calls.submit(who, request, 11.9)
    calls.open(CITY, request, 9.1)
    calls.decide(CITY, request, 9, APPROVE)


def reject(calls: ServiceCalls) -> None:
    """Rejected change of 和建川, who moved to another enterprise too recently."""
    who = find_holder("rejected")
    request = calls.fill(
        who, certificate_change.MATTER.code, 11, {"certificate.unit": firm_id(calls, "bing")}
    )
    calls.submit(who, request, 10.9)
    calls.decide(PROVINCE, request, 5, REJECT, "在新单位参保不满3个月")


def return_request(calls: ServiceCalls) -> None:
    """Renewal of 杨晓渡, returned with two documents to correct."""
    who = find_holder("returned")
    request = calls.fill(who, certificate_renewal.MATTER.code, 7)
    calls.submit(who, request, 6.9)
    remarks = {
        "paper:training": "缺最近一年的教育记录，请补上，每年不少于 12 学时。",
        "paper:employment": "社保证明没有二维码，无法核验，请从社保系统重新下载。",
    }
    calls.decide(SENIOR, request, 2, RETURN, remarks=remarks)


def let_review(calls: ServiceCalls) -> None:
    """Change of 刀罕明's title, opened by a reviewer."""
    who = find_holder("reviewing")
    request = calls.fill(who, certificate_change.MATTER.code, 4, {"certificate.title": "高级工程师"})
    calls.submit(who, request, 3.9)
    calls.open(PROVINCE, request, 1.1)


def let_wait(calls: ServiceCalls) -> None:
    """Renewal of 普云舒, submitted yesterday and waiting."""
    who = find_holder("waiting")
    request = calls.fill(who, certificate_renewal.MATTER.code, 1.2)
    calls.submit(who, request, 1.1)


def leave_draft(calls: ServiceCalls) -> None:
    """Half-completed draft of 赵映雪."""
    who = find_holder("draft")
    typed = {"certificate.unit": firm_id(calls, "jia"), "certificate.position": "安全总监"}
    calls.fill(who, certificate_change.MATTER.code, 2, typed, slots=2)


EARLY = (give_second_certificate, outdate_certificate)
"""Preparations before the first request."""
SCENARIOS = (cancel, approve, reject, return_request, let_review, let_wait, leave_draft)
