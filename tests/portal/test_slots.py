"""Upload slots of a draft: a file or a button of one slot is sent at once and answered with the form."""

from werkzeug.test import TestResponse

from anguan.models import ChangeRequest
from tests.support.portal_client import Holder, upload

AT_ONCE = {"X-Slot": "1"}
"""What slots.js sends with each file and each button of a slot."""


def send_at_once(holder: Holder, address: str, **inputs: object) -> TestResponse:
    """Send inputs of one slot as slots.js does."""
    data = {"csrf_token": holder.browser.token, **inputs}
    return holder.browser._seen(holder.browser.client.post(address, data=data, headers=AT_ONCE))


def test_one_file_is_kept_and_nothing_else_changes(holder: Holder) -> None:
    address = f"/my/start/certificate_change?certificate={holder.scenario.certificate().id}"
    holder.open(address)
    born = send_at_once(holder, address, **{"paper.id_back": upload("背面.jpg")})
    assert born.status_code == 200
    id = holder.clients.all(ChangeRequest)[0].id
    edit = f"/my/requests/{id}/edit"
    assert f'action="{edit}"' in holder.page
    assert "背面.jpg" in holder.page
    holder.save(id, save="1", **{"certificate.position": "总监"})
    assert send_at_once(holder, edit, **{"paper.id_front": upload("正面.jpg")}).status_code == 200
    assert holder.files(id) == ["id_back", "id_front"]
    assert holder.typed(id)["certificate.position"] == "总监"
    front = next(row.id for row in holder.row(id).attachments if row.material == "id_front")
    assert send_at_once(holder, edit, remove=front).status_code == 200
    assert holder.files(id) == ["id_back"]


def test_a_refused_file_is_named_in_its_slot_and_in_the_summary(holder: Holder) -> None:
    id = holder.begin("certificate_change", holder.scenario.certificate())
    address = f"/my/requests/{id}/edit"
    answer = send_at_once(holder, address, **{"paper.id_back": upload("背面.jpg", b"%PDF-1.4 nothing")})
    assert answer.status_code == 200
    assert "背面.jpg" in holder.text
    assert 'id="paper.id_back-error"' in holder.page
    assert '<a href="#paper.id_back">' in holder.page
    assert "还有1处没填好" in holder.text
    send_at_once(holder, address, check="1", **{"paper.id_back": upload("背面.jpg")})
    assert '<a href="#paper.id_back">' not in holder.page
    assert '<a href="#paper.id_front">' in holder.page


def test_a_file_for_a_request_that_was_submitted_meanwhile_is_refused_in_words(holder: Holder) -> None:
    id = holder.begin("certificate_change", holder.scenario.certificate())
    holder.save(id, save="1", **{"certificate.position": "总监"})
    holder.attach_materials(id)
    holder.submit(id, **holder.open_confirm(id))
    late = send_at_once(holder, f"/my/requests/{id}/edit", **{"paper.id_back": upload("背面.jpg")})
    assert late.status_code == 409
    assert "<" not in late.text
