"""What every house starts with: kinds of certificates, dictionaries, holidays, what reviewers say."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.jobs.holidays import known_days
from anguan.models import CalendarDay, CertificateKind, DictionaryEntry, Reason

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
REASONS = (
    (
        "insured_short",
        "certificate_change",
        "paper:employment",
        "在新单位参保不满3个月",
        "在新单位连续参保满 3 个月后，重新提交变更申请。",
    ),
    (
        "insured_elsewhere",
        "",
        "paper:employment",
        "社保缴纳单位与申报单位不一致",
        "请上传由申报单位缴纳的社保证明；单位已变动的，先办理变更。",
    ),
    (
        "no_code",
        "",
        "paper:employment",
        "社保证明没有二维码，无法核验",
        "请从社保系统个人端或企业端重新下载带二维码的证明。",
    ),
    (
        "constructor",
        "certificate_change",
        "paper:constructor",
        "建造师注册单位与工作单位不一致",
        "请先办理建造师变更注册，再提交变更申请。",
    ),
    (
        "training_short",
        "certificate_renewal",
        "paper:training",
        "年度安全生产教育记录缺失或不足 12 学时",
        "请补齐每一年的教育记录，每年不少于 12 学时。",
    ),
    (
        "not_sealed",
        "",
        "paper:application",
        "申请表没有签字或盖章",
        "请下载申请表，签字盖章后重新拍照或扫描。",
    ),
    ("no_paper", "", "", "缺少材料或材料不完整", "请对照材料清单补齐。"),
    ("unclear", "", "", "材料不清晰，看不清内容", "请在光线充足处重新拍照，四角完整、没有反光。"),
    (
        "photo",
        "",
        "field:certificate.photo",
        "照片不是白底，或尺寸、格式不合格",
        "请上传近期免冠正面白底彩色照片，不低于 440×572 像素。",
    ),
    ("identity", "", "paper:id_front", "证件号码与证件不一致", "请核对身份证后重新填写。"),
    (
        "number_proof",
        "",
        "paper:identity_proof",
        "姓名或证件号码变化没有证明",
        "请上传户口簿变更页或公民身份号码更正证明。",
    ),
    ("too_old", "", "", "超过年龄上限，或退休日期早于有效期截止", ""),
    ("no_change", "certificate_change", "", "没有变更任何内容", ""),
    ("not_true", "", "", "承诺内容与事实不符", ""),
)


def stock(session: Session) -> None:
    """Lay in what is not there yet, inside the caller's transaction; what an administrator changed stays."""
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
    for place, (code, matter, item, sentence, remedy) in enumerate(REASONS, start=1):
        if code not in known:
            session.add(
                Reason(
                    code=code, matter=matter, item=item, sentence=sentence, remedy=remedy, position=place * 10
                )
            )
    session.flush()


def add_words(session: Session, dictionary: str, words: list[tuple[str, str]]) -> None:
    """Append words to a dictionary that it does not have yet."""
    rows = session.execute(
        select(DictionaryEntry.code, DictionaryEntry.position).where(DictionaryEntry.dictionary == dictionary)
    ).all()
    known, last = {row.code for row in rows}, max((row.position for row in rows), default=0)
    for code, label in words:
        if code not in known:
            last += 10
            session.add(DictionaryEntry(dictionary=dictionary, code=code, label=label, position=last))
