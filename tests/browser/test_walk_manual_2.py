"""电子证照转换, 个人端 1, 4, 5, 6: a paper certificate becomes an electronic one, at the second attempt."""

import io

from pypdf import PdfReader
from sqlalchemy import delete, select

from anguan.demo.listing import login_of
from anguan.models import Constructor, Insurance, Person
from tests.browser.conftest import Meet
from tests.browser.support.documents import Documents
from tests.browser.support.filing import submit_request
from tests.browser.support.person import Person as Walker
from tests.browser.support.reviewer import approve, open_request, reject
from tests.browser.support.server import DemoSite

KIND = "B-项目负责人"
REASON = "在新单位参保不满3个月"
HINTS = (
    "① 核对身份证号",
    "② 核对姓名，有变化才改",
    "③ 选择对应职称",
    "④ 选择工作单位，须与社保缴纳单位一致",
    "⑤ 下载变更证书承诺书",
    "⑥ 第一次由纸质证书换证，此处上传原纸质证书扫描件（照片页和所有签章页）",
    "⑥ B证还需上传建造师执业证书（带二维码可验证）",
    "⑦ 上传通过社保系统个人端或企业端出具的社保证明（带二维码方便核验）",
)
PAIRS = ("身份证号", "姓名", "技术职称", "职位", "工作单位", "证件照片")


def test_converting_a_paper_certificate(site: DemoSite, meet: Meet, documents: Documents) -> None:
    """The whole conversion, including the refusal that the manual describes."""
    forget_registers(site)
    holder, reviewer = meet(login_of("paper")), meet("SHENHE1")
    holder.menu("我的证书")
    holder.sees("—", "不能延续")
    holder.press("变更")
    number = fill_in(holder, documents)

    open_request(reviewer, number)
    reviewer.sees("云南示例乙水利集团有限公司", "无法判断", "原纸质证书扫描件", "建造师执业证书")
    reject(reviewer, number, REASON)

    holder.menu("首页")
    holder.sees(REASON)
    holder.menu("我的证书")
    holder.sees(f"变更证书审批不通过 原因: {REASON}")
    holder.press("重新补充信息")
    assert holder.heading() == "证书变更"
    holder.attach("劳动合同和社保附件", documents.second)
    assert submit_request(holder, "变更申请") == number
    holder.menu("我的证书")
    holder.sees("已提交待审核")

    approve(reviewer, number)
    holder.menu("我的证书")
    holder.sees("制证中", "一般 24 小时内推送")
    site.work()
    holder.menu("我的证书")
    holder.sees("水安B")
    sheet = PdfReader(io.BytesIO(holder.download(f"✓ 下载{KIND}电子证书"))).pages[0].extract_text()
    assert "云南示例乙水利集团有限公司" in sheet.replace("\n", "")
    assert "水安B" in sheet


def fill_in(holder: Walker, documents: Documents) -> str:
    """Step 4, from ① to ⑧; gives the number of the request."""
    assert holder.heading() == "证书变更"
    holder.sees(*HINTS)
    holder.sees(*(f"{side}{label}" for label in PAIRS for side in ("原", "变更后")))
    template = holder.download("下载变更证书承诺书(模板)")
    assert "承诺书" in PdfReader(io.BytesIO(template)).pages[0].extract_text()
    filled = holder.download("下载已填好的承诺书")
    assert "段知秋" in PdfReader(io.BytesIO(filled)).pages[0].extract_text()
    holder.page.get_by_label("变更后证件照片").set_input_files(documents.photo)
    holder.labelled("变更后技术职称").select_option(label="高级工程师")
    unit = holder.labelled("变更后工作单位")
    unit.fill("")
    unit.press_sequentially("乙水利")
    holder.page.get_by_role("option", name="云南示例乙水利集团有限公司").click()
    for title in ("身份证国徽面扫描件", "身份证姓名面扫描件"):
        holder.attach(title, documents.card)
    holder.attach("承诺书", documents.scan)
    holder.attach("申请表：原纸质证书扫描件", [documents.scan, documents.second])
    holder.attach("建造师执业证书", documents.scan)
    holder.attach("劳动合同和社保附件", documents.scan)
    return submit_request(holder, "变更申请")


def forget_registers(site: DemoSite) -> None:
    """Delete this person's insurance and constructor records, so that documents must prove them."""
    with site.change() as session:
        wanted = select(Person.id).where(Person.document_number == login_of("paper"))
        for table in (Insurance, Constructor):
            session.execute(delete(table).where(table.person_id.in_(wanted)))
