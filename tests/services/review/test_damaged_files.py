"""Nothing is approved on missing, changed or unreadable files: by page, by batch, by the worker."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from anguan.config import Config
from anguan.core import clock
from anguan.domain.masking import is_picture
from anguan.infra.blob_store import Damaged, LocalStorage
from anguan.infra.transaction import transaction
from anguan.matters.in_force import declared
from anguan.models import ChangeRequest, Decision
from anguan.panel.common.event_words import EVENT_WORDS
from anguan.services.requests import filing
from anguan.services.review import batch
from anguan.services.review.batch import ChosenRequest
from anguan.services.review.damaged_files import DAMAGE, DamagedFiles
from anguan.worker import doctor
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from tests.support.factories import Scenario
from tests.support.office_data import picture
from tests.support.panel_client import Office, form_of, open_office

PHONE = "0871-5900590"
TITLE = "职称证书"


@pytest.fixture
def office(scenario: Scenario, tmp_path: Path) -> Iterator[Office]:
    """An office with files of its own, so that they can be damaged."""
    copied = tmp_path / "files"
    shutil.copytree(scenario.storage.root, copied)
    scenario.storage = LocalStorage(copied)
    scenario.policy("support_phone", PHONE)
    with open_office(scenario, tmp_path) as opened:
        yield opened


def file_title(office: Office) -> ChangeRequest:
    """A change of title with one document."""
    return office.scenario.filed("profile_change")


def flip_bit(path: Path) -> None:
    """One bit in the middle of the file changes; its length does not."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def make_unreadable(path: Path) -> None:
    """Make the file unreadable: a directory cannot be read as a file, even by root."""
    path.rename(path.with_suffix(".away"))
    path.mkdir()


DAMAGES: dict[str, Callable[[Path], None]] = {
    "bit": flip_bit,
    "deleted": Path.unlink,
    "unreadable": make_unreadable,
}


@pytest.fixture(params=DAMAGES)
def damage(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    """Each way in which a file is lost."""
    return DAMAGES[request.param]


def papers_of(office: Office, request: ChangeRequest) -> list[Path]:
    """The paths of the files of its round."""
    return [office.scenario.storage.path(row.file.sha256) for row in request.attachments]


def require_told(office: Office, request: ChangeRequest, actor: str) -> None:
    """One event names the document, its file, and whom to call; the event log has a label for it."""
    (event,) = office.events(DAMAGE)
    assert (event.request_id, event.actor, event.visible_to) == (request.id, actor, "office")
    for part in (TITLE, "title_proof.jpg", PHONE, "系统管理员"):
        assert part in event.sentence, part
    assert event.after == request.attachments[0].file.sha256
    assert DAMAGE in EVENT_WORDS


def test_the_page_refuses_to_approve_and_names_the_document(
    office: Office, damage: Callable[[Path], None]
) -> None:
    request = file_title(office)
    browser = office.enter("reviewer")
    page = f"/panel/requests/{request.id}"
    assert "打不开" not in browser.get(page).text
    form = form_of(browser)
    damage(papers_of(office, request)[0])
    for _ in range(2):
        answer = browser.post(f"{page}/decide", verdict="approve", **form)
        assert answer.status_code == 409
        for part in (TITLE, "title_proof.jpg", PHONE, "系统管理员", "（打不开）", "title_proof"):
            assert part in answer.text, part
    assert not office.clients.all(Decision)
    assert office.read(request).state == "submitted"
    require_told(office, office.read(request), "陆与行")
    answer = browser.get(f"/panel/documents/{request.id}/{request.attachments[0].id}/1")
    assert answer.status_code == 410
    assert "损坏或丢失" in answer.text


def test_a_script_reads_the_same_page(office: Office) -> None:
    request = file_title(office)
    browser = office.enter("reviewer")
    browser.get(f"/panel/requests/{request.id}")
    form = form_of(browser) | {"csrf_token": browser.token, "verdict": "approve"}
    papers_of(office, request)[0].unlink()
    answer = browser.client.post(
        f"/panel/requests/{request.id}/decide", data=form, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 409
    assert PHONE in answer.get_json()["page"]


def test_a_page_image_made_before_does_not_hide_that_the_file_was_damaged(office: Office) -> None:
    request = file_title(office)
    browser = office.enter("reviewer")
    scan = f"/panel/documents/{request.id}/{request.attachments[0].id}/1"
    assert browser.get(scan).status_code == 200
    flip_bit(papers_of(office, request)[0])
    assert browser.get(scan).status_code == 410


@pytest.mark.parametrize("verdict", ["return", "reject"])
def test_a_missing_document_does_not_prevent_a_return(office: Office, verdict: str) -> None:
    request = file_title(office)
    for path in papers_of(office, request):
        path.unlink()
    browser = office.enter("reviewer")
    answer = browser.get(f"/panel/requests/{request.id}")
    assert "（打不开）" in answer.text
    item = "paper:title_proof"
    form = form_of(browser) | {"opinion": "职称证书打不开", "item": item, f"remark.{item}": "请重新上传"}
    answer = browser.post(f"/panel/requests/{request.id}/decide", verdict=verdict, **form)
    assert answer.status_code == 302, answer.text
    assert office.read(request).state == {"return": "returned", "reject": "rejected"}[verdict]
    assert not office.events(DAMAGE)


def test_a_photo_that_approval_writes_is_checked_too(office: Office, damage: Callable[[Path], None]) -> None:
    scenario = office.scenario
    request = scenario.filed("identity_change")
    item = next(item for item in request.items if is_picture(item.path) and item.changed)
    with transaction(scenario.session):  # the picture is a field only, not a document
        for row in list(request.attachments):
            if row.file.sha256 == item.after:
                scenario.session.delete(row)
    scenario.session.expire_all()
    damage(scenario.storage.path(item.after))
    with pytest.raises(DamagedFiles, match="证件照片"):
        scenario.decide(request, "approve")
    assert office.read(request).state == "submitted"
    assert not scenario.session.scalars(select(Decision)).all()
    assert [event.after for event in office.events(DAMAGE)] == [item.after]


def test_the_photo_that_is_replaced_may_be_lost(office: Office) -> None:
    scenario = office.scenario
    request = scenario.filed("profile_change")
    scenario.storage.path(request.person.photo).unlink()
    assert scenario.decide(request, "approve").state == "approved"


def test_a_step_that_passes_the_request_on_is_refused_as_well(office: Office) -> None:
    scenario = office.scenario
    request = scenario.filed(declared("person_correction"))
    papers_of(office, request)[0].unlink()
    with pytest.raises(DamagedFiles, match="更正依据"):
        scenario.decide(request, "approve")
    assert (office.read(request).state, request.step) == ("submitted", 0)


def test_a_batch_omits_the_request_and_says_why(office: Office, damage: Callable[[Path], None]) -> None:
    scenario = office.scenario
    request, whole = file_title(office), scenario.begin("profile_change", scenario.stranger)
    filing.save(scenario.session, scenario.stranger, whole.id, scenario.values(whole))
    scenario.attach(whole, "title_proof", data=picture(ink="olive"))  # other bytes: one content is one file
    scenario.submit(whole)
    chosen = [
        ChosenRequest(line.request.id, line.request.version, line.review.digest)
        for line in batch.preview_batch(scenario.session, scenario.reviewer, [request.id, whole.id])
    ]
    damage(papers_of(office, request)[0])
    code = batch.new_batch()
    results = [
        batch.decide_one(scenario.session, scenario.storage, scenario.reviewer, one, code) for one in chosen
    ]
    assert [result.done for result in results] == [False, True]
    assert PHONE in results[0].sentence
    assert TITLE in results[0].sentence
    assert (office.read(request).state, office.read(whole).state) == ("submitted", "approved")
    require_told(office, office.read(request), "陆与行")


def test_what_is_damaged_while_it_can_be_taken_back_does_not_take_effect(
    office: Office, damage: Callable[[Path], None]
) -> None:
    scenario = office.scenario
    scenario.policy("undo_seconds", "60")
    request = file_title(office)
    before = request.person.title
    scenario.decide(request, "approve")
    assert request.state == "decided"
    damage(papers_of(office, request)[0])
    with clock.frozen_at(clock.now() + timedelta(seconds=61)):
        assert drain(scenario.session, JobContext(scenario.storage, "http://127.0.0.1")) == 1
    request = office.read(request)
    assert (request.state, request.person.title) == ("submitted", before)
    assert [decision.undone_at is None for decision in request.decisions] == [False]
    require_told(office, request, "系统")
    assert PHONE in office.events("refuse_effect")[0].sentence


def material_line(config: Config) -> tuple[str, str]:
    """What the doctor reports about documents."""
    (found,) = [finding for finding in doctor.examine(config) if finding.what == "材料"]
    return found.level, found.sentence


def test_the_doctor_counts_what_cannot_be_approved_until_it_is_restored(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = office.scenario
    monkeypatch.setattr(doctor, "is_current", lambda _: True)  # tables of tests are made without migrations
    config = Config(database_url=scenario.url, data_dir=str(tmp_path))
    request = file_title(office)
    assert material_line(config) == ("ok", "没有因文件损坏而不能通过的申请")
    (path,) = papers_of(office, request)
    kept = path.read_bytes()
    path.unlink()
    with scenario.refused(PHONE):
        scenario.decide(request, "approve")
    scenario.session.rollback()
    level, sentence = material_line(config)
    assert level == "bad"
    assert sentence.startswith("1 份材料读不出来")
    assert request.number in sentence
    path.write_bytes(kept)
    assert material_line(config)[0] == "ok"
    assert scenario.decide(request, "approve").state == "approved"


def test_a_file_that_cannot_be_read_now_is_damaged_for_its_reader(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    sha256 = storage.keep(b"bytes")
    make_unreadable(storage.path(sha256))
    with pytest.raises(Damaged, match="cannot be read"):
        storage.read(sha256)
    assert storage.size("0" * 64) is None
    assert storage.size(storage.keep(b"four")) == 4
