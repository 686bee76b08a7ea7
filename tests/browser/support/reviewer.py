"""Steps of a reviewer in a browser: find a request by its number, read it, decide."""

from tests.browser.support.person import Person


def open_request(reviewer: Person, number: str) -> None:
    """From the menu to the page of one request."""
    reviewer.follow("待审队列")
    reviewer.follow(number)
    assert number in reviewer.heading()


def approve(reviewer: Person, number: str) -> None:
    """通过, without having opened every document."""
    open_request(reviewer, number)
    reviewer.tap("通过")
    said, again = reviewer.page.get_by_text(f"{number} 已通过。").first, reviewer.button("仍然通过")
    said.or_(again).first.wait_for()
    if again.is_visible():
        again.click()
    said.wait_for()


def reject(reviewer: Person, number: str, reason: str) -> None:
    """不通过, with a reason from the list."""
    open_request(reviewer, number)
    reviewer.follow("不通过…")
    reviewer.labelled("原因").select_option(label=reason)
    reviewer.press("不通过")
    reviewer.reads(f"{number} 已作出不通过决定。")


def return_request(reviewer: Person, number: str, remarks: dict[str, str]) -> None:
    """退回补正, item by item."""
    open_request(reviewer, number)
    reviewer.follow("退回补正…")
    for label, remark in remarks.items():
        reviewer.labelled(label).check()
        reviewer.fill(f"{label}：怎样补正", remark)
    reviewer.press("退回补正")
    reviewer.reads(f"{number} 已退回补正。")
