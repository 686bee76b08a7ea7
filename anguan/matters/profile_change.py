"""基本信息变更 (操作手册 五): education, title, position, phone; the unit of a person without certificate."""

from anguan.core.field import asked
from anguan.core.field_types import Choice
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.domain import requests
from anguan.domain.employment import changes_unit
from anguan.domain.people import changes_title, holds_no_certificate

MATTER = Matter(
    code="profile_change",
    title="基本信息变更",
    prefix="JB",
    action="基本信息变更",
    filed_by="applicant",
    subject="person",
    who="已登记的人员本人",
    guide="文化程度、技术职称、职位、手机号码有变化时办理；没有证书的人在这里填写工作单位。技术职称变更通过后，有效证书一起更新。",
    fields=(
        asked("person.education", "文化程度", Choice(dictionary="education"), required=False),
        asked(
            "person.title",
            "技术职称",
            Choice(dictionary="title"),
            mirrors=("certificate.title",),
            propagate=True,
            hint="没有技术职称的选“无”",
        ),
        asked("person.position", "职位", hint="没有职位的填“无”"),
        asked(
            "person.unit",
            "工作单位",
            required=False,
            hint="须与社保缴纳单位一致。名单里没有您的单位的，请联系考核管理部门登记",
            when=holds_no_certificate,
        ),
        asked("person.phone", "手机号码", hint="考核管理部门用它联系您"),
    ),
    materials=(
        Material(
            "title_proof",
            "职称证书",
            proves=("person.title",),
            when=changes_title,
            hint="技术职称有变化时上传。",
        ),
        Material(
            "employment",
            "劳动合同或社保证明",
            proves=("person.unit",),
            when=changes_unit,
            hint="能看出您在哪个单位工作即可。",
        ),
    ),
    rules=(requests.something_changes, requests.no_other_open),
    promised_days=3,
    commitments=("本人填写的信息真实、有效。",),
    approved_text="基本信息已更新。",
)
