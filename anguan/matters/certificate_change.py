"""证书变更: change of the data on a certificate, or conversion of a paper one (电子证照转换 step 4)."""

from anguan.core.field import asked, issued, shown
from anguan.core.field_types import Choice
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.domain import accounts, certificates, employment, people, photos, requests
from anguan.matters.certificate_renewal import RETIREE

MATTER = Matter(
    code="certificate_change",
    title="证书变更",
    prefix="BG",
    action="变更",
    amends=True,
    filed_by="applicant",
    subject="certificate",
    who="持有有效证书的本人；持纸质证书的，第一次办理即换发电子证书",
    guide="姓名、证件号码、技术职称、职位、工作单位或照片有变化时办理。持纸质证书的，请上传原证书照片页和所有签章页，审核通过后换发电子证书，首次发证日期不变。",
    fields=(
        shown("certificate.paper_number", "原纸质证书编号", when=certificates.is_paper),
        issued("certificate.number", "证书编号", when=certificates.is_paper),
        asked(
            "certificate.photo",
            "证件照片",
            mirrors=("person.photo",),
            propagate=True,
            hint="近期免冠正面白底彩色照片，"
            "不低于 {photo_min_width}×{photo_min_height} 像素，高宽比 1.3，jpg 格式。",
        ),
        asked(
            "certificate.document_number",
            "身份证号",
            mirrors=("person.document_number",),
            propagate=True,
            hint="① 核对身份证号",
        ),
        asked(
            "certificate.holder_name",
            "姓名",
            mirrors=("person.name",),
            propagate=True,
            hint="② 核对姓名，有变化才改",
        ),
        asked(
            "certificate.title",
            "技术职称",
            Choice(dictionary="title"),
            mirrors=("person.title",),
            propagate=True,
            hint="③ 选择对应职称，若无技术职称，此项内容选“无”",
        ),
        asked("certificate.position", "职位", mirrors=("person.position",), hint="没有职位的填“无”"),
        asked("certificate.unit", "工作单位", propagate=True, hint="④ 选择工作单位，须与社保缴纳单位一致"),
    ),
    materials=(
        Material(
            "id_back", "身份证国徽面扫描件", accept=("image",), hint="看清签发机关和有效期限。", at_most=1
        ),
        Material(
            "id_front",
            "身份证姓名面扫描件",
            proves=("certificate.document_number", "certificate.holder_name"),
            accept=("image",),
            hint="四角完整，没有反光。",
            at_most=1,
        ),
        Material(
            "commitment",
            "承诺书",
            sample="commitment",
            hint="⑤ 下载变更证书承诺书（模板），填写签字后上传照片或扫描件。",
        ),
        Material(
            "application",
            "申请表",
            proves=("certificate.unit", "certificate.position", "certificate.title"),
            sample="application",
            when=certificates.is_electronic,
            hint="⑥ 下载申请表，单位盖章后拍照或扫描，按页排好。",
        ),
        Material(
            "paper_scan",
            "申请表：原纸质证书扫描件",
            proves=("certificate.paper_number",),
            when=certificates.is_paper,
            hint="⑥ 第一次由纸质证书换证，此处上传原纸质证书扫描件（照片页和所有签章页）。",
        ),
        Material(
            "constructor",
            "建造师执业证书",
            when=certificates.is_kind_b,
            hint="⑥ B证还需上传建造师执业证书（带二维码可验证）。",
        ),
        Material(
            "employment",
            "劳动合同和社保附件",
            proves=("certificate.unit", "certificate.position"),
            alternatives=(RETIREE,),
            hint="⑦ 上传通过社保系统个人端或企业端出具的社保证明（带二维码方便核验）。",
        ),
        Material(
            "identity_proof",
            "户口簿页或公民身份号码更正证明",
            proves=("certificate.document_number", "certificate.holder_name"),
            when=certificates.changes_identity,
            hint="姓名或证件号码有变化时上传。",
        ),
    ),
    rules=(
        certificates.is_in_force,
        certificates.is_alive,
        people.is_complete,
        people.number_is_free,
        people.number_agrees,
        photos.is_sound,
        employment.is_insured_at_new,
        employment.constructor_agrees,
        requests.something_changes,
        requests.no_other_open,
    ),
    consequences=(
        certificates.issue_number,
        employment.move_employer,
        accounts.update_login,
        accounts.update_account_name,
    ),
    commitments=(
        "本人提交的变更内容和全部材料真实、有效，与原件一致。",
        "变更后的工作单位与本人劳动合同、社会保险缴纳单位一致。",
        "如有隐瞒或提供虚假材料，本人愿意承担由此产生的法律责任。",
    ),
    approved_text="证书信息已变更，电子证书一般 {ready_hours} 小时内推送，原版本同时失效。",
)
