"""Requests that are returned, withdrawn or have a wrong file; nothing valid is asked for twice."""

from playwright.sync_api import Locator, expect

from anguan.demo.listing import login_of
from tests.browser.conftest import Meet
from tests.browser.support.documents import Documents
from tests.browser.support.filing import RENEWAL_PAPERS, attach_all, begin_renewal, number_on, submit_request
from tests.browser.support.person import Person
from tests.browser.support.reviewer import approve, return_request


def test_only_flagged_items_reopen(meet: Meet, documents: Documents) -> None:
    """退回补正: two of many items are to be corrected, the rest stays as submitted."""
    holder, reviewer = meet(login_of("reviewing")), meet("SHENHE1")
    holder.menu("办理进度")
    number = number_on(holder)
    return_request(reviewer, number, {"技术职称": "职称证书上是工程师，请改正。", "承诺书": "没有签字。"})
    holder.menu("首页")
    holder.sees("没有签字", "职称证书上是工程师，请改正")
    holder.follow("去补正")
    holder.sees("退回补正：共 2 项", "不用改")
    assert uploads(holder) == ["承诺书"]
    assert holder.page.get_by_role("main").get_by_role("combobox").filter(visible=True).count() == 1
    holder.labelled("变更后技术职称").select_option(label="正高级工程师")
    holder.attach("承诺书", documents.second)
    assert submit_request(holder, "变更申请") == number
    approve(reviewer, number)
    holder.menu("个人信息")
    holder.sees("正高级工程师")


def test_withdrawing_and_submitting_again(meet: Meet) -> None:
    """撤销申请, then 重新补充信息: the number stays."""
    holder = meet(login_of("waiting"))
    holder.menu("我的证书")
    number = number_on(holder)
    holder.tap("撤销申请")
    ask = holder.page.get_by_role("dialog", name="撤销这件申请？")
    holder.tap("取消", ask)
    holder.tap("撤销申请")
    holder.press("撤销申请", ask)
    holder.reads("已撤销")
    holder.menu("我的证书")
    holder.press("重新补充信息")
    assert submit_request(holder, "延续申请") == number


def test_a_wrong_file_keeps_the_rest(meet: Meet, documents: Documents) -> None:
    """One invalid file: one message in its place and on top; valid files and text are kept."""
    holder = meet(login_of("stranger"))
    holder.menu("我的证书")
    holder.press("变更")
    holder.fill("变更后职位", "安全总监")
    holder.page.get_by_label("变更后证件照片").set_input_files(documents.small_photo)
    holder.attach("承诺书", documents.scan)
    holder.attach("申请表", documents.nonsense)
    summary = holder.page.get_by_role("alert").filter(has_text="处没填好")
    expect(summary.get_by_role("link")).to_have_count(2)
    links = summary.get_by_role("link").all_inner_texts()
    assert any("440×572" in link for link in links), links
    for link in links:
        said = link.partition("：")[2] or link
        assert holder.main().count(said) >= 2, f"{said} is only on top"
    assert holder.labelled("变更后职位").input_value() == "安全总监"
    holder.sees("扫描件.jpg")
    assert holder.page.title().startswith("错误：")
    summary.get_by_role("link").first.click()
    assert holder.page.evaluate("document.activeElement.matches('input')")


def test_everything_missing_is_reported_at_once(meet: Meet, documents: Documents) -> None:
    """An empty form: every error on top, worded as at the field, each link leading there."""
    holder = meet(login_of("renewing"))
    begin_renewal(holder)
    holder.press("延续申请")
    summary = complaints(holder)
    assert summary.get_by_role("link").count() == len(RENEWAL_PAPERS)
    holder.attach("承诺书", documents.empty)
    holder.reads("“空.jpg”是空文件，请重新选择")
    faults = holder.page.locator(".upload .field__error", has_text="还没有上传")
    expect(faults).to_have_count(len(RENEWAL_PAPERS))
    attach_all(holder, documents)
    expect(faults).to_have_count(0)
    number = submit_request(holder, "延续申请", twice=True)
    holder.page.go_back()
    holder.page.go_forward()
    holder.menu("办理进度")
    holder.sees("共 1 件", number)


def complaints(person: Person) -> Locator:
    """The error summary, which has the focus."""
    summary = person.page.get_by_role("alert").filter(has_text="处没填好")
    summary.wait_for()
    assert summary.evaluate("element => element === document.activeElement")
    return summary


def uploads(person: Person) -> list[str]:
    """The materials for which a file can be chosen."""
    fields = person.page.get_by_role("main").locator("input[type=file][data-title]")
    return [str(field.get_attribute("data-title")) for field in fields.all()]
