"""The heart is real: one more matter in its own few lines gets everything, without another line anywhere."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from anguan.desk.sheet import round_items
from anguan.grammar.field import asked, shown
from anguan.grammar.material import Material
from anguan.grammar.matter import Matter
from anguan.matters import catalog
from anguan.models import ChangeRequest
from anguan.records.requests import no_other_open, something_changes
from tests.door import Browser, Door
from tests.office import export
from tests.world import World, picture

NEW = Matter(
    code="phone_correction",
    title="联系电话更正",
    prefix="DH",
    action="更正电话",
    filed_by="applicant",
    subject="person",
    fields=(shown("person.name", "姓名"), asked("person.phone", "手机号码")),
    materials=(Material("proof", "号码证明", sample="application"),),
    rules=(something_changes, no_other_open),
    commitments=("本人的号码真实。",),
)

FILED = (*(matter for matter in catalog.CATALOG if matter.filed_by == "applicant"), NEW)


@pytest.fixture
def door(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """A house whose catalogue has one more matter."""
    monkeypatch.setattr(catalog, "CATALOG", (*catalog.CATALOG, NEW))
    opened = Door(world, tmp_path)
    opened.app.extensions["anguan_storage"] = world.storage
    yield opened
    opened.close()


def enter(door: Door, login: str, address: str) -> Browser:
    """A browser that is in."""
    browser = door.browser(address)
    browser.log_in(door.give_password(door.world.account(login)))
    return browser


def text_of(pdf: bytes) -> str:
    """The words of a PDF."""
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_one_more_matter_gets_everything(door: Door) -> None:
    world = door.world
    holder = enter(door, world.holder.login, "192.0.2.5")
    guide = holder.get("/guide/phone_correction")
    assert guide.status_code == 200
    assert "号码证明" in guide.text

    began = holder.post("/my/begin/phone_correction")
    assert began.status_code == 302
    form = holder.get(began.location).text
    assert "原手机号码" in form
    assert "号码证明" in form
    number = int(re.search(r"/requests/(\d+)", began.location)[1])
    blank = holder.get("/my/blank/phone_correction/application.pdf", buffered=True)
    assert "手机号码" in text_of(blank.data)

    sent = holder.client.post(
        began.location,
        data={
            "csrf_token": holder.token,
            "person.phone": "139 1111 2222",
            re.search(r'type="file"[^>]*name="([^"]+)"|name="([^"]+)"[^>]*type="file"', form)[1]: (
                io.BytesIO(picture()),
                "号码证明.jpg",
            ),
            "go": "1",
        },
        environ_base={"REMOTE_ADDR": holder.address},
    )
    assert sent.status_code == 302, sent.text
    check = holder.get(sent.location).text
    assert "139 1111 2222" in check
    hidden = dict(re.findall(r'name="(key|seen)" value="([^"]+)"', check))
    done = holder.post(f"/my/requests/{number}/submit", promise="1", **hidden)
    assert done.location.endswith("/receipt")
    receipt = holder.get(done.location).text
    assert "DH" in receipt
    assert "已提交，待审核" in receipt
    pdf = text_of(holder.get(f"/my/requests/{number}/receipt.pdf", buffered=True).data)
    assert "联系电话更正" in pdf
    form_pdf = text_of(holder.get(f"/my/requests/{number}/application.pdf", buffered=True).data)
    assert "手机号码" in form_pdf
    assert "13911112222" in re.sub(r"\s", "", form_pdf)

    reviewer = enter(door, "REVIEWER1", "192.0.2.6")
    assert "联系电话更正" in reviewer.get("/panel/queue/").text
    page = re.sub(r"<[^>]+>", "", reviewer.get(f"/panel/requests/{number}").text)
    assert "139****2222" in page
    assert "138****0000" in page
    assert "联系电话更正" in export(reviewer, "queue").decode("utf-8-sig")
    world.session.rollback()
    assert world.session.get(ChangeRequest, number).state == "submitted"


@pytest.mark.parametrize("matter", FILED, ids=lambda matter: matter.code)
def test_the_form_shows_each_label_and_value_and_the_export_has_each_column(
    door: Door, matter: Matter
) -> None:
    world = door.world
    filed = world.filed(matter)
    items = [item for item in round_items(filed) if not item.follows]
    number = filed.id
    holder = enter(door, world.holder.login, "192.0.2.7")
    words = re.sub(
        r"\s", "", text_of(holder.get(f"/my/requests/{number}/application.pdf", buffered=True).data)
    )
    for item in items:
        assert re.sub(r"\s", "", item.label) in words, item.label
        if item.changed and not item.path.endswith("photo"):
            assert re.sub(r"\s", "", item.after_text) in words, item.path
    reviewer = enter(door, "REVIEWER1", "192.0.2.8")
    heads = export(reviewer, f"queue?flt_matter={matter.code}").decode("utf-8-sig").splitlines()[0]
    for item in items:
        assert item.label in heads, item.label
