"""The rule about safety education: twelve hours in each year of validity (水监督〔2022〕326号)."""

from datetime import date

from sqlalchemy import select

from anguan.core.check_result import ALWAYS, CheckResult, blocks, cannot_tell, passes, rule
from anguan.core.clock import add_months
from anguan.domain.dossier import Dossier
from anguan.models import Training


def training_years(valid_until: date, years: int = 3) -> list[int]:
    """The calendar years of the `years` years of validity, each determined by its middle."""
    start = add_months(valid_until, -12 * years)
    return [add_months(start, 12 * index + 6).year for index in range(years)]


@rule("training.is_sufficient", "安全生产教育学时", at=ALWAYS, proof="training")
def is_sufficient(dossier: Dossier) -> CheckResult:
    """Each year has enough hours; a surplus of one year does not count for another."""
    if dossier.certificate is None or dossier.person is None:
        return cannot_tell("没有证书信息，请人工核对学时")
    rows = dict(
        dossier.session.execute(
            select(Training.year, Training.hours).where(Training.person_id == dossier.person.id)
        ).all()
    )
    if not rows:
        return cannot_tell("系统没有学时登记，请核对上传的安全生产教育记录")
    needed = dossier.policies.training_hours_per_year
    years = training_years(dossier.certificate.valid_until)
    short = [f"{year} 年 {rows.get(year, 0)} 学时" for year in years if rows.get(year, 0) < needed]
    if short:
        return blocks(f"安全生产教育每年应满 {needed} 学时，现登记 {'、'.join(short)}，请补学并登记后再申请")
    return passes(
        f"{len(years)} 年学时均已达到", "、".join(f"{year} 年 {rows.get(year, 0)} 学时" for year in years)
    )
