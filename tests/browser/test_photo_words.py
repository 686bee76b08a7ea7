"""The photo tool: its error messages, clipboard and drag-and-drop, and operation without scripts."""

import base64
import re
from pathlib import Path

from playwright.sync_api import Route, expect

from tests.browser.conftest import Meet
from tests.browser.support.cropping import TOOL, WHO, assert_no_violation, open_picture, saved_photo
from tests.browser.support.photo_tool import PhotoTool, draw_picture
from tests.browser.support.server import DemoSite

BRING = """async (data) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], '截图.png', {type: ''}));
  const [kind, Kind, name] = KIND;
  const event = new Kind(kind, {bubbles: true, cancelable: true, [name]: carried});
  document.querySelector('[data-photo-stage]').dispatchEvent(event);
}"""

PASTED = '["paste", ClipboardEvent, "clipboardData"]'
DROPPED = '["drop", DragEvent, "dataTransfer"]'


def test_errors_are_shown_in_place(meet: Meet, tmp_path: Path) -> None:
    """No picture, a box too small or outside, a warning: each has a message, no axe violation."""
    holder, tool = open_picture(meet, tmp_path, ground="#8FA9BC")
    page = holder.page
    tool.wait_checked()
    assert_no_violation(holder)
    for broken, words in ((b"", "空文件"), (b"\xd0\xcf\x11\xe0" + b"no" * 900, "照片")):
        (tmp_path / "照片.doc").write_bytes(broken)
        page.locator("[data-photo-file]").set_input_files(tmp_path / "照片.doc")
        expect(page.locator("[data-photo-fault]")).to_contain_text(words)
    assert_no_violation(holder)
    assert tool.positions()[0].width > 100, "the picture that was open is still there"
    holder.complaints.remove(
        next(one for one in holder.complaints if "400 for" in one and one.endswith("/open"))
    )

    holder.tap("重置")
    page.mouse.move(*tool.positions()[0].middle)
    tool.roll(-15)
    holder.reads(re.compile(r"放大过多，实际只有 \d+×\d+ 像素"))
    holder.tap("保存并使用")
    expect(page.locator("[data-photo-no]")).to_contain_text("请调整后再保存")
    assert_no_violation(holder)
    holder.tap("重置")
    holder.tap("移动图")
    for _ in range(3):
        holder.tap("下移")
    holder.reads("裁剪框有一部分在照片外面")
    holder.tap("把框移回照片内")
    tool.wait_checked()
    holder.tap("保存并使用")
    expect(page.locator("[data-photo-no]")).to_contain_text("仍要使用")
    assert page.evaluate("document.activeElement.name") == "acknowledge"
    page.get_by_label("仍要使用").check()
    holder.press("保存并使用")
    assert holder.heading() == "个人信息"


def test_pasted_and_dropped(meet: Meet, tmp_path: Path) -> None:
    """A picture without a type from the clipboard, and one dropped on the stage."""
    holder = meet(WHO)
    holder.open(TOOL)
    tool = PhotoTool(holder.page)
    for size, kind in (((900, 1200), PASTED), ((1000, 1300), DROPPED)):
        data = base64.b64encode(draw_picture(tmp_path / "照片.jpg", size).read_bytes()).decode()
        holder.page.evaluate(BRING.replace("KIND", kind), data)
        tool.wait_open()
        holder.reads(f"裁剪框 {size[0]}×{round(size[0] * 1.3)} 像素")


def test_no_check_is_requested_for_a_replaced_picture(meet: Meet, tmp_path: Path) -> None:
    """A check of the old crop is not requested once a new picture is being opened."""
    holder = meet(WHO)
    page = holder.page
    holder.open(TOOL)
    tool = PhotoTool(page)
    pictures = [
        base64.b64encode(draw_picture(tmp_path / "照片.jpg", size).read_bytes()).decode()
        for size in ((900, 1200), (1000, 1300))
    ]
    page.evaluate(BRING.replace("KIND", PASTED), pictures[0])
    tool.wait_open()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.url.endswith("/crop") else None)
    held: list[Route] = []
    page.route("**/photo/open", lambda route: held.append(route))
    with page.expect_request("**/photo/open"):
        page.evaluate(BRING.replace("KIND", PASTED), pictures[1])
    asked.clear()
    page.locator("[data-photo-stage]").press("ArrowRight")
    page.locator("[data-photo-stage]").press("Enter")
    page.get_by_role("button", name="保存并使用").click()
    holder.reads("照片正在打开，请稍候再保存。")
    page.wait_for_timeout(600)
    assert not asked
    with page.expect_response("**/crop") as answer:
        held[0].continue_()
    assert answer.value.ok
    holder.reads("裁剪框 1000×1300 像素")


def test_without_scripts(site: DemoSite, meet: Meet, tmp_path: Path) -> None:
    """The same by a form of buttons: open, move, resize, rotate, save."""
    holder = meet(WHO, scripts=False)
    holder.open(TOOL)
    assert not holder.page.locator("[data-photo-stage]").is_visible()
    holder.labelled("选择照片").set_input_files(draw_picture(tmp_path / "照片.jpg"))
    holder.press("打开文件")
    for words in ("框小", "框小", "上移", "右移", "左转", "右转", "框大"):
        holder.press(words)
    holder.sees("裁剪结果", "高宽比 1.3", "报考人对照片质量负责")
    holder.press("重置")
    holder.press("保存并使用")
    assert holder.heading() == "个人信息"
    assert saved_photo(site).size == (600, 780)
