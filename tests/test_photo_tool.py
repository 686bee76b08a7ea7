"""The photo tool without scripts: open, move the frame by buttons, keep the photo, and see it go live."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from anguan.models import Certificate, Photo, PhotoDesk, StoredFile
from tests.door import Door
from tests.holder import Holder, open_portal, upload
from tests.portraits import draw_portrait, jpeg
from tests.world import World

TOOL = "/my/profile/photo"


@pytest.fixture
def kind() -> str:
    """Nothing here depends on the database."""
    return "sqlite"


@pytest.fixture
def door(world: World, tmp_path: Path) -> Iterator[Door]:
    with open_portal(world, tmp_path) as door:
        yield door


@pytest.fixture
def holder(door: Door) -> Holder:
    return Holder(door, door.world.holder)


def open_picture(holder: Holder, data: bytes | None = None, **form: object) -> None:
    holder.browser.get(TOOL)
    data = data or jpeg(draw_portrait(1200, 1400))
    answer = holder.send(f"{TOOL}/open", picture=upload("照片.jpg", data), **form)
    assert answer.status_code == 302, holder.text


def desk(holder: Holder) -> PhotoDesk:
    holder.world.session.rollback()
    return holder.world.session.get_one(PhotoDesk, holder.account.person_id, populate_existing=True)


def box(holder: Holder) -> list[int]:
    return [int(side) for side in desk(holder).box.split(",")]


def result(holder: Holder) -> Image.Image:
    answer = holder.browser.client.get(f"{TOOL}/result")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return Image.open(io.BytesIO(answer.data))


def test_by_buttons_alone_from_the_file_to_the_certificate(holder: Holder) -> None:
    page = holder.open(TOOL)
    for words in ("滚动鼠标滚轮，可调整图片大小", "操作提示", "注意事项", "示例区", "打开文件", "高宽比为1.3"):
        assert words in page
    open_picture(holder)
    page = holder.open(TOOL)
    assert "裁剪结果" in page
    assert "报考人对照片质量负责" in page
    answer = holder.send(f"{TOOL}/use")
    assert answer.location.endswith("/my/profile"), holder.text
    assert desk(holder).original_id is None
    assert "待使用" in holder.open("/my/profile")
    waiting = desk(holder).waiting
    assert waiting is not None
    request = holder.begin("certificate_change", holder.world.certificate())
    assert holder.typed(request)["certificate.photo"] == waiting.sha256
    holder.lay_papers(request)
    holder.submit(request, **holder.sheet(request))
    filed = holder.row(request)
    assert filed.state == "submitted", holder.text
    holder.world.decide(filed, "approve")
    holder.world.session.rollback()
    certificate = holder.world.session.get_one(Certificate, filed.certificate_id, populate_existing=True)
    assert certificate.photo == certificate.person.photo == waiting.sha256
