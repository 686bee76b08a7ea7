"""The queue by page: review permissions, claims, saved views, check results, undo of decisions."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import ChangeRequest, Recusal, StaleFindings
from anguan.services.requests import filing
from anguan.services.review import claims, decisions
from anguan.services.stored_findings import refresh_findings
from tests.support.factories import open_scenario
from tests.support.panel_client import Office, open_office

QUEUE, DONE = "/panel/queue/", "/panel/done/"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """SQLite only: tests.services.review tests the services on both databases."""
    with open_scenario("sqlite") as scenario, open_office(scenario, tmp_path) as opened:
        yield opened


def test_a_row_says_who_claimed_it_and_for_how_long(office: Office) -> None:
    scenario = office.scenario
    free, taken = scenario.filed("profile_change"), scenario.filed("profile_change", scenario.stranger)
    aside = scenario.filed("certificate_change", scenario.paper_holder)
    claims.claim(scenario.session, scenario.colleague, taken.id)
    mine, theirs = office.enter("reviewer"), office.enter("auditor")
    page = mine.get(QUEUE).text
    assert all(row.number in page for row in (free, taken, aside))
    assert '沈知远还保留 <span class="num">10 分钟' in page
    claims.snooze(scenario.session, scenario.reviewer, aside.id, clock.now() + timedelta(days=3))
    page = mine.get(f"{QUEUE}?flt_view=mine").text
    assert aside.number in page
    assert free.number not in page
    assert "我暂缓，" in page
    assert "陆与行" in theirs.get(QUEUE).text
    with clock.frozen_at(clock.now() + timedelta(days=3, minutes=1)):
        scenario.policy("staff_idle_minutes", "120")
        again = office.enter("reviewer")
        assert "该看了" in again.get(f"{QUEUE}?flt_view=mine").text
        assert "还有" not in again.get(QUEUE).text


def test_the_queue_holds_what_one_may_review_and_the_search_box_finds_everything(office: Office) -> None:
    scenario = office.scenario
    left = scenario.filed("profile_change")
    with transaction(scenario.session):
        scenario.session.add(Recusal(account_id=scenario.reviewer.id, person_id=left.person_id, why="亲属"))
    browser = office.enter("reviewer")
    assert "没有等待您审核的申请" in browser.get(QUEUE).text
    assert "这里只筛选这张表" in browser.get(f"{QUEUE}?search={left.number}").text
    browser.get(QUEUE)
    found = browser.post("/panel/search/", q=left.number)
    assert f">{left.number}</a>" in browser.get(found.location).text
    assert left.number in office.enter("senior_reviewer").get(QUEUE).text
    assert left.number in office.enter("auditor").get(QUEUE).text


def test_an_auditor_reads_only(office: Office) -> None:
    office.scenario.filed("profile_change")
    page = office.enter("auditor").get(QUEUE).text
    assert "开始审核" not in page
    assert 'id="batch"' not in page


def test_saved_views(office: Office) -> None:
    scenario = office.scenario
    change = scenario.filed("certificate_change")
    green = scenario.filed("profile_change", scenario.stranger)
    browser = office.enter("reviewer")
    assert browser.get(QUEUE).text.count("待判断") == 2
    assert green.number not in browser.get(f"{QUEUE}?flt_view=green").text
    refresh_findings(scenario.session)

    def listed(view: str) -> set[str]:
        page = browser.get(f"{QUEUE}?flt_view={view}").text
        assert 'aria-current="page"' in page
        return {row.number for row in (change, green) if row.number in page}

    assert listed("green") == {green.number}
    assert listed("doubt") == {change.number}
    assert listed("insurance") == {change.number}
    assert listed("kind_b") == {change.number}
    assert listed("mine") == set()
    assert browser.get(f"{QUEUE}?flt_view=nothing").status_code == 404
    assert (
        "flt_matter=profile_change" in browser.get(f"{QUEUE}?flt_view=green&flt_matter=profile_change").text
    )
    page = browser.get(QUEUE).text
    assert "项通过" in page
    assert "要看" in page or "不符合" in page
    assert "待判断" not in page


def test_the_review_page_has_differing_findings_judged_again(office: Office) -> None:
    scenario = office.scenario
    request = scenario.filed("profile_change", scenario.stranger)
    browser = office.enter("reviewer")
    page = f"/panel/requests/{request.id}"

    def marks() -> int:
        scenario.session.rollback()
        return len(scenario.session.scalars(select(StaleFindings)).all())

    refresh_findings(scenario.session)
    browser.get(page)
    assert marks() == 0
    with transaction(scenario.session):
        scenario.session.execute(update(ChangeRequest).values(is_green=False, failed_checks=3))
    for _ in range(2):
        assert browser.get(page).status_code == 200
        assert marks() == 1
    refresh_findings(scenario.session)
    assert request.number in browser.get(f"{QUEUE}?flt_view=green").text


def test_the_step_at_which_a_request_waits_is_named(office: Office) -> None:
    scenario = office.scenario
    browser = office.enter("administrator")
    code = "profile_change"
    first = {"title_0": "州市初审", "role_0": "reviewer", "reach_0": "region"}
    second = {"title_1": "省级复审", "role_1": "reviewer", "reach_1": "province"}
    browser.get(f"/panel/steps/{code}")
    assert browser.post(f"/panel/steps/{code}", **first, **second).status_code == 302
    stepped = scenario.filed("profile_change", scenario.stranger)
    page = office.enter("reviewer").get(QUEUE).text
    assert "州市初审&#8239;1/2" in page or "州市初审\u202f1/2" in page
    scenario.decide(stepped, "approve")
    assert stepped.number not in office.enter("reviewer").get(QUEUE).text


def test_a_recent_decision_is_undone_from_its_row(office: Office) -> None:
    scenario = office.scenario
    scenario.policy("undo_seconds", "60")
    one, two = scenario.filed("profile_change"), scenario.filed("profile_change", scenario.stranger)
    for row in (one, two):
        scenario.decide(row, "approve")
    mine, other, senior = (office.enter(login) for login in ("reviewer", "REVIEWER2", "senior_reviewer"))
    page = mine.get(DONE).text
    assert page.count('data-left="') == 2
    assert 'data-left="' not in other.get(DONE).text
    assert other.post(f"{DONE}undo", id=str(one.id)).status_code == 302
    assert office.read(one).state == "decided"
    mine.get(DONE)
    assert mine.post(f"{DONE}undo", id=str(one.id)).status_code == 302
    assert "已撤回" in mine.get(DONE).text
    assert office.read(one).state == "submitted"
    senior.get(DONE)
    senior.post(f"{DONE}undo", id=str(two.id))
    assert office.read(two).state == "submitted"
    assert mine.post(f"{DONE}undo", id="x").status_code == 404


def test_the_summary_counts_urgent_requests(office: Office) -> None:
    scenario = office.scenario
    one, two = scenario.filed("profile_change"), scenario.filed("profile_change", scenario.stranger)
    with transaction(scenario.session):
        scenario.session.get_one(ChangeRequest, one.id).due_at = clock.now() - timedelta(days=1)
        scenario.session.get_one(
            ChangeRequest, two.id
        ).due_at = clock.now()  # the due moment itself is overdue
    page = office.enter("reviewer").get(QUEUE).text
    assert "逾期 2 件" in page


def test_what_was_decided_last_stands_first(office: Office) -> None:
    scenario = office.scenario
    first = scenario.filed("profile_change")
    second = scenario.filed("profile_change", scenario.stranger)
    third = scenario.filed("certificate_change", scenario.paper_holder)
    scenario.policy("undo_seconds", "600")
    moment = clock.now()
    with clock.frozen_at(moment + timedelta(minutes=1)):
        filing.withdraw(scenario.session, scenario.stranger, second.id)
    with clock.frozen_at(moment + timedelta(minutes=2)):
        scenario.decide(third, "reject", opinion="不符")
    with clock.frozen_at(moment + timedelta(minutes=3)):
        scenario.decide(first, "reject", opinion="不符")
    browser = office.enter("reviewer")

    def order() -> list[str]:
        page = browser.get(DONE).text
        return sorted((one.number for one in (first, second, third) if one.number in page), key=page.index)

    with clock.frozen_at(moment + timedelta(minutes=4)):
        assert order() == [first.number, third.number, second.number]
        decisions.undo(scenario.session, scenario.reviewer, first.id)
        assert order() == [third.number, second.number]
        scenario.decide(first, "reject", opinion="不符")
        assert order() == [first.number, third.number, second.number]
    scenario.session.expire_all()
    assert all(one.decided_at is not None for one in (first, second, third))
