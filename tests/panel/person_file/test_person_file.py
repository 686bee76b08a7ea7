"""The person's file of a request: its contents, region, masking, log, and the way back."""

from datetime import date

import pytest

from anguan.core.masks import mask_document
from anguan.infra.transaction import transaction
from anguan.models import Attachment, Employment, Training
from tests.support.panel_client import Office


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite only: the file reads rows as other pages do."""
    return str(request.param)


def test_everything_about_the_person_is_in_the_file(office: Office) -> None:
    scenario = office.scenario
    earlier = scenario.filed("profile_change", **{"person.title": "高级工程师"})
    scenario.decide(earlier, "approve")
    filed = scenario.filed("certificate_change")
    with transaction(scenario.session) as session:
        session.merge(Training(id=990, person_id=scenario.holder.person_id, year=2019, hours=17))
    papers = office.clients.all(Attachment, request_id=earlier.id)
    browser = office.enter("reviewer")
    assert (
        f'data-person-url="/panel/requests/{filed.id}/person"'
        in browser.get(f"/panel/requests/{filed.id}").text
    )
    page = browser.get(f"/panel/requests/{filed.id}/person").text
    number = scenario.holder.login
    assert number not in page
    assert mask_document(number) in page
    assert f"/panel/people/{scenario.holder.person_id}/photo" in page
    for words in (earlier.number, scenario.certificate().number, scenario.firm(0).name, "2019", "滇"):
        assert str(words) in page, words
    for paper in papers:
        place = f"/panel/documents/{earlier.id}/{paper.id}/1"
        assert (place in page) is ("." not in paper.material), paper.material
    back = f"/panel/requests/{filed.id}#person-file"
    assert back in page
    person = browser.get(f"/panel/people/details/?id={scenario.holder.person_id}&request={filed.id}").text
    assert back in person
    assert f'回到申请 <span class="num">{filed.number}' in person


def test_a_look_is_logged_once_in_a_round(office: Office) -> None:
    filed = office.scenario.filed("certificate_change")
    for role in ("reviewer", "reviewer", "auditor"):
        assert office.enter(role).get(f"/panel/requests/{filed.id}/person").status_code == 200
    events = office.events("read_file")
    assert [event.actor for event in events] == ["陆与行", "审计员"]
    assert {(event.request_id, event.visible_to) for event in events} == {(filed.id, "audit")}


def test_staff_of_a_region_read_what_is_of_their_region(office: Office) -> None:
    """The request moves the holder into their region; what is registered of the person is not theirs yet."""
    scenario = office.scenario
    filed = scenario.filed("certificate_change")
    with transaction(scenario.session) as session:
        session.get_one(type(filed), filed.id).region = "590200"
    local = office.enter("REGIONAL")
    page = local.get(f"/panel/requests/{filed.id}/person").text
    assert "登记在其他地区" in page
    holder, own = scenario.holder.person_id, scenario.certificate()
    for hidden in (f"people/{holder}", mask_document(scenario.holder.login), str(own.number), "滇"):
        assert hidden not in page, hidden
    with transaction(scenario.session) as session:
        session.query(Employment).filter_by(person_id=holder).update(
            {"enterprise_id": scenario.firm(1).id, "started_on": date(2021, 1, 1)}
        )
    page = local.get(f"/panel/requests/{filed.id}/person").text
    assert mask_document(scenario.holder.login) in page
    assert str(own.number) not in page
    with transaction(scenario.session) as session:
        session.get_one(type(filed), filed.id).region = "590100"
    assert local.get(f"/panel/requests/{filed.id}/person").status_code == 404
