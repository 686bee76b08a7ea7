"""Fixtures of the demo data: invented people with impossible region codes, and what each demonstrates."""

from dataclasses import dataclass
from datetime import date

from anguan.core.field_types.citizen_number import compose_number
from anguan.core.field_types.uscc import compose_uscc

REGION = "590100"
PASSWORD = "Shili-2026-Demo"  # noqa: S105 it is printed on every start and opens nothing but the demo
FIRST_CODE = "DEM26-QXW4P"
"""One-time code of the demo enterprise that has not been activated; printed like the password."""


@dataclass(frozen=True)
class DemoEnterprise:
    """An invented enterprise; `shows` is filled when there is an account for it."""

    key: str
    name: str
    uscc: str
    legal: str
    region: str
    address: str
    contact: str
    phone: str
    shows: str = ""
    first_login: bool = False


@dataclass(frozen=True)
class DemoHolder:
    """An invented holder; `days` is the remaining validity of the certificate on the day of loading."""

    key: str
    name: str
    shows: str
    firm: str
    born: date
    order: int
    kind: str = "C"
    days: int = 600
    title: str = "工程师"
    position: str = "专职安全生产管理人员"
    education: str = "本科"
    paper: bool = False
    insured: bool = True
    first_login: bool = False

    @property
    def number(self) -> str:
        """Identity number with a valid check digit."""
        return compose_number("590101", self.born, self.order)

    @property
    def gender(self) -> str:
        """Gender encoded in the number."""
        return "male" if self.order % 2 else "female"

    @property
    def phone(self) -> str:
        """A fictitious telephone number."""
        return f"1380000{self.order:04d}"


@dataclass(frozen=True)
class DemoStaff:
    """An invented member of staff."""

    login: str
    name: str
    role: str
    shows: str
    region: str | None = None


ENTERPRISES = (
    DemoEnterprise(
        "jia",
        "云南示例甲水电工程有限公司",
        compose_uscc("91590100MA0000001"),
        "云伯安",
        "530100",
        "示例州市示例区人民路 1 号",
        "周联络",
        "0871-0000011",
        "企业首页和企业信息",
    ),
    DemoEnterprise(
        "yi",
        "云南示例乙水利集团有限公司",
        compose_uscc("91590100MA0000002"),
        "段仲平",
        "532900",
        "示例州市示例区洱滨路 2 号",
        "王联络",
        "0872-0000022",
        "首次登录：用一次性口令激活，确认法定代表人姓名",
        first_login=True,
    ),
    DemoEnterprise(
        "bing",
        "云南示例丙水电有限公司",
        compose_uscc("91590100MA0000003"),
        "尹叔和",
        REGION,
        "示例州市示例县江边路 3 号",
        "李联络",
        "0871-0000033",
    ),
)

HOLDERS = (
    DemoHolder(
        "renewing", "岑禾安", "C 证快到期，资料齐全，可以办延续", "jia", date(1990, 3, 7), 12, days=38
    ),
    DemoHolder(
        "early",
        "夏立川",
        "A、B 两本证，延续还没到办理时间，页面写明从哪天起",
        "jia",
        date(1984, 6, 19),
        31,
        kind="A",
        days=200,
        title="高级工程师",
        position="总经理",
    ),
    DemoHolder(
        "paper",
        "段知秋",
        "纸质 B 证，要办变更换发电子证（转换流程）",
        "jia",
        date(1987, 11, 2),
        44,
        kind="B",
        days=410,
        position="项目负责人",
        paper=True,
    ),
    DemoHolder(
        "rejected",
        "和建川",
        "变更单位审批不通过，原因：在新单位参保不满3个月",
        "yi",
        date(1992, 1, 25),
        51,
        days=520,
        insured=False,
    ),
    DemoHolder("returned", "杨晓渡", "延续被退回补正，有 2 项要改", "yi", date(1989, 9, 14), 62, days=52),
    DemoHolder("draft", "赵映雪", "变更填了一半，草稿未提交", "bing", date(1994, 4, 30), 74, days=700),
    DemoHolder("waiting", "普云舒", "延续已提交，待审核", "jia", date(1991, 12, 8), 86, days=45),
    DemoHolder("reviewing", "刀罕明", "技术职称变更，审核中", "yi", date(1986, 8, 21), 93, days=333),
    DemoHolder(
        "approved",
        "木易青",
        "延续已通过，新版电子证可下载，旧版二维码显示已被替代",
        "jia",
        date(1988, 5, 5),
        108,
        kind="B",
        days=60,
        position="项目负责人",
    ),
    DemoHolder("cancelled", "白若溪", "证书已注销，扫码核验是红色", "bing", date(1993, 2, 11), 116, days=480),
    DemoHolder(
        "suspended",
        "沐清和",
        "B 证被暂扣：证书页和消息写明文号和理由，扫码核验是红色",
        "jia",
        date(1986, 2, 18),
        187,
        kind="B",
        days=430,
        position="项目负责人",
    ),
    DemoHolder(
        "corrected",
        "方砚秋",
        "首次发证日期登记有误，由考核管理部门更正，出了第 2 版",
        "jia",
        date(1991, 4, 9),
        194,
        days=560,
    ),
    DemoHolder("lapsed", "施望舒", "证书过期未延续，已失效", "yi", date(1985, 10, 17), 128, days=-20),
    DemoHolder(
        "mismatch",
        "罗清源",
        "证书与个人信息不一致，可一键变更",
        "bing",
        date(1990, 7, 23),
        135,
        days=610,
    ),
    DemoHolder(
        "minority",
        "者米阿卡\u00b7扎莫洛\u00b7斯那农布\u00b7阿茸七林\u00b7格桑次姆卓玛",
        "25 个字、带间隔号的姓名",
        "yi",
        date(1995, 1, 1),
        142,
        days=820,
    ),
    DemoHolder("rare", "杨㛃䶮𠅤", "姓名有生僻字，证书照样能印", "jia", date(1996, 6, 6), 157, days=900),
    DemoHolder(
        "stranger", "冯一苇", "只有自己的一本证，看不到别人的任何东西", "bing", date(1983, 3, 3), 169, days=75
    ),
    DemoHolder(
        "newcomer",
        "尚启程",
        "首次登录：用身份证号后六位激活，确认姓名",
        "jia",
        date(1997, 9, 9),
        173,
        days=640,
        first_login=True,
    ),
)

STAFF_MEMBERS = (
    DemoStaff("SHENHE1", "何知微", "reviewer", "审核员，全省，有几件待审"),
    DemoStaff("SHENHE2", "李闻道", "reviewer", "审核员，只看昆明市的申请", "530100"),
    DemoStaff("FUHE", "苏明远", "senior_reviewer", "高级审核员，可强制通过、撤回决定"),
    DemoStaff("KAOWU", "陶可染", "exam_officer", "考务员"),
    DemoStaff("ADMIN", "管理员顾平", "administrator", "账号、材料、期限、字典"),
    DemoStaff("SHENJI", "审计员钟鸣", "auditor", "只读，操作日志"),
)
