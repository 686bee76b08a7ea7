"""基本信息变更: education, title, position and phone of a person (操作手册 五, 修改基本信息)."""

from anguan.core.field import asked
from anguan.core.field_types import Choice
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.domain import requests
from anguan.domain.people import changes_title

MATTER = Matter(
    code="profile_change",
    title="基本信息变更",
    prefix="JB",
    action="基本信息变更",
    filed_by="applicant",
    subject="person",
    who="已登记的人员本人",
    guide="文化程度、技术职称、职位、手机号码有变化时办理。技术职称变更通过后，有效证书一起更新。",
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
    ),
    rules=(requests.something_changes, requests.no_other_open),
    promised_days=3,
    commitments=("本人填写的信息真实、有效。",),
    approved_text="基本信息已更新。",
)
