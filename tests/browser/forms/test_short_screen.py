"""A phone held sideways (740 × 360): photo tool and review page leave room for what is worked on."""

from sqlalchemy import select

from anguan.models import ChangeRequest
from tests.browser.conftest import Meet
from tests.browser.support.cropping import TOOL
from tests.browser.support.documents import Documents
from tests.browser.support.photo_tool import PhotoTool
from tests.browser.support.server import DemoSite

SIDEWAYS = (740, 360)


def test_photo_tool_and_review_page_sideways(meet: Meet, site: DemoSite, documents: Documents) -> None:
    holder = meet("590101199003070125", size=SIDEWAYS)
    page = holder.page
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 5})
    holder.open(TOOL)
    holder.sees("双指张开或捏合")
    assert "滚轮" not in holder.main()
    assert "Ctrl+V" not in holder.main()
    page.locator("[data-photo-file]").set_input_files(documents.photo)
    PhotoTool(page).wait_open()
    stage, foot = (
        page.locator("[data-photo-stage]").bounding_box(),
        page.locator(".photo-foot").bounding_box(),
    )
    assert stage
    assert foot
    assert stage["height"] + foot["height"] <= SIDEWAYS[1]
    assert stage["height"] >= 240
    holder.fits()

    with site.rows() as session:
        waits = select(ChangeRequest.id).where(ChangeRequest.state == "submitted").limit(1)
        waiting = session.scalars(waits).one()
    reviewer = meet("SHENHE1", size=SIDEWAYS)
    reviewer.open(f"/panel/requests/{waiting}")
    bar = reviewer.page.locator(".decision-form.is-live").bounding_box()
    assert bar
    assert bar["height"] <= 64
    reviewer.fits()
    reviewer.page.get_by_role("link", name="退回补正").click()
    panel = reviewer.page.locator("[data-way][open]").first.bounding_box()
    assert panel
    assert panel["y"] >= 0
