"""人员更正: the office corrects the data of a person and their certificates; two other people review."""

from anguan.core.field import asked
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.domain import accounts, people, requests
from anguan.matters.certificate_correction import TWO_PEOPLE

MATTER = Matter(
    code="person_correction",
    title="人员信息更正",
    prefix="RG",
    action="更正",
    filed_by="office",
    subject="person",
    no_batch=True,
    who="考核管理部门",
    guide="人员登记有误时由考核管理部门办理。经办人提出，另外两人审核、复核。",
    fields=(
        asked("person.name", "姓名", mirrors=("certificate.holder_name",), propagate=True),
        asked("person.document_type", "证件类型", mirrors=("certificate.document_type",), propagate=True),
        asked("person.document_number", "证件号码", mirrors=("certificate.document_number",), propagate=True),
        asked("person.gender", "性别", mirrors=("certificate.gender",), propagate=True, required=False),
        asked(
            "person.birth_date",
            "出生日期",
            mirrors=("certificate.birth_date",),
            propagate=True,
            required=False,
        ),
        asked("person.education", "文化程度", required=False),
        asked("person.phone", "手机号码", required=False),
    ),
    materials=(
        Material(
            "ground",
            "更正依据",
            proves=(
                "person.name",
                "person.document_type",
                "person.document_number",
                "person.gender",
                "person.birth_date",
                "person.education",
                "person.phone",
            ),
            hint="证件、原始档案或书面说明，写明错在哪里、应为什么。",
        ),
    ),
    rules=(
        people.number_is_free,
        people.number_agrees,
        requests.something_changes,
        requests.no_other_open,
    ),
    consequences=(accounts.update_login, accounts.update_account_name),
    steps=TWO_PEOPLE,
    commitments=("更正内容与所附依据一致。",),
    approved_text="登记的个人信息已由考核管理部门更正，有效证书随之换发新版本。",
)
