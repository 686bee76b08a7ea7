"""Opening a form writes nothing; its first save or upload makes the draft."""

import pytest

from anguan.core.matter import Matter
from anguan.infra.transaction import transaction
from anguan.matters.catalog import CATALOG
from anguan.models import ChangeRequest, PhotoWorkspace, StoredFile
from tests.support.office_data import picture
from tests.support.portal_client import Holder, inputs_of, upload

OWN = [matter for matter in CATALOG if matter.filed_by == "applicant"]
CHANGE = "/my/start/certificate_change"


def drafts(holder: Holder) -> list[ChangeRequest]:
    """All requests of the database."""
    return holder.clients.all(ChangeRequest)


def about(holder: Holder, matter: Matter) -> str:
    """The address of a new form about the holder's own record."""
    certificate = holder.scenario.certificate().id
    return f"/my/start/{matter.code}" + (
        f"?certificate={certificate}" if matter.subject == "certificate" else ""
    )


def test_opening_any_form_makes_no_draft(holder: Holder) -> None:
    for matter in OWN:
        address = about(holder, matter)
        holder.open(address)
        assert f'action="{address}"' in holder.page, matter.code
        untouched = {name: value for name, value in inputs_of(holder.page).items() if name != "csrf_token"}
        for button in ("photo", "profile", "amend"):
            assert holder.send(address, **untouched, leave=button).status_code == 302
        pdf = address.replace(matter.code, f"{matter.code}/application.pdf")
        assert holder.browser.get(pdf).data.startswith(b"%PDF"), matter.code
    assert drafts(holder) == []
    assert "还没有提交" not in holder.open("/my/")


@pytest.mark.parametrize("matter", OWN, ids=lambda matter: matter.code)
def test_the_first_save_makes_the_draft(holder: Holder, matter: Matter) -> None:
    address = about(holder, matter)
    holder.open(address)
    location = holder.send(address, save="1").location
    assert [row.matter for row in drafts(holder)] == [matter.code]
    assert location.endswith(f"/my/requests/{drafts(holder)[0].id}/edit")
    assert holder.browser.get(address).location == location
    assert holder.send(address, save="1").location == location
    assert len(drafts(holder)) == 1


def test_the_first_upload_or_text_makes_the_draft_and_is_kept(holder: Holder) -> None:
    address = f"{CHANGE}?certificate={holder.scenario.certificate().id}"
    holder.open(address)
    paper, late = {"paper.id_back": upload("背面.jpg")}, {"certificate.position": "总工程师"}
    assert "next=/my/requests/" in holder.send(address, **late, **paper, leave="photo").location
    id = drafts(holder)[0].id
    assert holder.typed(id)["certificate.position"] == "总工程师"
    assert holder.files(id) == ["id_back"]
    holder.send(f"/my/requests/{id}/discard")
    answer = holder.browser.client.post(
        address, data={"csrf_token": holder.browser.token, **late}, headers={"X-Autosave": "1"}
    )
    assert answer.status_code == 200
    assert [row.state for row in drafts(holder)] == ["lapsed", "draft"]


def test_a_form_saved_for_the_first_time_says_what_is_wrong(holder: Holder) -> None:
    address = f"{CHANGE}?certificate={holder.scenario.certificate().id}"
    holder.open(address)
    answer = holder.send(
        address, go="1", **{"certificate.position": "总工程师", "paper.id_back": upload("空.pdf", b"")}
    )
    assert answer.status_code == 422
    assert "是空文件" in holder.text
    id = drafts(holder)[0].id
    assert f'action="/my/requests/{id}/edit"' in holder.page
    assert holder.typed(id)["certificate.position"] == "总工程师"


def test_a_withdrawn_or_refused_request_is_offered_again(holder: Holder) -> None:
    scenario = holder.scenario
    address = f"{CHANGE}?certificate={scenario.certificate().id}"
    assert "接着上次的填写" not in holder.open(address)
    id = scenario.filed("certificate_change").id
    number, typed = holder.row(id).number, holder.typed(id)
    holder.send(f"/my/requests/{id}/withdraw")
    assert f"已撤销的变更申请{number}" in holder.open(address)
    assert f'action="/my/requests/{id}/revise"' in holder.page
    assert holder.send(f"/my/requests/{id}/revise").location.endswith(f"/my/requests/{id}/edit")
    assert "接着上次的填写" not in holder.open(address)
    assert holder.typed(id) == typed
    assert holder.submit(id, **holder.open_confirm(id)).location.endswith("/receipt")
    scenario.decide(holder.row(id), "reject", opinion="不符")
    assert f"没有通过的变更申请{number}" in holder.open(address)
    other = f"{CHANGE}?certificate={scenario.certificate(kind='C').id}"
    assert "接着上次的填写" not in holder.open(other)


def test_a_search_without_scripts_needs_no_draft(holder: Holder) -> None:
    address = f"{CHANGE}?certificate={holder.scenario.certificate().id}"
    holder.open(address)
    answer = holder.send(address, find="certificate.unit", **{"certificate.unit.find": "乙水利"})
    holder.open(answer.location.split("#")[0])
    assert holder.scenario.firm(1).name in holder.page
    assert drafts(holder) == []


def wait_with_photo(holder: Holder) -> StoredFile:
    """A photo that was saved in the photo tool and waits for the next request."""
    session = holder.scenario.session
    begun = holder.begin("certificate_change", holder.scenario.certificate(kind="C"))
    holder.save(begun, save="1", **{"certificate.photo": upload("照片.jpg", picture(ink="green"))})
    file = holder.row(begun).attachments[0].file
    with transaction(session):
        workspace = PhotoWorkspace(
            person_id=holder.account.person_id, turn=0, box="", changed_at=file.created_at
        )
        workspace.waiting_id = file.id
        session.add(workspace)
    return file


def test_a_waiting_photo_is_shown_before_and_taken_at_the_first_save(holder: Holder) -> None:
    file = wait_with_photo(holder)
    address = f"{CHANGE}?certificate={holder.scenario.certificate().id}"
    holder.open(address)
    assert 'src="/my/profile/photo/waiting"' in holder.page
    id = int(holder.send(address, save="1").location.split("/")[-2])
    assert holder.typed(id)["certificate.photo"] == file.sha256
    assert [row.file_id for row in holder.row(id).attachments] == [file.id]


def test_a_form_of_another_applicant_is_not_found(holder: Holder) -> None:
    theirs = holder.scenario.certificate(holder.scenario.stranger).id
    for page in (CHANGE, f"{CHANGE}/application.pdf"):
        assert holder.browser.get(f"{page}?certificate={theirs}").status_code == 404
    assert holder.browser.get(CHANGE).status_code == 404
    assert holder.browser.get("/my/start/certificate_correction?certificate=1").status_code == 404
