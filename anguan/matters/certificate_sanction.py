"""证书处理: sanctions (暂扣, 发还, 撤销, 吊销); two other people review (domain facts 1.7, 1.9)."""

from anguan.core.field import asked, shown
from anguan.core.field_types import Choice, Text
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.domain import certificates, requests
from anguan.matters.certificate_correction import TWO_PEOPLE

DECISIONS = (("suspended", "暂扣"), ("annulled", "撤销"), ("revoked", "吊销"), ("valid", "发还"))

MATTER = Matter(
    code="certificate_sanction",
    title="证书处理",
    prefix="CL",
    action="处理",
    filed_by="office",
    subject="certificate",
    requires_confirmation=True,
    no_batch=True,
    who="考核管理部门",
    guide="暂扣、发还、撤销或吊销证书。经办人附文书提出，另外两人审核、复核，生效后立即通知本人。",
    fields=(
        shown("certificate.holder_name", "姓名"),
        shown("certificate.number", "证书编号"),
        shown("certificate.unit", "工作单位"),
        shown("certificate.valid_until", "有效期结束时间"),
        asked("certificate.status", "处理决定", Choice(DECISIONS)),
        asked(
            "certificate.status_reason",
            "文号和理由",
            Text(limit=200),
            hint="写明文书名称、文号和事实，本人会看到。",
        ),
    ),
    materials=(
        Material(
            "document",
            "处理决定文书",
            proves=("certificate.status", "certificate.status_reason"),
            hint="盖章的决定书、通知书或发还审批表。",
        ),
    ),
    rules=(certificates.has_not_ended, certificates.may_become, requests.no_other_open),
    steps=TWO_PEOPLE,
    commitments=("处理决定与所附文书一致。",),
    approved_text="考核管理部门已对证书作出处理，证书状态随之改变。",
)
