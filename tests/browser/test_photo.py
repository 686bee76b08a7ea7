"""The photo tool: the four gestures of the manual measured, by keyboard alone, by touch alone."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select

from anguan.infra.files import LocalStorage
from anguan.models import Attachment, PhotoWorkspace
from tests.browser.conftest import Meet
from tests.browser.support.cropping import TOOL, WHO, open_picture, save, saved_photo
from tests.browser.support.filing import RENEWAL_PAPERS, begin_renewal
from tests.browser.support.keyboard import Keys
from tests.browser.support.person import NARROW, Person
from tests.browser.support.photo_tool import STILL, Fingers, PhotoTool, draw_picture
from tests.browser.support.server import DemoSite

HANDLES = {
    "nw": (-1, -1),
    "n": (0, -1),
    "ne": (1, -1),
    "e": (1, 0),
    "se": (1, 1),
    "s": (0, 1),
    "sw": (-1, 1),
    "w": (-1, 0),
}


def test_the_four_gestures(site: DemoSite, meet: Meet, tmp_path: Path) -> None:
    """The gestures as the manual describes them; the saved photo is large enough and has the right ratio."""
    holder, tool = open_picture(meet, tmp_path, turned=True)
    zoom_by_wheel(holder, tool)
    holder.tap("重置")
    for _ in range(5):
        holder.tap("框小")
    tool.show()
    resize_by_handles(holder, tool)
    box, picture = tool.positions()
    tool.drag(box.middle, (-23, 14))
    moved, still = tool.positions()
    assert moved.is_at(box, (-23, 14)), "③ the box goes along"
    assert still.is_at(picture), "③ the picture stays"
    stage = tool.stage
    tool.drag((stage.left + 20, stage.top + 20), (31, 17))
    box, picture = tool.positions()
    assert box.is_at(moved), "④ the box stays"
    assert picture.is_at(still, (31, 17)), "④ the picture goes along"
    holder.tap("重置")
    save(holder, tool)
    kept = saved_photo(site)
    assert kept.size[0] >= 440
    assert kept.size[1] >= 572
    assert abs(kept.size[1] / kept.size[0] - 1.3) <= 0.005
    assert (kept.mode, kept.format, dict(kept.getexif())) == ("RGB", "JPEG", {})


def test_a_picture_of_a_phone_is_made_smaller_before_it_is_sent(
    site: DemoSite, meet: Meet, tmp_path: Path
) -> None:
    """A material keeps what 300 dpi need, the photo tool what a portrait needs; small files stay."""
    large, small = tmp_path / "IMG_0001.jpg", tmp_path / "扫描.png"
    Image.new("RGB", (5712, 4284), "navy").save(large)
    Image.new("RGB", (1200, 1600), "white").save(small)
    holder = meet(WHO)
    begin_renewal(holder)
    holder.attach(RENEWAL_PAPERS[0], [large, small])
    expect(holder.page.locator("[data-slot] .upload__file")).to_have_count(2)
    with site.rows() as session:
        newest = select(Attachment).order_by(Attachment.id.desc()).limit(2)
        sent = {row.original_name: sized(site, row.file.sha256) for row in session.scalars(newest)}
    assert sent == {"IMG_0001.jpg": (5000, 3750), "扫描.jpg": (1200, 1600)}
    holder.open(TOOL)
    tool = PhotoTool(holder.page)
    with holder.page.expect_file_chooser() as chooser:
        holder.tap("打开文件")
    chooser.value.set_files(large)
    tool.wait_open()
    with site.rows() as session:
        opened = session.scalars(select(PhotoWorkspace)).one().original
        assert opened is not None
        assert sized(site, opened.sha256) == (3600, 2700)


def sized(site: DemoSite, sha256: str) -> tuple[int, int]:
    """Width and height of a stored picture."""
    with Image.open(io.BytesIO(LocalStorage(site.folder / "files").read(sha256))) as kept:
        return kept.size


def zoom_by_wheel(holder: Person, tool: PhotoTool) -> None:
    """① Around the pointer, 10 % a notch, from 0.2 to 4 times; the page does not scroll."""
    box, before = tool.positions()
    spot, scrolled = (box.left + 40, box.top + 50), tool.scrolled()
    holder.page.mouse.move(*spot)
    tool.roll(-1)
    same, after = tool.positions()
    assert same.is_at(box)
    assert after.width / before.width == pytest.approx(1.1, abs=0.001)
    for start, length, place in ((0, "width", "left"), (1, "height", "top")):
        share = [(spot[start] - getattr(one, place)) / getattr(one, length) for one in (before, after)]
        assert share[0] == pytest.approx(share[1], abs=0.002)
    tool.roll(-20)
    assert tool.positions()[1].width / before.width == pytest.approx(4, abs=0.01)
    tool.roll(40)
    assert tool.positions()[1].width / before.width == pytest.approx(0.2, abs=0.01)
    assert tool.scrolled() == scrolled


def resize_by_handles(holder: Person, tool: PhotoTool) -> None:
    """② Each of the eight, out and in: ratio 1 to 1.3 after every event; far side and picture do not move."""
    for at, (name, (across, down)) in enumerate(HANDLES.items()):
        box, picture = tool.positions()
        spot = holder.page.locator(f"[data-handle={name}]").bounding_box()
        assert spot
        assert min(spot["width"], spot["height"]) > 43.9
        start = (spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2)
        by = -16 if at % 2 else 16
        seen = tool.drag(start, (across * by, down * by * 1.3))
        assert all(abs(one.height / one.width - 1.3) <= 0.005 for one in seen), name
        assert seen[-1].width - box.width == pytest.approx(by, abs=1), name
        grown = seen[-1].width - box.width
        far = box.left if across > 0 else box.left - grown if across < 0 else box.left - grown / 2
        assert abs(seen[-1].left - far) <= STILL, name
        assert tool.positions()[1].is_at(picture), name


def test_by_keyboard_alone(site: DemoSite, meet: Meet, tmp_path: Path) -> None:
    """Open, zoom, move, resize, rotate and save without a mouse; a live region says where the box is."""
    holder = meet(WHO)
    holder.open(TOOL)
    keys, tool = Keys(holder), PhotoTool(holder.page)
    keys.choose_file("选择照片", draw_picture(tmp_path / "照片.jpg"))
    tool.wait_open()
    press = holder.page.keyboard.press
    assert holder.page.evaluate("document.activeElement.matches('[data-photo-stage]')")
    for _ in range(3):
        press("Shift+ArrowDown")
    box, picture = tool.positions()
    for key, by in (
        ("ArrowRight", (1, 0)),
        ("ArrowUp", (0, -1)),
        ("Control+ArrowLeft", (-10, 0)),
        ("Control+ArrowDown", (0, 10)),
    ):
        press(key)
        after, still = tool.positions()
        assert after.is_at(box, by), key
        assert still.is_at(picture), key
        box = after
    press("Alt+ArrowRight")
    same, after = tool.positions()
    assert same.is_at(box)
    assert after.is_at(picture, (10, 0))
    press("+")
    assert tool.positions()[1].width / after.width == pytest.approx(1.1, abs=0.002)
    press("-")
    press("Shift+ArrowUp")
    grown = tool.positions()[0]
    assert grown.width == pytest.approx(same.width + 10, abs=STILL)
    assert abs(grown.height / grown.width - 1.3) <= 0.005
    press("r")
    press("Shift+R")
    press("0")
    announcement = holder.page.locator("[data-photo-said]")
    expect(announcement).to_have_text(re.compile(r"^裁剪框 宽\d+高\d+像素，位置左\d+上\d+，合格$"))
    tool.wait_checked()
    keys.press("保存并使用")
    assert saved_photo(site).size == (600, 780)


def test_by_taps_alone(site: DemoSite, meet: Meet, tmp_path: Path) -> None:
    """On a phone: fingers for the gestures, buttons for all of it, each large enough to be tapped."""
    holder, tool = open_picture(meet, tmp_path, NARROW)
    fingers = Fingers(holder.page)
    small = holder.page.locator("[data-photo-tool] button:visible, [data-photo-slide]").evaluate_all(
        "all => all.map((one) => [one.textContent.trim(), one.getBoundingClientRect()])"
        ".filter(([, at]) => at.width < 44 || at.height < 44).map(([words]) => words)"
    )
    assert not small
    for _ in range(3):
        holder.tap("框小")
    tool.show()
    box, picture = tool.positions()
    (x, y), stage = box.middle, tool.stage
    fingers.slide(((x, y), (x - 6, y + 4)))
    moved, still = tool.positions()
    assert moved.is_at(box, (-6, 4))
    assert still.is_at(picture)
    fingers.slide(((stage.left + 14, stage.top + 14), (stage.left + 26, stage.top + 30)))
    same, gone = tool.positions()
    assert same.is_at(moved)
    assert gone.is_at(still, (12, 16))
    fingers.slide(((x - 30, y), (x - 45, y)), ((x + 30, y), (x + 45, y)))
    same, after = tool.positions()
    assert same.is_at(moved)
    assert after.width / gone.width == pytest.approx(1.5, abs=0.02)
    tap_every_button(holder, tool)
    holder.fits()
    save(holder, tool)
    assert saved_photo(site).size == (600, 780)


def tap_every_button(holder: Person, tool: PhotoTool) -> None:
    """Each button does what it says, and only that."""
    holder.tap("重置")
    for words in ("框小", "框小", "框大"):
        holder.tap(words)
    for mode, which in (("移动框", 0), ("移动图", 1)):
        holder.tap(mode)
        for words, by in (("左移", (-10, 0)), ("上移", (0, -10)), ("右移", (10, 0)), ("下移", (0, 10))):
            before = tool.positions()
            holder.tap(words)
            after = tool.positions()
            assert after[which].is_at(before[which], by), words
            assert after[1 - which].is_at(before[1 - which]), words
    before = tool.positions()[1]
    holder.tap("放大")
    assert tool.positions()[1].width / before.width == pytest.approx(1.1, abs=0.002)
    holder.tap("缩小")
    holder.tap("左转90度")
    turned = tool.positions()[1]
    assert turned.height / turned.width == pytest.approx(before.width / before.height, abs=0.01)
    holder.tap("右转90度")
    holder.tap("适合窗口")
    holder.tap("重置")
