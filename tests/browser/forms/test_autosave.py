"""A form is saved three seconds after the last key, quietly, and two tabs notice each other."""

import re

from tests.browser.conftest import Meet

HOLDER = "590101199003070125"


def test_a_new_form_becomes_a_draft_by_itself(meet: Meet) -> None:
    holder = meet(HOLDER)
    page = holder.page
    holder.open("/my/start/profile_change")
    note = page.locator("[data-saved]")
    before = note.inner_text()
    holder.fill("变更后职位", "总工😀")
    page.wait_for_timeout(2000)
    holder.fill("变更后职位", "总工程师兼安全总监")
    assert note.inner_text() == before
    page.get_by_text(re.compile(r"^已自动保存 \d\d:\d\d$")).wait_for(timeout=15_000)
    assert page.locator(".field__error").count() == 0
    assert re.search(r"/my/requests/\d+/edit$", page.url)
    draft = page.url
    holder.fill("变更后职位", "安全总监")
    with page.expect_response(lambda answer: answer.request.headers.get("x-autosave") == "1") as saved:
        pass
    assert saved.value.status == 200
    other = page.context.new_page()
    other.goto(draft)
    assert other.get_by_label("变更后职位").input_value() == "安全总监"
    other.get_by_label("变更后职位").fill("另一个窗口")
    with other.expect_navigation():
        other.get_by_role("button", name="保存草稿").click()
    holder.fill("变更后职位", "这个窗口")
    page.get_by_text("这份内容在另一个窗口改过，没有自动保存").wait_for(timeout=15_000)
    holder.press("保存草稿")
    assert "这一项在别处改成了“另一个窗口”" in holder.main()
    assert holder.labelled("变更后职位").input_value() == "这个窗口"
    page.get_by_label("不用我填的，用“另一个窗口”").check()
    holder.press("保存草稿")
    assert holder.labelled("变更后职位").input_value() == "另一个窗口"
