"""Generates the sample document of each material."""

from anguan.core.field_types import GENDERS
from anguan.core.material import Material
from anguan.demo.portraits import draw_face
from anguan.demo.scans import draw_card, draw_card_back, draw_paper
from anguan.domain.register_fields import enterprise_name
from anguan.domain.training import training_years
from anguan.models import Person
from anguan.pdf.html import show_day
from anguan.pdf.qr import render_qr
from anguan.services.requests.drafts import Draft

GENDER_WORDS = dict(GENDERS)
PROVED_BY_CODE = ("employment", "constructor")
TEXTS = {
    "commitment": "本人承诺所提交的信息和材料真实、有效，与原件一致；如有虚假，愿意承担由此产生的法律责任。",
    "application": "申请内容与系统填报一致，单位已核实并同意。",
    "employment": "劳动合同期限：长期。社会保险由本单位连续缴纳。样张上的二维码只含“样张”二字。",
    "paper_scan": "原纸质证书照片页与全部签章页。",
    "constructor": "注册专业：水利水电工程。聘用企业与工作单位一致。",
    "title_proof": "经评审，具备相应专业技术资格。",
    "identity_proof": "户口簿变更页：登记事项更正，其余不变。",
}


def draw_for_slot(slot: Material, draft: Draft) -> bytes:
    """A sample scan (JPEG) for the material and the person of the draft. Raises LookupError."""
    person = draft.request.person
    if person is None:
        raise LookupError("a paper needs a person")
    if slot.code == "id_back":
        return draw_card_back()
    if slot.code == "id_front":
        return _draw_front(person)
    dossier = draft.dossier
    unit = enterprise_name(dossier.session, dossier.asked("certificate.unit"))
    if not unit and dossier.employer is not None:
        unit = dossier.employer.name
    rows = [
        ("姓名", person.name),
        ("性别", GENDER_WORDS[person.gender]),
        ("身份证号", person.document_number),
        ("工作单位", unit),
    ]
    if slot.code == "training" and dossier.certificate is not None:
        years = training_years(dossier.certificate.valid_until)
        rows += [(f"{year} 年度", "安全生产教育 16 学时，考核合格") for year in years]
    code = render_qr("样张") if slot.code in PROVED_BY_CODE else b""
    return draw_paper(slot.title, rows, TEXTS.get(slot.code, ""), unit, code)


def _draw_front(person: Person) -> bytes:
    face = draw_face(person.document_number, person.gender)
    birth = show_day(person.birth_date)
    return draw_card(person.name, person.document_number, GENDER_WORDS[person.gender], birth, face)
