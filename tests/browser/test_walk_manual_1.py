"""操作手册, 一, 二, 四, 五: step by step, by the words of the manual."""

import io

from pypdf import PdfReader

from anguan.demo.fixtures import PASSWORD
from anguan.demo.listing import login_of
from tests.browser.conftest import Meet
from tests.browser.support.documents import Documents
from tests.browser.support.filing import attach_all, begin_renewal, submit_request
from tests.browser.support.person import Person
from tests.browser.support.reviewer import approve
from tests.browser.support.server import DemoSite

OWN = "Jiang4Shui!Cai"


def test_logging_in(meet: Meet) -> None:
    """一: default login, the last six of the number; the site then asks for a new password."""
    holder, login = meet(), login_of("newcomer")
    holder.open("/")
    holder.follow("登录")
    holder.log_in(login.lower(), login[-6:])
    assert holder.heading() == "设置您自己的密码"
    assert "尚启程" not in holder.main()
    holder.fill("登记姓名", "尚启程")
    holder.fill("手机号码", "138 0000 0099")
    holder.fill("新密码", OWN)
    holder.fill("再输一次新密码", OWN)
    holder.press("设置密码并进入")
    assert holder.heading() == "您现在要做的事"
    holder.log_out()
    holder.reads("您已退出登录。")
    holder.log_in(login, login[-6:])
    holder.reads("账号或密码不对")
    holder.log_in(login, OWN)
    assert holder.heading() == "您现在要做的事"


def test_renewing_a_certificate(site: DemoSite, meet: Meet, documents: Documents) -> None:
    """二: 证书, 我的证书, 延续; the documents; 延续申请; approval; the new certificate PDF is checked."""
    holder = meet(login_of("renewing"))
    begin_renewal(holder)
    holder.sees("核对基本信息", "岑禾安", "云南示例甲水电工程有限公司", "有效期结束时间")
    attach_all(holder, documents)
    number = submit_request(holder, "延续申请")
    assert "已通过" not in holder.main()
    holder.menu("我的证书")
    holder.sees("已提交待审核")

    reviewer = meet("SHENHE1")
    approve(reviewer, number)
    holder.page.reload()
    holder.sees("制证中")
    assert site.work() > 0
    holder.page.reload()
    holder.sees("✓ 下载")
    sheet = holder.download("✓ 下载C-专职安全生产管理人员电子证书")
    assert "岑禾安" in PdfReader(io.BytesIO(sheet)).pages[0].extract_text()

    holder.follow("详情：C-专职安全生产管理人员")
    printed = PdfReader(io.BytesIO(holder.page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == 1
    token = holder.page.get_by_role("link", name="打开核验页").get_attribute("href")
    inspector = meet()
    inspector.open(str(token))
    assert inspector.heading() == "有效"
    assert "岑禾安" not in inspector.page.content()


def test_changing_the_password_both_ways(meet: Meet) -> None:
    """四: 方式一, the portrait at the top right; 方式二, the left menu."""
    holder = meet(login_of("stranger"))
    top = holder.page.get_by_role("banner")
    top.get_by_text("冯一苇").hover()
    top.get_by_role("link", name="修改密码").click()
    _change_password(holder, PASSWORD, OWN)
    holder.open("/my/")
    top.get_by_text("冯一苇").click()
    top.get_by_role("link", name="修改密码").click()
    assert holder.heading() == "修改密码"
    holder.open("/my/")
    holder.menu("修改密码")
    _change_password(holder, OWN, f"{OWN}2")
    holder.log_out()
    holder.log_in(login_of("stranger"), f"{OWN}2")
    assert holder.heading() == "您现在要做的事"


def test_changing_the_password_of_an_enterprise(meet: Meet) -> None:
    """四, 方式二, 企业端."""
    firm = meet(login_of("jia"))
    firm.menu("修改密码")
    _change_password(firm, PASSWORD, OWN)


def test_keeping_personal_information(meet: Meet, documents: Documents) -> None:
    """五, 1: 个人信息; 证件信息 and 修改基本信息."""
    holder = meet(login_of("stranger"))
    holder.menu("个人信息")
    holder.sees("证件信息", "基本信息", "证件照片", "文化程度", "技术职称", "手机号码")
    holder.press("修改基本信息")
    assert holder.heading() == "基本信息变更"
    holder.fill("变更后手机号码", "13900000001")
    number = submit_request(holder, "基本信息变更申请")
    holder.menu("个人信息")
    holder.sees("待审核")
    reviewer = meet("SHENHE1")
    approve(reviewer, number)
    holder.page.reload()
    holder.sees("139****0001")

    holder.press("修改证件信息")
    assert holder.heading() == "证件信息变更"
    holder.page.get_by_label("变更后证件照片").set_input_files(documents.photo)
    holder.attach("身份证国徽面扫描件", documents.card)
    holder.attach("身份证姓名面扫描件", documents.card)
    number = submit_request(holder, "证件信息变更申请")
    approve(reviewer, number)


def _change_password(person: Person, old: str, new: str) -> None:
    assert person.heading() == "修改密码"
    person.fill("当前密码", old)
    person.fill("新密码", new)
    person.fill("再输一次新密码", new)
    person.press("保存新密码")
    person.reads("密码已修改。")
