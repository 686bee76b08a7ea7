"""The search for a 工作单位: whoever leaves it without a choice keeps the unit that was chosen."""

from itertools import product

from playwright.sync_api import Page

from tests.browser.conftest import Meet

HOLDER = "590101199003070125"
FIELD = "certificate.unit"


def value(page: Page) -> str:
    """What the form would send."""
    return page.locator(f"[name='{FIELD}']").input_value()


def test_leaving_the_search_keeps_the_unit(meet: Meet) -> None:
    holder = meet(HOLDER)
    holder.menu("我的证书")
    holder.press("变更")
    page, unit = holder.page, holder.labelled("变更后工作单位")
    stands, words = value(page), unit.input_value()
    assert stands
    assert words
    found = page.get_by_role("listbox", name="查找结果")
    for leave, typed in product(("Escape", "Tab", "click"), ("乙水利", "没有这个单位", "")):
        unit.fill("")
        unit.press_sequentially(typed)
        if typed:
            found.wait_for()
        if leave == "click":
            page.get_by_role("heading", level=1).click()
        else:
            unit.press(leave)
        assert (value(page), unit.input_value()) == (stands, words), (leave, typed)
        assert found.is_hidden()
        page.wait_for_timeout(400)  # longer than the search waits after a key
        assert found.is_hidden()
    holder.press("变更申请")
    assert "请选择工作单位" not in holder.main()
    assert value(page) == stands
