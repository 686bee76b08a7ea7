"""Predicates, rules, computed values and consequences about certificates."""

from collections.abc import Mapping
from datetime import date, timedelta

from anguan.core.check_result import OPENING, Cause, CheckResult, blocks, passes, rule
from anguan.core.clock import add_months
from anguan.domain.approval_context import ApprovalContext
from anguan.domain.dossier import Dossier
from anguan.domain.numbers import certificate_number
from anguan.domain.policies import Policies
from anguan.domain.register_fields import CERTIFICATE_STATUSES, register_field
from anguan.models import LIVE, Certificate, CertificateStatus, Person

MIRRORED_FIELDS = (
    ("certificate.holder_name", "person.name", "姓名"),
    ("certificate.document_number", "person.document_number", "证件号码"),
    ("certificate.title", "person.title", "技术职称"),
    ("certificate.photo", "person.photo", "证件照片"),
)

IDENTITY = (
    "person.name",
    "person.document_type",
    "person.document_number",
    "certificate.holder_name",
    "certificate.document_type",
    "certificate.document_number",
)
"""The fields that identify a person."""


def is_paper(dossier: Dossier) -> bool:
    """Predicate: a paper certificate, for which no electronic number was issued."""
    return dossier.certificate is not None and not dossier.certificate.number


def is_electronic(dossier: Dossier) -> bool:
    """Predicate: not a paper certificate."""
    return not is_paper(dossier)


def is_kind_b(dossier: Dossier) -> bool:
    """Predicate: the certificate is of kind B (project leader)."""
    return dossier.certificate is not None and dossier.certificate.kind_code == "B"


def changes_identity(dossier: Dossier) -> bool:
    """Predicate: the request changes name, document type or document number."""
    return dossier.changes(*IDENTITY)


def moves_unit(dossier: Dossier) -> bool:
    """Predicate: the request changes the work unit."""
    return dossier.changes("certificate.unit")


def renewal_window(valid_until: date, policies: Policies) -> tuple[date, date]:
    """First and last day (inclusive) for filing a renewal (水监督〔2022〕326号; 转换流程 step 5)."""
    opens = add_months(valid_until, -policies.renewal_open_months)
    last = valid_until if policies.renewal_close == "on_day" else valid_until - timedelta(days=1)
    return opens, last


def status_on(certificate: Certificate, today: date) -> str:
    """The status on this day: a certificate past its last day is lapsed, before the daily work says so."""
    if certificate.status in LIVE and certificate.valid_until < today:
        return CertificateStatus.LAPSED
    return certificate.status


def differing(certificate: Certificate, person: Person) -> list[tuple[str, str]]:
    """Path and label of the certificate fields that differ from their holder's (证书信息与个人信息不一致)."""
    return [
        (mine, label)
        for mine, theirs, label in MIRRORED_FIELDS
        if register_field(theirs).read(person)
        and register_field(mine).read(certificate) != register_field(theirs).read(person)
    ]


@rule("certificates.is_in_force", "证书有效", at=OPENING, cause=Cause.RECORD)
def is_in_force(dossier: Dossier) -> CheckResult:
    """The certificate is valid and not past its last day."""
    certificate = dossier.certificate
    if certificate is None:
        return blocks("没有可办理的证书")
    state = status_on(certificate, dossier.today)
    if state == CertificateStatus.VALID:
        return passes("证书有效", f"有效期至 {certificate.valid_until}")
    if state == CertificateStatus.LAPSED:
        return blocks(
            f"证书已于 {certificate.valid_until} 到期失效，不能再办理；需要重新取得的，请咨询考核管理部门"
        )
    return blocks(f"证书{CERTIFICATE_STATUSES[state]}，不能办理这项业务")


@rule("certificates.is_alive", "证书未失效", final=True, cause=Cause.RECORD)
def is_alive(dossier: Dossier) -> CheckResult:
    """At decision the certificate has not ended, though it may be suspended.

    A request that prolongs the validity may be approved after the last day (design.md §1, renewal).
    """
    certificate = dossier.certificate
    if certificate is None or certificate.status not in LIVE:
        state = CERTIFICATE_STATUSES[certificate.status] if certificate else "不在登记中"
        return blocks(f"证书{state}，这项申请不能再通过")
    prolongs = any(
        field.writes and field.path == "certificate.valid_until" for field in dossier.matter.fields
    )
    if certificate.valid_until < dossier.today and not prolongs:
        return blocks(f"证书已于 {certificate.valid_until} 到期失效，这项申请不能再通过")
    return passes("证书未失效")


@rule("certificates.is_numbered", "已换发电子证书", at=OPENING, cause=Cause.PREREQUISITE)
def is_numbered(dossier: Dossier) -> CheckResult:
    """A paper certificate must first be converted by a 变更 (电子证照转换)."""
    if is_paper(dossier):
        return blocks("这本是纸质证书，请先点“变更”换发电子证书，再办理本项")
    return passes("已是电子证书")


@rule("certificates.renewal_is_open", "在延续办理期内", at=OPENING, cause=Cause.PERIOD)
def renewal_is_open(dossier: Dossier) -> CheckResult:
    """Within the renewal window: three months before expiry until the day before it, by policy."""
    if dossier.certificate is None:
        return blocks("没有可办理的证书")
    until = dossier.certificate.valid_until
    opens, last = renewal_window(until, dossier.policies)
    months = dossier.policies.renewal_open_months
    if dossier.today < opens:
        return blocks(f"延续自 {opens} 起办理（到期前 {months} 个月）", since=opens)
    if dossier.today > last:
        return blocks(f"延续申请应在 {last}（含）前提交，现在已过期限，证书到期后失效")
    return passes("在延续办理期内", f"{opens} 至 {last}")


STATUS_TRANSITIONS: Mapping[str, tuple[CertificateStatus, ...]] = {
    CertificateStatus.VALID: (
        CertificateStatus.SUSPENDED,
        CertificateStatus.ANNULLED,
        CertificateStatus.REVOKED,
    ),
    CertificateStatus.SUSPENDED: (
        CertificateStatus.VALID,
        CertificateStatus.ANNULLED,
        CertificateStatus.REVOKED,
    ),
}
"""Status changes that the office may make (domain facts 1.9); an ended certificate has none."""


@rule("certificates.has_not_ended", "证书没有失效", at=OPENING, cause=Cause.RECORD)
def has_not_ended(dossier: Dossier) -> CheckResult:
    """A certificate that has ended is not suspended, given back or revoked."""
    certificate = dossier.certificate
    if certificate is None:
        return blocks("没有可处理的证书")
    if certificate.status not in STATUS_TRANSITIONS:
        return blocks(f"证书{CERTIFICATE_STATUSES[certificate.status]}，不能再处理")
    return passes("证书没有失效")


@rule("certificates.may_become", "处理决定与证书状态相符", final=True)
def may_become(dossier: Dossier) -> CheckResult:
    """Only a valid certificate is suspended, only a suspended one given back; ended ones do not change."""
    certificate = dossier.certificate
    if certificate is None:
        return blocks("没有可处理的证书")
    wanted = dossier.after.get("certificate.status", certificate.status)
    if certificate.status not in STATUS_TRANSITIONS:
        return blocks(f"证书{CERTIFICATE_STATUSES[certificate.status]}，不能再处理")
    if not wanted:
        return blocks("请选择处理决定")
    if wanted == certificate.status:
        return blocks("请选择处理决定：现在的证书状态就是这样")
    if wanted not in STATUS_TRANSITIONS[certificate.status]:
        return blocks(
            f"证书现在是“{CERTIFICATE_STATUSES[certificate.status]}”，不能变为“{CERTIFICATE_STATUSES[wanted]}”"
        )
    return passes("处理决定与证书状态相符")


@rule("certificates.dates_agree", "日期先后相符")
def dates_agree(dossier: Dossier) -> CheckResult:
    """First issued ≤ valid from < valid until."""
    first, begins, ends = (
        dossier.asked(f"certificate.{name}") for name in ("first_issued", "valid_from", "valid_until")
    )
    if not first <= begins < ends:
        return blocks("日期先后不对：首次发证日期不晚于有效期起，有效期起早于有效期结束时间")
    return passes("日期先后相符")


def revive_if_mistaken(approval: ApprovalContext) -> str:
    """Make a lapsed certificate valid again when its corrected last day is not past."""
    certificate = approval.certificate
    if certificate is None or not approval.wrote("certificate.valid_until"):
        return ""
    if certificate.status != CertificateStatus.LAPSED or certificate.valid_until < approval.today:
        return ""
    certificate.status, certificate.status_reason = CertificateStatus.VALID, ""
    return "证书恢复有效"


def renewed_until(dossier: Dossier) -> str:
    """The old last day plus the renewal period, three years by default (水监督〔2022〕326号)."""
    if dossier.certificate is None:
        return ""
    return add_months(dossier.certificate.valid_until, 12 * dossier.policies.renewal_years).isoformat()


def cancelled(_dossier: Dossier) -> str:
    """The status after a cancellation."""
    return "cancelled"


def issue_number(approval: ApprovalContext) -> str:
    """Issue the electronic number of a paper certificate; 首次发证日期 is kept."""
    certificate = approval.certificate
    if certificate is None or certificate.number:
        return ""
    certificate.number = certificate_number(
        approval.session, approval.policies, certificate, approval.today.year
    )
    return f"已换发电子证书，证书编号 {certificate.number}"
