"""证书更正: the office corrects the data of a certificate; two other people review (design.md §1)."""

from anguan.core.field import asked, shown
from anguan.core.material import Material
from anguan.core.matter import Matter, Step
from anguan.domain import certificates, requests

TWO_PEOPLE = (Step("first", "经办审核"), Step("second", "复核", role="senior_reviewer"))

MATTER = Matter(
    code="certificate_correction",
    title="证书更正",
    prefix="GZ",
    action="更正",
    filed_by="office",
    subject="certificate",
    no_batch=True,
    who="考核管理部门",
    guide="登记有误时由考核管理部门办理。经办人提出，另外两人审核、复核。",
    fields=(
        shown("certificate.number", "证书编号"),
        asked("certificate.paper_number", "原纸质证书编号", required=False),
        asked("certificate.holder_name", "姓名"),
        asked("certificate.gender", "性别", required=False),
        asked("certificate.document_type", "证件类型"),
        asked("certificate.document_number", "证件号码"),
        asked("certificate.birth_date", "出生日期", required=False),
        asked("certificate.title", "技术职称", required=False),
        asked("certificate.position", "职位", required=False),
        asked("certificate.first_issued", "首次发证日期"),
        asked("certificate.valid_from", "有效期起"),
        asked("certificate.valid_until", "有效期结束时间"),
    ),
    materials=(
        Material(
            "ground",
            "更正依据",
            proves=(
                "certificate.paper_number",
                "certificate.holder_name",
                "certificate.gender",
                "certificate.document_type",
                "certificate.document_number",
                "certificate.birth_date",
                "certificate.title",
                "certificate.position",
                "certificate.first_issued",
                "certificate.valid_from",
                "certificate.valid_until",
            ),
            hint="原始档案、证件或书面说明，写明错在哪里、应为什么。",
        ),
    ),
    rules=(certificates.dates_agree, requests.something_changes, requests.no_other_open),
    consequences=(certificates.revive_if_mistaken,),
    steps=TWO_PEOPLE,
    commitments=("更正内容与所附依据一致。",),
    approved_text="证书登记内容已由考核管理部门更正，原版本同时失效。",
)
