"""Demo cases started by the office: a suspension, a correction, a draft, an audit sample."""

from collections.abc import Mapping
from datetime import timedelta

from anguan.core import clock
from anguan.core.lifecycle import APPROVE
from anguan.demo.fixtures import HOLDERS, DemoHolder
from anguan.demo.scans import draw_paper
from anguan.demo.service_calls import ServiceCalls
from anguan.matters import certificate_correction, certificate_sanction, person_correction
from anguan.models import ChangeRequest
from anguan.services.requests import attachments, filing, new_drafts
from anguan.services.requests.drafts import read_draft
from anguan.services.review import audits

CLERK, FIRST, SECOND = "SHENHE2", "SHENHE1", "FUHE"
"""Three staff members: who files, who reviews first, who confirms."""


def holder(key: str) -> DemoHolder:
    """The demo holder with this key."""
    return next(who for who in HOLDERS if who.key == key)


def prepare(
    calls: ServiceCalls, who: DemoHolder, code: str, days: float, typed: Mapping[str, str], ground: str
) -> ChangeRequest:
    """A completed draft of the office about a holder, with the document it is based on."""
    certificate = calls.certificate(who)
    with clock.frozen_at(calls.back(days)):
        clerk = calls.account(CLERK)
        about = certificate.id if code.startswith("certificate") else None
        request = new_drafts.begin(calls.session, clerk, code, about, person_id=certificate.person_id)
        filing.save(calls.session, clerk, request.id, typed)
        for slot in read_draft(calls.session, request).slots:
            rows = [("姓名", who.name), ("证书编号", certificate.number or "")]
            data = draw_paper(slot.material.title, rows, ground, "云南示例水利局")
            name = f"{slot.material.title}.jpg"
            attachments.attach(
                calls.session, calls.storage, clerk, request.id, slot.material.code, data, name
            )
    return request


def decide_all_steps(calls: ServiceCalls, request: ChangeRequest, days: float) -> None:
    """Submit on a day, approve on the next, confirm on the one after."""
    with clock.frozen_at(calls.back(days)):
        filing.submit(calls.session, calls.account(CLERK), request.id, promised=True)
    calls.decide(FIRST, request, days - 1, APPROVE)
    calls.decide(SECOND, request, days - 2, APPROVE)


def suspend(calls: ServiceCalls) -> None:
    """Suspension of 沐清和's certificate while an accident is investigated."""
    why = "示例水安罚〔2026〕7 号：所负责项目发生事故，调查期间暂扣"
    typed = {"certificate.status": "suspended", "certificate.status_reason": why}
    request = prepare(calls, holder("suspended"), certificate_sanction.MATTER.code, 16.1, typed, why)
    decide_all_steps(calls, request, 16)


def correct(calls: ServiceCalls) -> None:
    """Correction of 方砚秋's first day of issue, registered a year late."""
    who = holder("corrected")
    stands = calls.certificate(who).first_issued
    typed = {"certificate.first_issued": str(stands - timedelta(days=365))}
    ground = "经查原始档案，首次发证日期登记晚了一年，应予更正。"
    decide_all_steps(calls, prepare(calls, who, certificate_correction.MATTER.code, 14.1, typed, ground), 14)


def leave_draft(calls: ServiceCalls) -> None:
    """Draft by 李闻道 that corrects a wrongly registered education."""
    ground = "毕业证书原件：文化程度为硕士，原登记有误。"
    typed = {"person.education": "硕士"}
    prepare(calls, holder("corrected"), person_correction.MATTER.code, 1.4, typed, ground)


def draw_sample(calls: ServiceCalls) -> None:
    """Audit sample of all cases of the last month; the first audit is concluded."""
    with clock.frozen_at(calls.back(1.3)):
        last = clock.today()
        drawn = audits.draw_sample(
            calls.session, calls.account(SECOND), last - timedelta(days=29), last, 1000, "demo"
        )
        for row in drawn.audits[:1]:
            audits.conclude(calls.session, row.account, row.id, "agreed", "材料齐全，与决定一致。")


OFFICE = (suspend, correct, leave_draft, draw_sample)
