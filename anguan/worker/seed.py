"""Initial data of every installation: certificate kinds, dictionaries, holidays, standard reasons."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.matters import certificate_change, certificate_renewal
from anguan.models import CalendarDay, CertificateKind, DictionaryEntry, Reason
from anguan.worker.holidays import known_days

KINDS = (
    ("A", "企业主要负责人", "", None),
    ("B", "项目负责人", "项目负责人", 65),
    ("C", "专职安全生产管理人员", "专职安全生产管理人员", 60),
)
WORDS = {
    "title": ("无", "技术员", "助理工程师", "工程师", "高级工程师", "正高级工程师"),
    "education": ("初中及以下", "高中", "中专", "大专", "本科", "硕士", "博士"),
    "position": (
        "法定代表人",
        "总经理",
        "分管安全副总经理",
        "分管生产副总经理",
        "技术负责人",
        "安全总监",
        "项目负责人",
        "专职安全生产管理人员",
    ),
    "qualification_category": (
        "水利水电工程施工总承包",
        "水工金属结构制作与安装工程专业承包",
        "河湖整治工程专业承包",
        "水利水电机电安装工程专业承包",
    ),
    "qualification_grade": ("特级", "一级", "二级", "三级"),
}
REGIONS = (
    ("530100", "昆明市"),
    ("530300", "曲靖市"),
    ("530400", "玉溪市"),
    ("530500", "保山市"),
    ("530600", "昭通市"),
    ("530700", "丽江市"),
    ("530800", "普洱市"),
    ("530900", "临沧市"),
    ("532300", "楚雄彝族自治州"),
    ("532500", "红河哈尼族彝族自治州"),
    ("532600", "文山壮族苗族自治州"),
    ("532800", "西双版纳傣族自治州"),
    ("532900", "大理白族自治州"),
    ("533100", "德宏傣族景颇族自治州"),
    ("533300", "怒江傈僳族自治州"),
    ("533400", "迪庆藏族自治州"),
)
WATER, FLOW = "水监督〔2022〕326号", "电子证照转换流程"
INSURED, TAUGHT, SEALED = "paper:employment", "paper:training", "paper:application"
CHANGE, RENEWAL = certificate_change.MATTER.code, certificate_renewal.MATTER.code
REASONS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("insured_short", CHANGE, INSURED, "在新单位参保不满{月数}个月",
     "请满 {月数} 个月后再交社保证明。", ""),
    ("insured_elsewhere", "", INSURED, "社保缴纳单位与申报单位不一致",
     "请上传由{单位}缴纳的社保证明；单位已变动的，先办理变更。", ""),
    ("no_code", "", INSURED, "社保证明没有二维码，无法核验",
     "请从社保系统个人端或企业端重新下载带二维码的证明。", FLOW),
    ("constructor", CHANGE, "paper:constructor", "建造师注册单位与工作单位不一致",
     "请先办理建造师变更注册，再提交变更申请。", FLOW),
    ("training_short", RENEWAL, TAUGHT, "年度安全生产教育记录缺失或不足 {学时} 学时",
     "请补齐每一年的教育记录，每年不少于 {学时} 学时。", WATER),
    ("not_sealed", "", SEALED, "申请表没有签字或盖章", "请下载申请表，签字盖章后重新拍照或扫描。", FLOW),
    ("no_paper", "", "", "缺少材料或材料不完整", "请对照材料清单补齐。", ""),
    ("unclear", "", "", "材料不清晰，看不清内容", "请在光线充足处重新拍照，四角完整、没有反光。", ""),
    ("photo", "", "field:certificate.photo", "照片不是白底，或尺寸、格式不合格",
     "请上传近期免冠正面白底彩色照片，不低于 {尺寸} 像素。", FLOW),
    ("identity", "", "paper:id_front", "证件号码与证件不一致", "请核对身份证后重新填写。", ""),
    ("number_proof", "", "paper:identity_proof", "姓名或证件号码变化没有证明",
     "请上传户口簿变更页或公民身份号码更正证明。", ""),
    ("too_old", "", "", "超过年龄上限，或退休日期早于有效期截止", "", ""),
    ("no_change", CHANGE, "", "没有变更任何内容", "", ""),
    ("not_true", "", "", "承诺内容与事实不符", "", ""),
    ("insured_less", RENEWAL, INSURED, "在{单位}参保不满 {月数} 个月",
     "连续参保满 {月数} 个月后再申请延续。", WATER),
    ("training_year", RENEWAL, TAUGHT, "{年度} 年安全生产教育不足 {学时} 学时",
     "补学并取得记录后，重新上传。", WATER),
    ("unclear_page", "", "", "第 {页码} 页看不清", "请把这一页重新拍照或扫描。", ""),
    ("no_page", "", "", "缺少{内容}", "请补上后重新提交。", ""),
    ("unsigned", "", "paper:commitment", "承诺书没有本人签字", "请本人签字后重新上传。", FLOW),
    ("contract_over", "", INSURED, "劳动合同已到期，或不是与{单位}签订的", "请上传现行有效的劳动合同。", ""),
    ("paper_pages", CHANGE, "paper:paper_scan", "原纸质证书缺照片页或签章页",
     "请上传原证书照片页和所有签章页。", FLOW),
    ("firm_unlike", CHANGE, "field:certificate.unit", "单位名称与统一社会信用代码不符",
     "请与单位核对后重新选择工作单位。", ""),
    ("firm_unqualified", "", "", "{单位}没有有效的水利施工资质", "请单位先补办资质，再提交申请。", ""),
    ("not_legal_person", "", "", "登记信息显示不是{单位}的法定代表人", "请单位先更新登记，再提交申请。", ""),
    ("one_of_kind", "", "", "已持有同类别的有效证书", "", ""),
    ("apart", "", "", "B 证、C 证不在同一单位", "请先变更另一本证书的单位。", ""),
    ("too_young", "", "", "未满 18 周岁", "", ""),
    ("too_often", CHANGE, "", "一年内已变更 {n} 次，超过规定次数", "", ""),
    ("running", "", "", "已有在办的申请", "请等前一件办结后再提交。", ""),
    ("not_in_force", "", "", "证书已过期、注销或被锁定，不能办理", "", ""),
)  # fmt: skip
"""Code, matter, item, sentence, remedy, clause of each standard reason; {…} are blanks to complete."""
REASON_KINDS = {"constructor": "B", "not_legal_person": "A", "apart": "BC", "too_old": "BC"}
"""Certificate kinds of the reasons that do not fit all."""


def seed(session: Session) -> None:
    """Add missing initial data inside the caller's transaction; what an administrator changed stays."""
    kinds = set(session.scalars(select(CertificateKind.code)))
    for code, title, position, limit in KINDS:
        if code not in kinds:
            session.add(CertificateKind(code=code, title=title, position=position, age_limit=limit))
    for name, words in WORDS.items():
        add_words(session, name, [(word, word) for word in words])
    add_words(session, "region", list(REGIONS))
    noted = set(session.scalars(select(CalendarDay.day)))
    session.add_all(row for row in known_days() if row.day not in noted)
    known = set(session.scalars(select(Reason.code)))
    for place, (code, matter, item, sentence, remedy, clause) in enumerate(REASONS, start=1):
        if code not in known:
            said = {"sentence": sentence, "remedy": remedy, "clause": clause}
            fits = {"matters": [matter], "kinds": REASON_KINDS.get(code, ""), "items": [item]}
            fits = {name: tuple(filter(None, codes)) for name, codes in fits.items()}
            session.add(Reason(code=code, position=place * 10, **said, **fits))
    session.flush()


def add_words(session: Session, dictionary: str, words: list[tuple[str, str]]) -> None:
    """Append the words that a dictionary does not have yet."""
    rows = session.execute(
        select(DictionaryEntry.code, DictionaryEntry.position).where(DictionaryEntry.dictionary == dictionary)
    ).all()
    known, last = {row.code for row in rows}, max((row.position for row in rows), default=0)
    for code, label in words:
        if code not in known:
            last += 10
            session.add(DictionaryEntry(dictionary=dictionary, code=code, label=label, position=last))
