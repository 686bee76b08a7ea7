"""A file is sent as soon as it is chosen; what could not be sent stays chosen and says what to do."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Meet
from tests.browser.support.documents import Documents

HOLDER = "590101199003070125"
DRAFT = re.compile(r"/my/requests/\d+/edit$")


def test_files_are_sent_at_once(meet: Meet, documents: Documents) -> None:
    holder = meet(HOLDER)
    page = holder.page
    holder.menu("我的证书")
    holder.press("变更")
    count = page.locator("[data-live=materials]")
    before = count.inner_text()
    holder.fill("变更后职位", "总工程师")
    holder.attach("申请表", documents.scan)
    assert DRAFT.search(page.url)
    slot = page.locator("[data-slot='paper.application']")
    expect(slot.locator(".upload__file")).to_have_count(1)
    expect(slot.locator(".drop__chosen")).to_have_text("已上传")
    assert count.inner_text() != before
    assert holder.labelled("变更后职位").input_value() == "总工程师"
    holder.attach("申请表", [documents.second, documents.nonsense])
    expect(slot.locator(".upload__file")).to_have_count(2)
    expect(slot.locator(".field__error")).to_contain_text("合同.doc")
    expect(page.locator(".errors a")).to_have_attribute("href", "#paper.application")
    expect(page.locator("#errors-title")).to_contain_text("还有 1 处")
    holder.attach("申请表", documents.card)
    expect(page.locator(".errors")).to_have_count(0)

    page.route("**/edit", lambda route: route.abort())
    page.locator("[id='paper.application']").set_input_files(documents.photo)
    expect(slot.locator(".field__error")).to_contain_text("没有连上服务器")
    chosen = "document.getElementById('paper.application').files.length"
    assert page.evaluate(chosen) == 1
    page.unroute("**/edit")
    holder.complaints.clear()
    slot.get_by_role("button", name="重新上传").click()
    expect(slot.locator(".upload__file")).to_have_count(4)
    assert page.evaluate(chosen) == 0

    first = slot.locator(".upload__file").first
    assert "扫描件.jpg" in first.inner_text()
    slot.get_by_role("button", name="下移").first.press("Enter")
    expect(first).to_contain_text("第二页.jpg")
    expect(page.locator(":focus")).to_contain_text("下移扫描件.jpg")
    first.get_by_role("button", name="旋转").click()
    expect(first.locator("img")).to_have_attribute("src", re.compile("turn=90"))
    slot.get_by_label("替换 第二页.jpg").set_input_files(documents.small_photo)
    expect(first).to_contain_text("小照片.jpg")
    expect(slot.locator(".upload__file")).to_have_count(4)
    slot.get_by_role("button", name="删除").first.press("Enter")
    expect(slot.locator(".upload__file")).to_have_count(3)
    back = page.locator("[data-slot='paper.id_back']")
    with page.expect_navigation():
        back.locator("input[type=file]").set_input_files(documents.card)
        holder.button("保存草稿").click()
    expect(back.locator(".upload__file")).to_have_count(1)

    page.context.clear_cookies()
    page.locator("[id='paper.application']").set_input_files(documents.photo)
    expect(slot.locator(".field__error")).to_contain_text("登录已经结束")
    assert page.evaluate(chosen) == 1
    holder.complaints.clear()
