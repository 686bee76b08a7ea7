"""转办: a named colleague gets the request first while it is reserved; every other rule still holds."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import Claim, Event, Recusal
from anguan.services.refusals import Refused
from anguan.services.review import claims, decisions, transfers
from tests.campaigns.support.bulk import file_titles
from tests.campaigns.support.office import Office, draw, fresh_office
from tests.support.factories import Scenario
from tests.support.panel_client import open_office

PAPER = draw(1)
FRIDAY = datetime(2027, 6, 18, 10, tzinfo=clock.BEIJING)
MONDAY_EVENING = datetime(2027, 6, 21, 18, tzinfo=clock.BEIJING)


@pytest.fixture
def office(kind: str) -> Iterator[Office]:
    """An office with its own database."""
    with fresh_office(kind) as opened:
        yield opened


def test_the_colleague_finds_it_first_and_keeps_it_until_the_evening_of_the_next_working_day(
    office: Office,
) -> None:
    one, two = file_titles(office, 2, PAPER)
    mine, other, senior = (office.staff(login) for login in ("REVIEWER1", "REVIEWER2", "SENIOR"))
    with transaction(office.session):
        office.session.get(claims.ChangeRequest, two).due_at = clock.now() + timedelta(days=90)
    with clock.frozen_at(FRIDAY):
        claims.claim(office.session, mine, two)
        row = transfers.transfer(office.session, mine, two, other.id, " 你熟悉职称，请你看 ")
        assert (row.account_id, row.transferred_by_id, row.note) == (other.id, mine.id, "你熟悉职称，请你看")
        assert row.until == MONDAY_EVENING
        assert claims.next_in_order(office.session, other) == [two, one]
        assert claims.next_in_order(office.session, mine) == [one]
        for somebody in (mine, senior):
            with pytest.raises(Refused, match="这件申请已转给沈知远，到 06月21日 18:00"):
                claims.claim(office.session, somebody, two)
        assert claims.claim_next(office.session, other).id == two
        assert claims.heartbeat(office.session, other, two) == MONDAY_EVENING
    with clock.frozen_at(MONDAY_EVENING - timedelta(minutes=1)):
        assert claims.heartbeat(office.session, other, two) == MONDAY_EVENING + timedelta(minutes=9)
    with clock.frozen_at(MONDAY_EVENING + timedelta(minutes=9)):
        assert claims.claim(office.session, mine, two).transferred_by_id is None
    said = office.session.scalars(select(Event).where(Event.verb == "transfer")).one()
    assert (said.actor, said.visible_to) == ("陆与行", "office")
    assert said.sentence == "转给沈知远办理：你熟悉职称，请你看"


def test_a_transferred_request_can_be_snoozed_released_and_decided(office: Office) -> None:
    one, two, three = file_titles(office, 3, PAPER)
    mine, other = office.staff("REVIEWER1"), office.staff("REVIEWER2")
    for request_id in (one, two, three):
        transfers.transfer(office.session, mine, request_id, other.id)
    claims.snooze(office.session, other, one, clock.now() + timedelta(days=1), "等原件")
    row = claims.claim_of(office.session, one)
    assert (row.transferred_by_id, row.note) == (None, "等原件")
    claims.release(office.session, other, two)
    assert claims.claim_of(office.session, two) is None
    with pytest.raises(Refused, match="已转给沈知远"):
        decisions.decide(office.session, office.storage, mine, three, office.decision_input(three, "approve"))
    decisions.decide(office.session, office.storage, other, three, office.decision_input(three, "approve"))
    assert office.count(Claim) == 1


def test_who_may_transfer_and_to_whom(office: Office) -> None:
    (one,) = file_titles(office, 1, PAPER)
    mine, other, senior = (office.staff(login) for login in ("REVIEWER1", "REVIEWER2", "SENIOR"))
    regional, admin = office.staff("REGIONAL"), office.staff("ADMIN")

    def offered() -> set[str]:
        found = office.request(one)
        return {known.account.login for known in transfers.colleagues(office.session, mine, found)}

    assert offered() == {"REVIEWER2", "SENIOR", "CLERK"}
    for nobody in (None, mine.id, 10**6):
        with pytest.raises(Refused, match="请选择转给谁"):
            transfers.transfer(office.session, mine, one, nobody)
    for unfit in (regional, admin):
        with pytest.raises(Refused, match="不能审核这件申请"):
            transfers.transfer(office.session, mine, one, unfit.id)
    claims.claim(office.session, mine, one)
    with pytest.raises(Refused, match="陆与行正在审核"):
        transfers.transfer(office.session, other, one, senior.id)
    assert transfers.transfer(office.session, senior, one, other.id).account_id == other.id
    with transaction(office.session):
        person = office.request(one).person_id
        office.session.add(Recusal(account_id=other.id, person_id=person, why="亲属"))
    assert offered() == {"SENIOR", "CLERK"}
    claims.release(office.session, other, one)
    with pytest.raises(Refused, match="不能审核这件申请"):
        transfers.transfer(office.session, senior, one, other.id)
    decisions.decide(office.session, office.storage, senior, one, office.decision_input(one, "approve"))
    with pytest.raises(Refused):
        transfers.transfer(office.session, mine, one, other.id)
    assert office.count(Claim) == 0


def test_its_page_lists_colleagues_keeps_what_was_typed_and_notifies_the_other(
    scenario: Scenario, tmp_path: Path
) -> None:
    with open_office(scenario, tmp_path) as opened:
        request = scenario.filed("certificate_change")
        path = f"/panel/requests/{request.id}"
        mine, other = opened.enter("reviewer"), opened.enter("REVIEWER2")
        to = scenario.session.scalars(
            select(transfers.Account).where(transfers.Account.login == "REVIEWER2")
        ).one()
        assert f"{path}/transfer" in mine.get(path).text
        page = mine.get(f"{path}/transfer").text
        assert "沈知远" in page
        assert "陆与行" not in page.split("<form", 1)[1].split("转给谁", 1)[1]
        answer = mine.post(f"{path}/transfer", note="请你看看社保")
        assert answer.status_code == 400
        assert "请选择转给谁" in answer.text
        assert 'value="请你看看社保"' in answer.text
        assert mine.post(f"{path}/transfer", to=str(to.id), note="请你看看社保").location == "/panel/queue/"
        assert "已转给沈知远，为其保留到" in mine.get("/panel/queue/").text
        assert "这件申请已转给沈知远" in mine.get(path).text
        assert "这件申请现在不能由您转办" in mine.get(f"{path}/transfer").text
        assert mine.post(f"{path}/transfer", to=str(to.id)).status_code == 400
        home = other.get("/panel/").text
        assert "陆与行转来" in home
        assert "请你看看社保" in home
        assert "陆与行转来" in other.get("/panel/queue/").text
        assert "陆与行转来，保留到" in other.get(path).text
        assert opened.enter("auditor").get(f"{path}/transfer").status_code == 403
