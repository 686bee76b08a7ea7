"""Blanks of reusable reasons (在{单位}参保不满{月数}个月) and their values from the dossier."""

from collections.abc import Callable, Mapping

from sqlalchemy import select

from anguan.core import clock
from anguan.core.placeholders import fault_in, names_in, plain
from anguan.domain.certificates import moves_unit
from anguan.domain.dossier import Dossier
from anguan.domain.register_fields import register_field
from anguan.domain.training import training_years
from anguan.models import Certificate, Training

LONGEST = 40
OPEN = ("n", "m", "页码", "内容")
"""Blanks that the reviewer fills in: two numbers, a page, some words."""


def _unit(dossier: Dossier) -> str:
    wanted = dossier.asked("certificate.unit") if dossier.certificate is not None else ""
    if wanted:
        return register_field("certificate.unit").text(dossier.session, wanted)
    return dossier.employer.name if dossier.employer is not None else ""


def _certificate(dossier: Dossier, read: Callable[[Certificate], object]) -> str:
    return str(read(dossier.certificate) or "") if dossier.certificate is not None else ""


def _months(dossier: Dossier) -> str:
    limits = dossier.policies
    return str(limits.insured_months_move if moves_unit(dossier) else limits.insured_months_renewal)


def _years(dossier: Dossier) -> str:
    if dossier.certificate is None or dossier.person is None:
        return ""
    known = select(Training.year, Training.hours).where(Training.person_id == dossier.person.id)
    hours = {row.year: row.hours for row in dossier.session.execute(known)}
    years = training_years(dossier.certificate.valid_until)
    short = [str(year) for year in years if hours.get(year, 0) < dossier.policies.training_hours_per_year]
    return "、".join(short)


KNOWN: Mapping[str, tuple[str, Callable[[Dossier], str]]] = {
    "姓名": ("申请人的姓名", lambda d: d.person.name if d.person is not None else ""),
    "单位": ("申请的工作单位，没有改的是现单位", _unit),
    "原单位": ("证书上现在的单位", lambda d: _certificate(d, lambda row: row.unit_name)),
    "证书": ("证书编号", lambda d: _certificate(d, lambda row: row.number or row.paper_number)),
    "有效期": ("证书有效期截止日", lambda d: _certificate(d, lambda row: row.valid_until)),
    "事项": ("事项名称", lambda d: d.matter.title),
    "月数": ("要求连续参保的月数", _months),
    "学时": ("每年要求的安全教育学时", lambda d: str(d.policies.training_hours_per_year)),
    "年度": ("学时不足的年度", _years),
    "尺寸": ("照片最小尺寸", lambda d: f"{d.policies.photo_min_width}×{d.policies.photo_min_height}"),
    "期限": ("补正期限的天数", lambda d: str(d.policies.correction_days)),
    "日期": ("今天的日期", lambda d: clock.beijing(d.moment).date().isoformat()),
}
"""The blanks that are filled from the dossier: their meaning and the function that reads the value."""


def template_error(text: str) -> str:
    """The Chinese sentence that says why this text cannot be filled; '' when it can."""
    return fault_in(text, {*KNOWN, *OPEN})


def values_for(dossier: Dossier, *texts: str) -> dict[str, str]:
    """The values for the blanks of these texts; blanks without a value are left out."""
    wanted = {name for text in texts for name in names_in(text) if name in KNOWN}
    found = {name: KNOWN[name][1](dossier) for name in sorted(wanted)}
    return {name: plain(value) for name, value in found.items() if value}
