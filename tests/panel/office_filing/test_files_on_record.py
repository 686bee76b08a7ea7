"""从已有材料中选用 in the forms of the office: files submitted about the person, of the own region only."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from anguan.infra.transaction import transaction
from anguan.matters.catalog import CATALOG
from anguan.models import Account, Attachment, ChangeRequest, Enterprise
from tests.support.factories import open_scenario
from tests.support.panel_client import Office, open_office

CORRECTION = next(matter for matter in CATALOG if matter.code == "person_correction")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_scenario("sqlite") as scenario, open_office(scenario, tmp_path) as opened:
        yield opened


def file_and_draft(office: Office) -> tuple[Attachment, ChangeRequest]:
    """A paper of a rejected request of the holder, and a correction of the holder that the office begins."""
    scenario = office.scenario
    filed = scenario.filed("identity_change")
    scenario.decide(filed, "reject", opinion="看不清")
    paper = max((row for row in filed.attachments if "." not in row.material), key=lambda row: row.id)
    draft = scenario.begin(CORRECTION)
    scenario.session.rollback()
    return paper, draft


def test_the_office_uses_a_paper_that_the_holder_submitted(office: Office) -> None:
    paper, draft = file_and_draft(office)
    clerk = office.enter("CLERK")
    page = clerk.get(f"/panel/filing/{draft.id}/edit").text
    assert "从已有材料中选用" in page
    assert f'name="again" value="ground:{paper.id}"' in page
    link = f"/panel/requests/{paper.request_id}/file/{paper.id}"
    assert f'href="{link}"' in page
    assert clerk.get(link).status_code == 200
    clerk.get(f"/panel/filing/{draft.id}/edit")
    assert clerk.post(f"/panel/filing/{draft.id}/edit", again=f"ground:{paper.id}").status_code == 302
    rows = office.read(draft.id).attachments
    assert [(row.material, row.file_id) for row in rows] == [("ground", paper.file_id)]


def test_files_of_another_region_are_neither_offered_nor_taken(office: Office) -> None:
    scenario = office.scenario
    paper, draft = file_and_draft(office)
    choice, address = f"ground:{paper.id}", f"/panel/filing/{draft.id}/edit"
    request, firm = paper.request_id, scenario.certificate().enterprise_id
    with transaction(scenario.session) as session:
        session.get_one(ChangeRequest, request).region = "elsewhere"
        clerk = session.scalars(select(Account).where(Account.login == "CLERK")).one()
        clerk.region = session.get_one(Enterprise, firm).region
    browser = office.enter("CLERK")
    assert choice not in browser.get(address).text
    assert browser.post(address, again=choice).status_code == 404
