"""Steps through the photo tool, and checks of the photo that is saved at the end."""

import io
from pathlib import Path

from PIL import Image
from sqlalchemy import select

from anguan.demo.listing import login_of
from anguan.infra.files import LocalStorage
from anguan.models import PhotoWorkspace
from tests.browser.conftest import Meet
from tests.browser.support.axe import find_faults, find_violations
from tests.browser.support.crawl import at_widths
from tests.browser.support.person import WIDE, Person
from tests.browser.support.photo_tool import PhotoTool, draw_picture
from tests.browser.support.server import DemoSite

TOOL = "/my/profile/photo"
WHO = login_of("renewing")


def open_picture(
    meet: Meet, folder: Path, size: tuple[int, int] = WIDE, ground: str = "#FFFFFF", turned: bool = False
) -> tuple[Person, PhotoTool]:
    """A person opens a picture in the photo tool."""
    holder = meet(WHO, size=size)
    holder.open(TOOL)
    tool = PhotoTool(holder.page)
    with holder.page.expect_file_chooser() as chooser:
        holder.tap("打开文件")
    chooser.value.set_files(draw_picture(folder / "合影.jpg", ground=ground, turned=turned))
    tool.wait_open()
    return holder, tool


def save(holder: Person, tool: PhotoTool) -> None:
    """保存并使用, whatever the checks warn of."""
    tool.wait_checked()
    still = holder.page.get_by_label("仍要使用")
    if still.is_visible():
        still.check()
    holder.press("保存并使用")
    assert holder.heading() == "个人信息"


def saved_photo(site: DemoSite) -> Image.Image:
    """The photo that was saved."""
    with site.rows() as session:
        workspace = session.scalars(select(PhotoWorkspace)).one()
        assert workspace.waiting
        return Image.open(io.BytesIO(LocalStorage(site.folder / "files").read(workspace.waiting.sha256)))


def assert_no_violation(holder: Person) -> None:
    """The page has no violations at either width."""
    found = [
        f"{width}: {fault}"
        for width in at_widths(holder.page)
        for fault in find_faults(holder.page) + find_violations(holder.page)
    ]
    assert not found, "\n".join(found)
