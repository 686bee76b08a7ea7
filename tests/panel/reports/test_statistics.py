"""The dashboard (工作台) and the statistics (统计) for each staff role, and the exports of the statistics."""

import io
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from anguan.core import clock
from anguan.core.clock import midnight
from anguan.infra.transaction import transaction
from anguan.models import Claim
from tests.support.factories import Scenario
from tests.support.panel_client import Office
from tests.support.request_factory import HERE, NOW, SECOND, THERE, TODAY, RequestFactory


@pytest.fixture(autouse=True)
def frozen_clock(scenario: Scenario) -> Iterator[None]:
    """Freeze the clock at 10:00 on a Wednesday in March, after the test data was built."""
    with clock.frozen_at(NOW):
        yield


def test_staff_see_the_metrics_of_their_region(office: Office) -> None:
    factory = RequestFactory(office.scenario)
    for index in range(3):
        factory.add_request(due_at=midnight(TODAY), submitted_at=NOW - timedelta(days=index))
    there = factory.add_request(THERE)
    factory.add_decision(factory.add_request(THERE, state="approved", decided_at=NOW), "approve", NOW)
    for role in ("REVIEWER1", "SENIOR", "ADMIN", "AUDITOR"):
        page = office.enter(role).get("/panel/").text
        assert "4 件中 3 件要今天处理" in page, role
        assert "每天作出的决定" in page
        assert ("开始审核" in page) == (role in ("REVIEWER1", "SENIOR"))
        assert ('href="/panel/queue/' in page) == (role != "ADMIN")
    regional = office.enter("REGIONAL")
    assert "1 件中没有要今天处理的" in regional.get("/panel/").text
    page = regional.get(f"/panel/statistics/?region={HERE}").text
    assert there.number not in page
    assert "没有逾期的申请" in page
    assert '<select class="control" id="region"' not in page
    page = office.enter("AUDITOR").get("/panel/statistics/").text
    assert page.count("逾期 1 天") == 3
    assert office.enter("EXAM").get("/panel/statistics/").status_code == 403
    assert regional.get("/panel/statistics/?month=1999-01").status_code == 404
    assert office.enter("ADMIN").get("/panel/statistics/?region=x").status_code == 404


@pytest.mark.parametrize("kind", ["sqlite"])
def test_my_claims_stand_on_top(office: Office) -> None:
    factory, me = RequestFactory(office.scenario), office.scenario.reviewer.id
    rows = [factory.add_request() for _ in range(4)]
    with transaction(factory.session):
        for row, account, until, remind in (
            (rows[0], me, NOW + timedelta(minutes=9), None),
            (rows[1], me, NOW - timedelta(days=1), NOW - SECOND),
            (rows[2], me, NOW - SECOND, None),
            (rows[3], office.scenario.colleague.id, NOW + timedelta(minutes=9), None),
        ):
            factory.session.add(
                Claim(request_id=row.id, account_id=account, taken_at=NOW, until=until, remind_at=remind)
            )
    page = office.enter("reviewer").get("/panel/").text
    assert "我领取的" in page
    shown = [row.number in page for row in rows]
    assert shown == [True, True, False, False]
    assert "该看了" in page
    assert page.index(rows[1].number) < page.index(rows[0].number)
    assert "我领取的" not in office.enter("SENIOR").get("/panel/").text


@pytest.mark.parametrize("kind", ["sqlite"])
def test_the_files_of_the_statistics_hold_what_the_page_shows(office: Office) -> None:
    factory = RequestFactory(office.scenario)
    factory.add_decision(factory.add_request(state="approved", decided_at=NOW), "approve", NOW)
    browser = office.enter("auditor")
    browser.get("/panel/statistics/")
    answer = browser.client.post(
        "/panel/statistics/tables", data={"csrf_token": browser.token, "month": "2026-03"}
    )
    book = load_workbook(io.BytesIO(answer.data))
    assert book["每天作出的决定"].max_row == TODAY.day + 1
    assert [cell.value for cell in book["各事项的审核结果"][2]] == ["证书延续", 1, 0, 0, 0, 1]
    answer = browser.client.post("/panel/statistics/year", data={"csrf_token": browser.token, "year": "2026"})
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["2026 年考核", "2026 年教育培训", "证书现状"]
    assert [cell.value for cell in book["2026 年考核"][2]] == ["证书延续", "—", 1, 1, 0, 0, 0, 0]
    assert "年度报表-2026-20260311.xlsx" in unquote(answer.headers["Content-Disposition"])
    assert len(office.events("export")) == 2
    odd = browser.client.post("/panel/statistics/year", data={"csrf_token": browser.token, "year": "1900"})
    assert odd.status_code == 400


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    ("login", "sees"), [("SENIOR", True), ("ADMIN", True), ("AUDITOR", False), ("REVIEWER1", False)]
)
def test_who_sees_the_figures_of_each_reviewer(office: Office, login: str, sees: bool) -> None:
    factory = RequestFactory(office.scenario)
    factory.add_decision(factory.add_request(), "approve", NOW)
    late = factory.add_request(due_at=midnight(TODAY))
    with transaction(factory.session) as session:
        until = NOW + timedelta(minutes=9)
        session.add(
            Claim(request_id=late.id, account_id=office.scenario.colleague.id, taken_at=NOW, until=until)
        )
    browser = office.enter(login)
    page = browser.get("/panel/statistics/").text
    assert ("各审核人员的办理情况" in page) is sees
    assert "沈知远还保留 9 分" in page
    assert (f"/panel/requests/{late.id}/transfer" in page) is (login == "SENIOR")
    form = {"csrf_token": browser.token, "month": "2026-03"}
    book = load_workbook(io.BytesIO(browser.client.post("/panel/statistics/tables", data=form).data))
    assert ("各审核人员的办理情况" in book.sheetnames) is sees
