"""The files of one form: inspected together, attached together, and each refused for itself."""

import threading
from typing import Any

import pytest

from anguan.infra import files
from anguan.infra.files import LocalStorage, Unstored
from anguan.models import Attachment
from anguan.services import uploads
from anguan.services.refusals import NotFound, Refused
from anguan.services.requests.attachments import save_form
from anguan.services.requests.drafts import read_draft
from anguan.services.uploads import AT_ONCE, Inspected, Upload, inspect_uploads
from tests.support.factories import Scenario, open_scenario
from tests.support.office_data import picture

INKS = ("teal", "navy", "olive", "maroon")


def look_at(scenario: Scenario, *sent: Upload) -> tuple[int, list[Inspected]]:
    request = scenario.begin("profile_change")
    matter = read_draft(scenario.session, request).matter
    return request.id, inspect_uploads(scenario.session, scenario.storage, request, matter, sent)


def test_two_files_of_a_form_are_inspected_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    both, busy, most = threading.Barrier(AT_ONCE), 0, 0
    inspect, counting = uploads.inspect, threading.Lock()

    def together(*given: Any, **more: Any) -> Any:
        nonlocal busy, most
        with counting:
            busy += 1
            most = max(most, busy)
        both.wait(timeout=20)
        found = inspect(*given, **more)
        with counting:
            busy -= 1
        return found

    monkeypatch.setattr(uploads, "inspect", together)
    with open_scenario("sqlite") as scenario:
        sent = [Upload("title_proof", f"{ink}.jpg", picture(ink=ink)) for ink in INKS]
        _, inspected = look_at(scenario, *sent)
    assert [one.clean.name for one in inspected if one.clean] == [f"{ink}.jpg" for ink in INKS]
    assert most == AT_ONCE


def test_a_file_that_is_refused_holds_up_no_other(scenario: Scenario) -> None:
    sent = [
        Upload("title_proof", "a.jpg", b"no picture"),
        Upload("title_proof", "b.jpg", picture(ink="teal")),
    ]
    id, inspected = look_at(scenario, *sent, Upload("unknown", "c.jpg", picture()))
    typed = {"person.title": "高级工程师"}
    saved = save_form(scenario.session, scenario.storage, scenario.holder, id, inspected, typed)
    first, second, third = saved.refusals
    assert isinstance(first, Refused)
    assert second is None
    assert isinstance(third, NotFound)
    (attached,) = scenario.session.query(Attachment).filter_by(request_id=id, material="title_proof")
    assert files.is_intact(scenario.storage, attached.file.sha256)


def test_what_was_typed_is_saved_when_the_disk_takes_no_file(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise Unstored("no space left")

    monkeypatch.setattr(LocalStorage, "keep", full)
    id, inspected = look_at(scenario, Upload("title_proof", "a.jpg", picture(ink="teal")))
    with pytest.raises(Unstored):
        save_form(
            scenario.session, scenario.storage, scenario.holder, id, inspected, {"person.title": "高级工程师"}
        )
    scenario.session.rollback()
    kept = {value.name: value.typed for value in scenario.begin("profile_change").values}
    assert kept.get("person.title") == "高级工程师"
