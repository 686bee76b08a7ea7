"""证件信息变更: name, document and photo of a person and their certificates (操作手册 五, 证件信息维护)."""

from anguan.core.field import asked
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.domain import accounts, certificates, people, photos, requests

MATTER = Matter(
    code="identity_change",
    title="证件信息变更",
    prefix="ZJ",
    action="证件信息变更",
    filed_by="applicant",
    subject="person",
    no_batch=True,
    who="已登记的人员本人",
    guide="姓名、证件类型、证件号码、性别、出生日期或证件照片有变化时办理。本人的有效证书随审核通过一起更新。",
    fields=(
        asked(
            "person.photo",
            "证件照片",
            mirrors=("certificate.photo",),
            propagate=True,
            required=False,
            hint="近期免冠正面白底彩色照片，"
            "不低于 {photo_min_width}×{photo_min_height} 像素，高宽比 1.3，jpg 格式。",
        ),
        asked("person.document_type", "证件类型", mirrors=("certificate.document_type",), propagate=True),
        asked("person.document_number", "证件号码", mirrors=("certificate.document_number",), propagate=True),
        asked("person.name", "姓名", mirrors=("certificate.holder_name",), propagate=True),
        asked("person.gender", "性别", mirrors=("certificate.gender",), propagate=True),
        asked("person.birth_date", "出生日期", mirrors=("certificate.birth_date",), propagate=True),
    ),
    materials=(
        Material(
            "id_back", "身份证国徽面扫描件", accept=("image",), at_most=1, hint="看清签发机关和有效期限。"
        ),
        Material(
            "id_front",
            "身份证姓名面扫描件",
            proves=(
                "person.document_type",
                "person.document_number",
                "person.name",
                "person.gender",
                "person.birth_date",
            ),
            accept=("image",),
            at_most=1,
            hint="四角完整，没有反光。",
        ),
        Material(
            "identity_proof",
            "户口簿页或公民身份号码更正证明",
            proves=(
                "person.document_type",
                "person.document_number",
                "person.name",
                "person.gender",
                "person.birth_date",
            ),
            when=certificates.changes_identity,
            hint="姓名或证件号码有变化时上传。",
        ),
    ),
    rules=(
        people.number_is_free,
        people.number_agrees,
        photos.is_sound,
        requests.something_changes,
        requests.no_other_open,
    ),
    consequences=(accounts.update_login, accounts.update_account_name),
    commitments=("本人提交的证件信息和材料真实、有效，与原件一致。",),
    approved_text="证件信息已更新，有效证书随之换发新版本。",
)
