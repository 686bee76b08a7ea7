"""The photo tool: four gestures measured, keys alone, taps alone, and what it says of mistakes."""

import base64
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import select

from anguan.demo.listing import login_of
from anguan.ledger.files import LocalStorage
from anguan.models import Person as Holder
from anguan.models import PhotoDesk
from tests.browser.axe import find_faults, find_violations
from tests.browser.bench import STILL, Bench, Fingers, draw_picture
from tests.browser.conftest import Meet
from tests.browser.crawl import at_both_widths
from tests.browser.house import House
from tests.browser.keys import Keys
from tests.browser.person import NARROW, Person

TOOL = "/my/profile/photo"
WHO = login_of("renewing")
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
Lay = Callable[..., tuple[Person, Bench]]


@pytest.fixture
def lay(meet: Meet, tmp_path: Path) -> Lay:
    """Somebody has opened a picture on the tool."""

    def lay(size: tuple[int, int] = (1280, 900), **how: object) -> tuple[Person, Bench]:
        holder = meet(WHO, size=size)
        holder.open(TOOL)
        bench = Bench(holder.page)
        with holder.page.expect_file_chooser() as chooser:
            holder.tap("打开文件")
        chooser.value.set_files(draw_picture(tmp_path / "合影.jpg", **how))  # type: ignore[arg-type]
        bench.wait_open()
        return holder, bench

    return lay


def test_the_four_gestures(house: House, lay: Lay) -> None:
    """What the manual says, measured; and what is kept is large enough and of the right shape."""
    holder, bench = lay(turned=True)
    roll_the_wheel(holder, bench)
    holder.tap("重置")
    for _ in range(10):
        holder.tap("框小")
    bench.show()
    pull_the_handles(holder, bench)
    box, picture = bench.look()
    bench.drag(box.middle, (-23, 14))
    moved, still = bench.look()
    assert moved.is_at(box, (-23, 14)), "③ the box goes along"
    assert still.is_at(picture), "③ the picture stays"
    stage = bench.stage
    bench.drag((stage.left + 20, stage.top + 20), (31, 17))
    box, picture = bench.look()
    assert box.is_at(moved), "④ the box stays"
    assert picture.is_at(still, (31, 17)), "④ the picture goes along"
    holder.tap("重置")
    save(holder, bench)
    kept = waiting(house)
    assert kept.size[0] >= 440
    assert kept.size[1] >= 572
    assert abs(kept.size[1] / kept.size[0] - 1.3) <= 0.005
    assert (kept.mode, kept.format, dict(kept.getexif())) == ("RGB", "JPEG", {})


def roll_the_wheel(holder: Person, bench: Bench) -> None:
    """① about the pointer, a tenth a notch, from a fifth to four times; the page stays where it is."""
    box, before = bench.look()
    spot, scrolled = (box.left + 40, box.top + 50), bench.scrolled()
    holder.page.mouse.move(*spot)
    bench.roll(-1)
    same, after = bench.look()
    assert same.is_at(box)
    assert after.width / before.width == pytest.approx(1.1, abs=0.001)
    for start, length, place in ((0, "width", "left"), (1, "height", "top")):
        share = [(spot[start] - getattr(one, place)) / getattr(one, length) for one in (before, after)]
        assert share[0] == pytest.approx(share[1], abs=0.002)
    bench.roll(-20)
    assert bench.look()[1].width / before.width == pytest.approx(4, abs=0.01)
    bench.roll(40)
    assert bench.look()[1].width / before.width == pytest.approx(0.2, abs=0.01)
    assert bench.scrolled() == scrolled


def pull_the_handles(holder: Person, bench: Bench) -> None:
    """② each of the eight, out and in: 1 to 1.3 after every event, the far side stays, the picture too."""
    for at, (name, (across, down)) in enumerate(HANDLES.items()):
        box, picture = bench.look()
        spot = holder.page.locator(f"[data-handle={name}]").bounding_box()
        assert spot
        assert min(spot["width"], spot["height"]) >= 44
        start = (spot["x"] + spot["width"] / 2, spot["y"] + spot["height"] / 2)
        by = -16 if at % 2 else 16
        seen = bench.drag(start, (across * by, down * by * 1.3))
        assert all(abs(one.height / one.width - 1.3) <= 0.005 for one in seen), name
        assert seen[-1].width - box.width == pytest.approx(by, abs=1), name
        grown = seen[-1].width - box.width
        far = box.left if across > 0 else box.left - grown if across < 0 else box.left - grown / 2
        assert abs(seen[-1].left - far) <= STILL, name
        assert bench.look()[1].is_at(picture), name


def test_by_keyboard_alone(house: House, meet: Meet, tmp_path: Path) -> None:
    """Open, zoom, move, size, turn and save without a mouse; who listens hears where the box is."""
    holder = meet(WHO)
    holder.open(TOOL)
    keys, bench = Keys(holder), Bench(holder.page)
    keys.choose_file("选择照片", draw_picture(tmp_path / "照片.jpg"))
    bench.wait_open()
    press = holder.page.keyboard.press
    assert holder.page.evaluate("document.activeElement.matches('[data-photo-stage]')")
    for _ in range(3):
        press("Shift+ArrowDown")
    box, picture = bench.look()
    for key, by in (
        ("ArrowRight", (1, 0)),
        ("ArrowUp", (0, -1)),
        ("Control+ArrowLeft", (-10, 0)),
        ("Control+ArrowDown", (0, 10)),
    ):
        press(key)
        after, still = bench.look()
        assert after.is_at(box, by), key
        assert still.is_at(picture), key
        box = after
    press("Alt+ArrowRight")
    same, after = bench.look()
    assert same.is_at(box)
    assert after.is_at(picture, (10, 0))
    press("+")
    assert bench.look()[1].width / after.width == pytest.approx(1.1, abs=0.002)
    press("-")
    press("Shift+ArrowUp")
    grown = bench.look()[0]
    assert grown.width == pytest.approx(same.width + 10, abs=STILL)
    assert abs(grown.height / grown.width - 1.3) <= 0.005
    press("r")
    press("Shift+R")
    press("0")
    heard = holder.page.locator("[data-photo-said]")
    expect(heard).to_have_text(re.compile(r"^裁剪框 宽\d+高\d+像素，位置左\d+上\d+，合格$"))
    bench.wait_checked()
    keys.press("保存并使用")
    assert waiting(house).size == (600, 780)


def test_by_taps_alone(house: House, lay: Lay) -> None:
    """On a phone: fingers for the gestures, buttons for all of it, each large enough for a thumb."""
    holder, bench = lay(size=NARROW)
    fingers = Fingers(holder.page)
    small = holder.page.locator("[data-photo-tool] button:visible, [data-photo-slide]").evaluate_all(
        "all => all.map((one) => [one.textContent.trim(), one.getBoundingClientRect()])"
        ".filter(([, at]) => at.width < 44 || at.height < 44).map(([words]) => words)"
    )
    assert not small
    for _ in range(3):
        holder.tap("框小")
    bench.show()
    box, picture = bench.look()
    (x, y), stage = box.middle, bench.stage
    fingers.slide(((x, y), (x - 6, y + 4)))
    moved, still = bench.look()
    assert moved.is_at(box, (-6, 4))
    assert still.is_at(picture)
    fingers.slide(((stage.left + 14, stage.top + 14), (stage.left + 26, stage.top + 30)))
    same, gone = bench.look()
    assert same.is_at(moved)
    assert gone.is_at(still, (12, 16))
    fingers.slide(((x - 30, y), (x - 45, y)), ((x + 30, y), (x + 45, y)))
    same, after = bench.look()
    assert same.is_at(moved)
    assert after.width / gone.width == pytest.approx(1.5, abs=0.02)
    tap_every_button(holder, bench)
    holder.fits()
    save(holder, bench)
    assert waiting(house).size == (600, 780)


def tap_every_button(holder: Person, bench: Bench) -> None:
    """Each does what it says, and only that."""
    holder.tap("重置")
    for words in ("框小", "框小", "框大"):
        holder.tap(words)
    for mode, which in (("移动框", 0), ("移动图", 1)):
        holder.tap(mode)
        for words, by in (("左移", (-10, 0)), ("上移", (0, -10)), ("右移", (10, 0)), ("下移", (0, 10))):
            before = bench.look()
            holder.tap(words)
            after = bench.look()
            assert after[which].is_at(before[which], by), words
            assert after[1 - which].is_at(before[1 - which]), words
    before = bench.look()[1]
    holder.tap("放大")
    assert bench.look()[1].width / before.width == pytest.approx(1.1, abs=0.002)
    holder.tap("缩小")
    holder.tap("左转90度")
    turned = bench.look()[1]
    assert turned.height / turned.width == pytest.approx(before.width / before.height, abs=0.01)
    holder.tap("右转90度")
    holder.tap("适合窗口")
    holder.tap("重置")


def test_what_is_wrong_is_said_in_place(lay: Lay, tmp_path: Path) -> None:
    """A file that is no picture, a box too small or outside, a warning: each said, none against axe."""
    holder, bench = lay(ground="#8FA9BC")
    page = holder.page
    bench.wait_checked()
    find_nothing(holder)
    for broken, words in ((b"", "空文件"), (b"\xd0\xcf\x11\xe0" + b"no" * 900, "照片")):
        (tmp_path / "照片.doc").write_bytes(broken)
        page.locator("[data-photo-file]").set_input_files(tmp_path / "照片.doc")
        expect(page.locator("[data-photo-fault]")).to_contain_text(words)
    find_nothing(holder)
    assert bench.look()[0].width > 100, "the picture that was open is still there"
    holder.complaints.remove(
        next(one for one in holder.complaints if "400 for" in one and one.endswith("/open"))
    )

    holder.tap("重置")
    page.mouse.move(*bench.look()[0].middle)
    bench.roll(-15)
    holder.reads(re.compile(r"放大过多，实际只有 \d+×\d+ 像素"))
    holder.tap("保存并使用")
    expect(page.locator("[data-photo-no]")).to_contain_text("请调整后再保存")
    find_nothing(holder)
    holder.tap("重置")
    holder.tap("移动图")
    for _ in range(3):
        holder.tap("下移")
    holder.reads("裁剪框有一部分在照片外面")
    holder.tap("把框移回照片内")
    bench.wait_checked()
    holder.tap("保存并使用")
    expect(page.locator("[data-photo-no]")).to_contain_text("仍要使用")
    assert page.evaluate("document.activeElement.name") == "acknowledge"
    page.get_by_label("仍要使用").check()
    holder.press("保存并使用")
    assert holder.heading() == "个人信息"


def test_pasted_and_dropped(meet: Meet, tmp_path: Path) -> None:
    """A picture without a type from the clipboard, and one let fall on the stage."""
    holder = meet(WHO)
    holder.open(TOOL)
    bench = Bench(holder.page)
    for size, kind in (((900, 1200), PASTED), ((1000, 1300), DROPPED)):
        data = base64.b64encode(draw_picture(tmp_path / "照片.jpg", size).read_bytes()).decode()
        holder.page.evaluate(BRING.replace("KIND", kind), data)
        bench.wait_open()
        holder.reads(f"裁剪框 {size[0]}×{round(size[0] * 1.3)} 像素")


def save(holder: Person, bench: Bench) -> None:
    """保存并使用, whatever the checks warn of."""
    bench.wait_checked()
    still = holder.page.get_by_label("仍要使用")
    if still.is_visible():
        still.check()
    holder.press("保存并使用")
    assert holder.heading() == "个人信息"


def waiting(house: House) -> Image.Image:
    """The photo that was kept."""
    with house.rows() as session:
        desk = session.scalars(select(PhotoDesk).join(Holder, Holder.id == PhotoDesk.person_id)).one()
        assert desk.waiting
        return Image.open(io.BytesIO(LocalStorage(house.folder / "files").read(desk.waiting.sha256)))


def find_nothing(holder: Person) -> None:
    """Nothing against the page at either width."""
    found = [
        f"{width}: {fault}"
        for width in at_both_widths(holder.page)
        for fault in find_faults(holder.page) + find_violations(holder.page)
    ]
    assert not found, "\n".join(found)
