"""Rules and consequences about employment: social insurance, constructors, change of employer."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from anguan.core.check_result import CheckResult, blocks, cannot_tell, passes, rule
from anguan.core.clock import month_number
from anguan.domain.approval_context import ApprovalContext
from anguan.domain.certificates import is_kind_b
from anguan.domain.dossier import Dossier
from anguan.domain.employers import change_employer
from anguan.models import Constructor, Enterprise, Insurance


def insured_months(dossier: Dossier, enterprise_id: int) -> int | None:
    """Consecutive months insured by this enterprise up to this or last month; None without any record."""
    if dossier.person is None:
        return None
    rows = list(dossier.session.scalars(select(Insurance).where(Insurance.person_id == dossier.person.id)))
    if not rows:
        return None
    paid = [(row.first_month, row.last_month) for row in rows if row.enterprise_id == enterprise_id]
    return unbroken_months(paid, dossier.today)


def unbroken_months(spans: Iterable[tuple[date, date]], today: date) -> int:
    """Months without a gap up to this or last month; a span is its first and last month, both paid.

    This month's contribution is often not yet registered: the sequence may end with last month.
    """
    this_month = month_number(today)
    paid = sorted(((month_number(last), month_number(first)) for first, last in spans), reverse=True)
    end = this_month if any(first <= this_month <= last for last, first in paid) else this_month - 1
    begin = end + 1
    for last, first in paid:
        if first < begin <= last + 1:
            begin = first
    return end + 1 - begin


def _check_insurance(dossier: Dossier, unit: str, needed: int, where: str) -> CheckResult:
    if not unit:
        return cannot_tell("没有单位信息，请人工核对社保")
    months = insured_months(dossier, int(unit))
    if months is None:
        return cannot_tell(f"系统没有社保登记，请核对社保证明是否由{where}连续缴纳满 {needed} 个月")
    if months < needed:
        return blocks(f"在{where}参保不满{needed}个月", f"登记 {months} 个月")
    return passes(f"在{where}参保满 {needed} 个月", f"登记 {months} 个月")


@rule("employment.is_insured", "在本单位参保", proof="employment")
def is_insured(dossier: Dossier) -> CheckResult:
    """Renewal: insured by the certificate's work unit for the last three months, by policy."""
    return _check_insurance(
        dossier, dossier.before("certificate.unit"), dossier.policies.insured_months_renewal, "本单位"
    )


@rule("employment.is_insured_at_new", "在新单位参保", proof="employment")
def is_insured_at_new(dossier: Dossier) -> CheckResult:
    """Change of unit: insured there for three months, by policy (转换流程 step 5: 在新单位参保不满3个月)."""
    if not dossier.changes("certificate.unit"):
        return passes("工作单位没有变化")
    return _check_insurance(
        dossier, dossier.asked("certificate.unit"), dossier.policies.insured_months_move, "新单位"
    )


@rule("employment.constructor_agrees", "建造师注册在同一单位", proof="constructor")
def constructor_agrees(dossier: Dossier) -> CheckResult:
    """The holder of a kind B certificate is a constructor registered at the same unit (转换流程 step 4)."""
    if not is_kind_b(dossier) or dossier.person is None:
        return passes("不是 B 类证书")
    unit = dossier.asked("certificate.unit")
    rows = list(
        dossier.session.scalars(select(Constructor).where(Constructor.person_id == dossier.person.id))
    )
    live = [row for row in rows if row.valid_until >= dossier.today]
    if not live:
        return cannot_tell("系统没有有效的建造师登记，请核对上传的建造师执业证书")
    if any(str(row.enterprise_id) == unit for row in live):
        return passes("建造师注册单位与工作单位一致")
    return blocks("建造师注册单位与工作单位不一致，请先办理建造师变更注册")


def move_employer(approval: ApprovalContext) -> str:
    """End the old employment and begin the new one on the day of the approval."""
    certificate, person = approval.certificate, approval.person
    if certificate is None or person is None or not approval.wrote("certificate.unit"):
        return ""
    if not change_employer(approval.session, person, certificate.enterprise_id, approval.today):
        return ""
    return f"工作单位已变更为{certificate.unit_name}"


def review_unit(dossier: Dossier) -> Enterprise | None:
    """The unit whose region reviews a request: of the certificate, of the person, else the one asked for."""
    if dossier.certificate is not None:
        return dossier.certificate.enterprise
    asked = dossier.asked("person.unit")
    return dossier.employer or (dossier.session.get(Enterprise, int(asked)) if asked else None)


def changes_unit(dossier: Dossier) -> bool:
    """Predicate: the request asks for another work unit of the person."""
    return dossier.changes("person.unit") and bool(dossier.asked("person.unit"))
