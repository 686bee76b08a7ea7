"""证书注销: the holder cancels a certificate."""

from anguan.core.field import asked, computed, shown
from anguan.core.field_types import Choice, Text
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.domain import certificates, requests

REASONS = (
    ("解除劳动关系", "解除劳动关系"),
    ("不再从事安全生产管理工作", "不再从事安全生产管理工作"),
    ("其他个人原因", "其他个人原因"),
)

MATTER = Matter(
    code="certificate_cancellation",
    title="证书注销",
    prefix="ZX",
    action="注销",
    filed_by="applicant",
    subject="certificate",
    no_batch=True,
    requires_confirmation=True,
    who="持有有效证书的本人",
    guide="注销后证书立即失效，不能恢复；以后需要时要重新报名考试。",
    fields=(
        shown("certificate.holder_name", "姓名"),
        shown("certificate.number", "证书编号"),
        shown("certificate.unit", "工作单位"),
        shown("certificate.valid_until", "有效期结束时间"),
        asked("certificate.status_reason", "注销原因", Choice(REASONS)),
        computed("certificate.status", "证书状态", Text(limit=40), certificates.cancelled),
    ),
    materials=(
        Material(
            "application",
            "注销申请表",
            proves=("certificate.status_reason", "certificate.unit", "certificate.valid_until"),
            sample="application",
            hint="下载已填好的申请表，本人签字后拍照或扫描。",
        ),
        Material(
            "id_front",
            "身份证姓名面扫描件",
            proves=("certificate.holder_name",),
            accept=("image",),
            at_most=1,
        ),
    ),
    rules=(certificates.is_in_force, certificates.is_alive, requests.no_other_open),
    commitments=(
        "本人自愿申请注销该证书，知道注销后不能恢复。",
        "如有虚假，本人愿意承担由此产生的法律责任。",
    ),
    approved_text="证书已注销，从现在起不再有效。",
)
