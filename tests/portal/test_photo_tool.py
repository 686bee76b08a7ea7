"""The photo tool: open a picture, crop it with buttons or a script, check it and use it in a request."""

import io

import pytest
from PIL import Image

from anguan.models import Certificate, Photo, PhotoWorkspace, StoredFile
from anguan.services.photos import photo_tool
from anguan.services.refusals import StaleRequest
from tests.support.client import AppClients
from tests.support.factories import Scenario
from tests.support.portal_client import Holder, upload
from tests.support.sample_files.portraits import draw_portrait, jpeg

TOOL = "/my/profile/photo"


@pytest.fixture
def kind() -> str:
    """SQLite only: nothing here depends on the database."""
    return "sqlite"


def open_picture(holder: Holder, data: bytes | None = None, **form: object) -> None:
    holder.browser.get(TOOL)
    data = data or jpeg(draw_portrait(1200, 1400))
    answer = holder.send(f"{TOOL}/open", picture=upload("照片.jpg", data), **form)
    assert answer.status_code == 302, holder.text


def workspace(holder: Holder) -> PhotoWorkspace:
    holder.scenario.session.rollback()
    return holder.scenario.session.get_one(PhotoWorkspace, holder.account.person_id, populate_existing=True)


def box(holder: Holder) -> list[int]:
    return [int(side) for side in workspace(holder).box.split(",")]


def ask(holder: Holder, path: str, **form: object) -> tuple[int, dict[str, object]]:
    """Status and JSON of the answer to a script."""
    data = {"csrf_token": holder.browser.token, **form}
    answer = holder.browser.client.post(f"{TOOL}/{path}", data=data, headers={"Accept": "application/json"})
    return answer.status_code, answer.get_json()


def result(holder: Holder) -> Image.Image:
    answer = holder.browser.client.get(f"{TOOL}/result")
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return Image.open(io.BytesIO(answer.data))


WORDS = "滚动鼠标滚轮，可调整图片大小 操作提示 注意事项 示例区 打开文件 高宽比为1.3"


def test_by_buttons_alone_from_the_file_to_the_certificate(holder: Holder) -> None:
    page = holder.open(TOOL)
    assert [words for words in WORDS.split() if words not in page] == []
    open_picture(holder)
    page = holder.open(TOOL)
    assert "裁剪结果" in page
    assert "报考人对照片质量负责" in page
    answer = holder.send(f"{TOOL}/use")
    assert answer.location.endswith("/my/profile"), holder.text
    assert workspace(holder).original_id is None
    waiting = workspace(holder).waiting
    assert waiting is not None
    assert "待使用" in holder.open("/my/profile")
    request = holder.begin("certificate_change", holder.scenario.certificate())
    assert holder.typed(request)["certificate.photo"] == waiting.sha256
    holder.attach_materials(request)
    holder.submit(request, **holder.open_confirm(request))
    filed = holder.row(request)
    assert filed.state == "submitted", holder.text
    assert "待审核" in holder.open("/my/profile")
    assert workspace(holder).waiting_id == waiting.id
    holder.scenario.decide(filed, "approve")
    holder.scenario.session.rollback()
    certificate = holder.scenario.session.get_one(Certificate, filed.certificate_id, populate_existing=True)
    assert certificate.photo == certificate.person.photo == waiting.sha256
    assert workspace(holder).waiting_id is None
    assert "待使用" not in holder.open("/my/profile")


def test_each_button_moves_the_frame_and_nothing_else(holder: Holder) -> None:
    open_picture(holder)
    assert box(holder) == [62, 0, 1076, 1399]
    for act in ("smaller", "smaller"):
        assert holder.send(f"{TOOL}/step", act=act).status_code == 302
    x, y, width, height = box(holder)
    assert (width, height) == (889, 1156)
    moves = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
    for act, (across, down) in moves.items():
        holder.send(f"{TOOL}/step", act=act)
        now = box(holder)
        assert now[2:] == [width, height]
        assert ((now[0] > x) - (now[0] < x), (now[1] > y) - (now[1] < y)) == (across, down), act
        x, y = now[:2]
    holder.send(f"{TOOL}/step", act="turn_right")
    assert workspace(holder).turn == 1
    assert box(holder)[2:] == [889, 1156]
    with Image.open(io.BytesIO(holder.browser.client.get(f"{TOOL}/picture").data)) as shown:
        assert shown.size == (1400, 1200)
    holder.send(f"{TOOL}/step", act="fit")
    assert box(holder) == [238, 0, 923, 1200]
    holder.send(f"{TOOL}/step", act="reset")
    assert (workspace(holder).turn, box(holder)) == (0, [62, 0, 1076, 1399])
    assert holder.send(f"{TOOL}/step", act="dance").status_code == 404


def test_what_is_inside_the_frame_is_what_is_kept(holder: Holder) -> None:
    """Four colours, one in each corner: every rotation and position gives the right one."""
    picture = Image.new("RGB", (1600, 1800))
    for index, colour in enumerate(("red", "lime", "blue", "white")):
        picture.paste(
            colour, (index % 2 * 800, index // 2 * 900, index % 2 * 800 + 800, index // 2 * 900 + 900)
        )
    open_picture(holder, jpeg(picture))
    for turn, corner in ((0, "red"), (1, "blue"), (2, "white"), (3, "lime")):
        status, told = ask(holder, "crop", x=40, y=60, width=460, height=598, turn=turn)
        assert status == 200, told
        assert (told["width"], told["height"]) == (460, 598)
        kept = result(holder)
        assert kept.size == (460, 598)
        wanted = Image.new("RGB", (1, 1), corner).getpixel((0, 0))
        assert all(abs(a - b) < 12 for a, b in zip(kept.getpixel((230, 300)), wanted, strict=True)), turn


def test_a_script_gets_the_frame_and_the_check_results(holder: Holder) -> None:
    holder.browser.get(TOOL)
    status, told = ask(
        holder, "open", picture=upload("照片.jpg", jpeg(draw_portrait(1200, 1400, ground="#4a90d9")))
    )
    assert (status, told["ok"], told["width"], told["height"], told["turn"]) == (200, True, 1200, 1400, 0)
    assert told["box"] == {"x": 62, "y": 0, "width": 1076, "height": 1399}
    _, told = ask(holder, "crop", **told["box"], turn=0)
    assert [(one["code"], one["level"]) for one in told["findings"]] == [("ground", "warn")]
    assert (told["width"], told["height"]) == (600, 780)
    _, told = ask(holder, "crop", x=300, y=300, width=312, height=406, turn=0)
    assert told["findings"][0]["sentence"].startswith("放大过多，实际只有 312×406 像素")
    assert told["findings"][0]["level"] == "block"
    for wrong in ({"width": 2000, "height": 2600}, {"x": -1}, {"height": 600}, {"width": "一"}, {"turn": ""}):
        form = {"x": 0, "y": 0, "width": 600, "height": 780, "turn": 0} | wrong
        status, told = ask(holder, "crop", **form)
        assert status == 400, wrong
        assert str(told["sentence"]).endswith("。")
    assert holder.send(f"{TOOL}/use").status_code == 422
    assert "放大过多，实际只有312×406像素" in holder.text
    assert workspace(holder).waiting_id is None
    assert workspace(holder).original_id is not None


def test_a_warning_is_acknowledged_before_the_photo_is_used(holder: Holder) -> None:
    open_picture(holder, jpeg(draw_portrait(1200, 1400, ground="#4a90d9")))
    assert holder.send(f"{TOOL}/use").status_code == 422
    assert "背景不是白色" in holder.text
    assert "仍要使用" in holder.text
    assert holder.send(f"{TOOL}/use", acknowledge="blurred").status_code == 422
    assert holder.send(f"{TOOL}/use", acknowledge="ground").status_code == 302
    photo = holder.scenario.session.get_one(Photo, workspace(holder).waiting_id)
    assert photo.acknowledged_at is not None
    assert photo.copy.size <= 50 * 1024
    holder.clients.policy("photo_ground", "block")
    open_picture(holder, jpeg(draw_portrait(1200, 1400, ground="#4a90d9", seed=2)))
    assert holder.send(f"{TOOL}/use", acknowledge="1").status_code == 422
    assert workspace(holder).waiting_id == photo.file_id


def test_it_goes_back_to_the_draft_it_came_from(holder: Holder, clients: AppClients) -> None:
    request = holder.begin("identity_change")
    answer = holder.save(request, leave="photo")
    assert answer.location.endswith(f"next=/my/requests/{request}/edit")
    back = f"/my/requests/{request}/edit"
    open_picture(holder, next=back)
    assert holder.send(f"{TOOL}/use", next=back).location.startswith(back)
    assert holder.typed(request)["person.photo"] == workspace(holder).waiting.sha256
    assert holder.files(request) == ["person.photo"]
    stranger = Holder(clients, clients.scenario.stranger)
    for target in (
        back,
        "//evil.example/my/requests/1/edit",
        "https://evil.example/",
        "/my/requests/999/edit",
    ):
        open_picture(stranger, next=target)
        assert stranger.send(f"{TOOL}/use", next=target).location == "/my/profile"


def test_earlier_photos_may_be_used_again(holder: Holder) -> None:
    request = holder.begin("certificate_change", holder.scenario.certificate())
    data = jpeg(draw_portrait(seed=5, ground="#9db7d4"))
    holder.save(request, **{"certificate.photo": upload("照片.jpg", data)})
    assert "照片检查提醒：背景不是白色" in holder.open(f"/my/requests/{request}/edit")
    holder.attach_materials(request)
    holder.submit(request, **holder.open_confirm(request))
    row = holder.row(request)
    first = next(one for one in row.attachments if one.material == "certificate.photo")
    assert holder.scenario.session.get_one(Photo, first.file_id).acknowledged_at is not None
    assert holder.scenario.decision_input(row, "approve")
    holder.scenario.decide(row, "reject", opinion="照片不是白底")
    again = holder.begin("identity_change")
    assert "从已有材料中选用" in holder.open(f"/my/requests/{again}/edit")
    holder.save(again, again=f"person.photo:{first.id}")
    assert holder.typed(again)["person.photo"] == first.file.sha256
    assert holder.save(again, again=f"person.photo:{first.id + 1000}").status_code == 404


def test_the_workspace_of_another_account_is_not_found(holder: Holder, clients: AppClients) -> None:
    open_picture(holder)
    holder.send(f"{TOOL}/use")
    open_picture(holder)
    stranger = Holder(clients, clients.scenario.stranger)
    for path in ("picture", "result", "waiting"):
        assert holder.browser.client.get(f"{TOOL}/{path}").status_code == 200
        assert stranger.browser.client.get(f"{TOOL}/{path}").status_code == 404
    stranger.browser.get(TOOL)
    assert stranger.send(f"{TOOL}/use").status_code == 422
    assert "还没有打开照片" in stranger.text


def test_a_replaced_picture_is_deleted_with_its_row(holder: Holder) -> None:
    open_picture(holder)
    first = workspace(holder).original_id
    open_picture(holder, jpeg(draw_portrait(1000, 1400, seed=3)))
    second = workspace(holder).original_id
    holder.send(f"{TOOL}/use")
    holder.scenario.session.rollback()
    left = [holder.scenario.session.get(StoredFile, id, populate_existing=True) for id in (first, second)]
    assert left == [None, None]


def test_the_photo_that_is_used_is_the_one_that_was_shown(
    scenario: Scenario, holder: Holder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another tab opens another picture while this one is being cut."""
    cut = photo_tool.cut_opened
    other = [jpeg(draw_portrait(1000, 1400, seed=seed)) for seed in range(1, 6)]

    def cut_slowly(*given: object) -> object:
        made = cut(*given)
        photo_tool.start_crop(scenario.session, scenario.storage, scenario.holder, other.pop(), "另一张.jpg")
        return made

    photo_tool.start_crop(
        scenario.session, scenario.storage, scenario.holder, jpeg(draw_portrait(1200, 1400)), "一张.jpg"
    )
    with monkeypatch.context() as patch:
        patch.setattr(photo_tool, "cut_opened", cut_slowly)
        with pytest.raises(StaleRequest):
            photo_tool.use(scenario.session, scenario.storage, scenario.holder)
