"""证书延续: the holder renews a certificate that is about to expire (操作手册 二, 证书延续)."""

from anguan.core.field import computed, shown
from anguan.core.field_types import Date
from anguan.core.material import AlternativeSet, Material
from anguan.core.matter import Matter
from anguan.domain import certificates, employment, people, requests, training

RETIREE = AlternativeSet(
    "retiree",
    "退休人员：用退休证明、劳务合同、意外伤害保险代替",
    (
        Material("retirement", "退休证明", proves=("employer.name",)),
        Material("service_contract", "劳务合同", proves=("employer.name", "certificate.unit")),
        Material("accident_insurance", "意外伤害保险"),
    ),
)

MATTER = Matter(
    code="certificate_renewal",
    title="证书延续",
    prefix="YX",
    action="延续",
    filed_by="applicant",
    subject="certificate",
    who="持有有效证书，且证书在到期前 {renewal_open_months} 个月以内的本人",
    guide="证书有效期 {renewal_years} 年，每次延续 {renewal_years} 年。"
    "请在到期前 {renewal_open_months} 个月内、最迟{renewal_close}前提交，未及时提交的证书到期失效。",
    fields=(
        shown("person.name", "姓名"),
        shown("person.document_number", "身份证号"),
        shown("employer.name", "工作单位"),
        shown("certificate.number", "证书编号"),
        computed("certificate.valid_until", "有效期结束时间", Date(), certificates.renewed_until),
    ),
    materials=(
        Material(
            "commitment", "承诺书", sample="commitment", hint="下载已填好的承诺书，本人签字后拍照或扫描。"
        ),
        Material(
            "application",
            "延续申请表",
            proves=("person.name", "person.document_number", "employer.name", "certificate.valid_until"),
            sample="application",
            hint="下载已填好的申请表，单位盖章后拍照或扫描。",
        ),
        Material("training", "安全生产教育记录", hint="有效期内每年不少于 {training_hours_per_year} 学时。"),
        Material(
            "employment",
            "劳动合同和社保材料",
            proves=("employer.name",),
            hint="社保证明要带二维码，最近 {insured_months_renewal} 个月由本单位缴纳。",
            alternatives=(RETIREE,),
        ),
    ),
    rules=(
        people.is_complete,
        certificates.is_numbered,
        certificates.is_in_force,
        certificates.is_alive,
        certificates.renewal_is_open,
        training.is_sufficient,
        employment.is_insured,
        employment.constructor_agrees,
        requests.no_other_open,
    ),
    commitments=(
        "本人提交的申请信息和全部材料真实、有效，与原件一致。",
        "证书有效期内，本人按规定参加安全生产教育培训，每年不少于 {training_hours_per_year} 学时。",
        "在证书有效期内，本人未发生负有责任的水利生产安全事故。",
        "如有隐瞒或提供虚假材料，本人愿意承担由此产生的法律责任。",
    ),
    approved_text="证书有效期已延长，电子证书一般 {ready_hours} 小时内推送。",
)
