"""Predicates and rules about persons."""

from sqlalchemy import select

from anguan.core.check_result import FILING, CheckResult, blocks, passes, rule, warns
from anguan.core.field_types import birth_date_of, gender_of
from anguan.domain.dossier import Dossier
from anguan.models import Person

NEEDED = (
    ("person.name", "姓名"),
    ("person.document_number", "证件号码"),
    ("person.gender", "性别"),
    ("person.birth_date", "出生日期"),
    ("person.phone", "手机号码"),
    ("person.photo", "证件照片"),
)
AS_CERTIFICATE = {"person.photo": "certificate.photo"}


@rule("people.is_complete", "个人信息完整", at=FILING)
def is_complete(dossier: Dossier) -> CheckResult:
    """Name, document, gender, birth date, phone and photo are registered or part of this request."""
    missing = [label for path, label in NEEDED if not _known(dossier, path)]
    if missing:
        return blocks(f"个人信息还缺{'、'.join(missing)}，请先到“个人信息”补全，审核通过后再办理")
    return passes("个人信息完整")


def _known(dossier: Dossier, path: str) -> bool:
    mirror = AS_CERTIFICATE.get(path, path)
    return bool(dossier.asked(path) or dossier.after.get(mirror))


def _asked_identity(dossier: Dossier) -> tuple[str, str, str]:
    """The requested document type and number, and the path of the number, which depends on the matter."""
    for record in ("person", "certificate"):
        if f"{record}.document_number" in dossier.after:
            return (
                dossier.asked(f"{record}.document_type"),
                dossier.asked(f"{record}.document_number"),
                f"{record}.document_number",
            )
    return "", "", ""


@rule("people.number_is_free", "证件号码没有被他人占用")
def number_is_free(dossier: Dossier) -> CheckResult:
    """Nobody else is registered with the requested document number."""
    kind, number, path = _asked_identity(dossier)
    changed = dossier.changes(path, path.replace("_number", "_type"))
    if not number or not changed or dossier.person is None:
        return passes("证件号码没有变化")
    other = dossier.session.scalar(
        select(Person.id).where(
            Person.document_type == kind, Person.document_number == number, Person.id != dossier.person.id
        )
    )
    if other is not None:
        return blocks("这个证件号码已经登记在别人名下，请核对；确属本人的，请联系考核管理部门处理")
    return passes("证件号码未被占用")


@rule("people.number_agrees", "性别、出生日期与证件号码一致")
def number_agrees(dossier: Dossier) -> CheckResult:
    """Gender and birth date match those contained in the document number (GB 11643)."""
    kind, number, _ = _asked_identity(dossier)
    if not number:
        kind, number = dossier.asked("person.document_type"), dossier.asked("person.document_number")
    born, gender = birth_date_of(kind, number), gender_of(kind, number)
    wrong = []
    if born is not None and dossier.asked("person.birth_date") not in ("", born.isoformat()):
        wrong.append("出生日期")
    if gender is not None and dossier.asked("person.gender") not in ("", gender):
        wrong.append("性别")
    if wrong:
        return warns(f"{'、'.join(wrong)}与证件号码不一致，请对照证件核实")
    return passes("性别、出生日期与证件号码一致")


def holds_no_certificate(dossier: Dossier) -> bool:
    """Predicate: no certificate of the person is in force, so that none names a work unit."""
    return dossier.certificate is None and not dossier.other_certificates


def changes_title(dossier: Dossier) -> bool:
    """Predicate: the request changes the title to another one than 无."""
    return dossier.changes("person.title") and dossier.asked("person.title") != "无"
