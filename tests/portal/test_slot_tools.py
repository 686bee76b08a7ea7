"""The tools of an upload slot: replace, order and turn files; the stored bytes stay as they were sent."""

import io

from PIL import Image

from anguan.models import Attachment
from tests.portal.test_slots import send_at_once
from tests.support.office_data import picture
from tests.support.portal_client import Holder, upload

CODE = "application"


def filled(holder: Holder) -> tuple[int, str]:
    """A draft with three files in one slot, and the address of its form."""
    id = holder.begin("certificate_change", holder.scenario.certificate())
    address = f"/my/requests/{id}/edit"
    for name, ink in (("甲.jpg", "teal"), ("乙.jpg", "navy"), ("丙.jpg", "maroon")):
        paper = upload(name, picture(120, 156, ink))
        assert send_at_once(holder, address, **{f"paper.{CODE}": paper}).status_code == 200
    return id, address


def files(holder: Holder, id: int) -> list[Attachment]:
    """The files of the slot in their order."""
    return [row for row in holder.row(id).attachments if row.material == CODE]


def names(holder: Holder, id: int) -> list[str]:
    return [row.original_name for row in files(holder, id)]


def test_files_are_moved_and_replaced_in_their_place(holder: Holder) -> None:
    id, address = filled(holder)
    last, middle = files(holder, id)[2].id, files(holder, id)[1].id
    assert holder.save(id, up=str(last)).location.endswith(f"{address}#paper.{CODE}")
    assert names(holder, id) == ["甲.jpg", "丙.jpg", "乙.jpg"]
    send_at_once(holder, address, down=str(last))
    assert names(holder, id) == ["甲.jpg", "乙.jpg", "丙.jpg"]
    send_at_once(holder, address, down=str(last))
    assert names(holder, id) == ["甲.jpg", "乙.jpg", "丙.jpg"]
    new = {f"replace.{middle}": upload("丁.jpg", picture(120, 156, "olive"))}
    send_at_once(holder, address, **new)
    assert names(holder, id) == ["甲.jpg", "丁.jpg", "丙.jpg"]
    fake = {f"replace.{files(holder, id)[0].id}": upload("坏.jpg", b"no picture")}
    assert send_at_once(holder, address, **fake).status_code == 200
    assert "坏.jpg" in holder.text
    assert names(holder, id) == ["甲.jpg", "丁.jpg", "丙.jpg"]
    same = {f"replace.{files(holder, id)[0].id}": upload("丙.jpg", picture(120, 156, "maroon"))}
    send_at_once(holder, address, **same)
    assert names(holder, id) == ["丁.jpg", "丙.jpg"]


def test_a_turned_file_is_shown_turned_to_holder_and_reviewer(holder: Holder) -> None:
    id, address = filled(holder)
    first, before = files(holder, id)[0], files(holder, id)[0].file.sha256
    link = f"/my/files/{first.id}"
    assert sized(holder.browser.client.get(link).data) == (120, 156)
    holder.browser.get(address)
    for _ in range(3):
        send_at_once(holder, address, turn=str(first.id))
    assert f"{link}?turn=270" in holder.page
    assert sized(holder.browser.client.get(link).data) == (156, 120)
    assert next((row.turn, row.file.sha256) for row in files(holder, id)) == (270, before)
    holder.attach_materials(id)
    holder.save(id, save="1", **{"certificate.position": "总监"})
    holder.submit(id, **holder.open_confirm(id))
    office = holder.clients.browser("192.0.2.8")
    office.log_in(holder.clients.give_password(holder.scenario.reviewer))
    page = office.client.get(f"/panel/documents/{id}/{first.id}/1").data
    width, height = sized(page)
    assert width > height


def test_tools_reach_only_files_of_the_own_draft(holder: Holder) -> None:
    id, _ = filled(holder)
    other = Holder(holder.clients, holder.scenario.stranger)
    mine = other.begin("identity_change")
    foreign = files(holder, id)[0]
    for button in ("remove", "turn", "up", "down"):
        assert other.save(mine, **{button: str(foreign.id)}).status_code == 404, button
    send_at_once(other, f"/my/requests/{mine}/edit", **{f"replace.{foreign.id}": upload("x.jpg")})
    assert [(row.turn, row.original_name) for row in files(holder, id)] == [
        (0, "甲.jpg"),
        (0, "乙.jpg"),
        (0, "丙.jpg"),
    ]


def sized(data: bytes) -> tuple[int, int]:
    """Width and height of a picture."""
    with Image.open(io.BytesIO(data)) as shown:
        return shown.size
