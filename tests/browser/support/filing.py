"""Steps of an applicant through a request form, as every matter has them."""

import re

from tests.browser.support.documents import Documents
from tests.browser.support.person import Person

RENEWAL_PAPERS = ("承诺书", "延续申请表", "安全生产教育记录", "劳动合同和社保材料")
NUMBER = re.compile(r"[A-Z]{2}\d{4}-\d{6}")


def begin_renewal(holder: Person) -> None:
    """证书 → 我的证书 → 延续."""
    holder.menu("我的证书")
    holder.press("延续")
    assert holder.heading() == "证书延续"


def attach_all(holder: Person, documents: Documents) -> None:
    """Choose a file for each material of the renewal."""
    for title in RENEWAL_PAPERS:
        holder.attach(title, documents.scan)


def submit_request(holder: Person, label: str, twice: bool = False) -> str:
    """Confirm, accept the commitment, submit (with a double click if `twice`); gives the request number."""
    holder.press(label)
    assert holder.heading() == f"核对并提交{label}"
    holder.page.get_by_role("main").get_by_role("checkbox").last.check()
    submit = holder.button(f"提交{label}")
    with holder.page.expect_navigation(wait_until="load"):
        submit.dblclick() if twice else submit.click()
    assert holder.heading() == "已提交，待审核"
    return number_on(holder)


def number_on(holder: Person) -> str:
    """The request number on the page."""
    found = NUMBER.search(holder.main())
    assert found, holder.main()
    return found[0]
