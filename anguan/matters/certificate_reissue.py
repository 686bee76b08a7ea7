"""证书补办: a lost or damaged certificate is reissued with the same number and dates."""

from anguan.core.field import Answered, answered, shown
from anguan.core.field_types import Choice
from anguan.core.material import Material
from anguan.core.matter import Matter
from anguan.domain import certificates, requests

REASON = "reissue_reason"
LOST = "lost"
REASONS = ((LOST, "遗失"), ("damaged", "损毁"))

MATTER = Matter(
    code="certificate_reissue",
    title="证书补办",
    prefix="BB",
    action="补办",
    filed_by="applicant",
    subject="certificate",
    reprints=True,
    edition_note="补",
    who="持有有效电子证书的本人；持纸质证书的，请办理变更，换发电子证书（电子证照转换）",
    guide="证书遗失或损毁时办理。证书编号、首次发证日期和有效期都不变，新证书上印有“补”字，原证书的二维码同时停用。",
    fields=(
        shown("certificate.holder_name", "姓名"),
        shown("certificate.number", "证书编号"),
        shown("certificate.unit", "工作单位"),
        shown("certificate.valid_until", "有效期结束时间"),
        answered(REASON, "补办原因", Choice(REASONS)),
    ),
    materials=(
        Material(
            "application",
            "补办申请表",
            sample="application",
            hint="下载已填好的申请表，本人签字后拍照或扫描。",
        ),
        Material(
            "loss_statement",
            "遗失声明",
            when=Answered(REASON, LOST, "补办原因为遗失"),
            hint="写明姓名、证书编号和遗失经过，声明原证书作废，本人签字。",
        ),
    ),
    rules=(
        certificates.is_numbered,
        certificates.is_in_force,
        certificates.is_alive,
        requests.no_other_open,
    ),
    commitments=(
        "本人的证书确已遗失或损毁，补办后原证书不再使用。",
        "如有虚假，本人愿意承担由此产生的法律责任。",
    ),
    approved_text="证书已补办，编号和有效期不变，电子证书一般 {ready_hours} 小时内推送，原证书同时失效。",
)
