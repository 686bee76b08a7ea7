"""Settings of the office: work calendar, review steps, recusals, example files."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from anguan.core import clock
from anguan.domain.calendar import load_calendar
from anguan.infra.transaction import transaction
from anguan.matters.in_force import in_force
from anguan.models import CalendarDay, Event, MaterialConfig, Recusal, SettingVersion, StepConfig
from anguan.panel.settings.calendar_lines import read_lines, write_lines
from anguan.worker.holidays import known_days
from tests.support.client import Browser
from tests.support.factories import open_scenario
from tests.support.office_data import picture
from tests.support.panel_client import Office, open_office

RENEWAL = "certificate_renewal"
CITY = {"title_0": "州市初审", "role_0": "reviewer", "reach_0": "region"}
PROVINCE = {"title_1": "省级复审", "role_1": "senior_reviewer", "reach_1": "province"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """SQLite only: test_settings tests saving on both databases."""
    with open_scenario("sqlite") as scenario:
        with transaction(scenario.session):
            scenario.session.add_all(known_days())
        with open_office(scenario, tmp_path) as opened:
            yield opened


@pytest.fixture
def admin(office: Office) -> Browser:
    browser = office.enter("administrator")
    browser.get("/panel/calendar/")
    return browser


def kind_of(office: Office, day: date) -> str:
    office.scenario.session.rollback()
    row = office.scenario.session.get(CalendarDay, day, populate_existing=True)
    return row.kind if row else ""


def test_a_day_is_added_changed_removed_and_restored(office: Office, admin: Browser) -> None:
    day = date(2026, 12, 25)
    sent = {"day": "2026年12月25日", "kind": "holiday", "name": "系统检修", "year": "2026"}
    assert admin.post("/panel/calendar/day", **sent).location.endswith("year=2026")
    assert kind_of(office, day) == "holiday"
    assert not load_calendar(office.scenario.session).is_worked(day)
    assert "系统检修" in admin.get("/panel/calendar/?year=2026").text
    admin.post("/panel/calendar/remove", day="2026-12-25")
    assert kind_of(office, day) == ""
    admin.get("/panel/versions/?scope=calendar")
    assert "删除 2026-12-25" in admin.page
    assert admin.post("/panel/versions/restore", scope="calendar", version="previous").status_code == 302
    assert kind_of(office, day) == "holiday"
    assert len(office.clients.all(SettingVersion, scope="calendar")) == 4
    assert office.events("restore_setting")
    for bad in (
        {"day": "2026-02-30"},
        {"kind": "x"},
        {"day": "2026-12-24", "kind": "workday"},
        {"day": "1999-1-1"},
    ):
        answer = admin.post("/panel/calendar/day", **(sent | bad))
        assert answer.status_code == 400, bad
        assert "<span data-count>1</span> 处没填好" in answer.text


def test_a_year_is_entered_in_lines_or_not_at_all(office: Office, admin: Browser) -> None:
    lines = "2027-02-05 至 2027-02-11 休 春节\n2027-02-14 班 春节调休\n20270501 休 劳动节\n\n"
    with clock.frozen_at(date(2026, 11, 20)):
        again = office.enter("administrator")
        assert "2027 年还没有录入" in again.get("/panel/calendar/").text
        answer = again.post(
            "/panel/calendar/lines", lines="2027-02-05 春节\n2026-01-01 休\n" + lines, year="2027"
        )
        assert answer.status_code == 400
        for words in ("第 1 行：看不懂", "第 2 行：不是 2027 年", "2027-02-14 班"):
            assert words in answer.text
        assert kind_of(office, date(2027, 2, 14)) == ""
        assert again.post("/panel/calendar/lines", lines=lines, year="2027").status_code == 302
        assert "2027 年还没有录入" not in again.get("/panel/calendar/?year=2027").text
    assert kind_of(office, date(2027, 2, 14)) == "workday"
    assert kind_of(office, date(2027, 10, 1)) == ""  # the former days were removed
    assert kind_of(office, date(2026, 10, 1)) == "holiday"
    days = read_lines(lines, 2027)[0]
    assert len(days) == 9
    assert [day.day for day in read_lines(write_lines(days), 2027)[0]] == [day.day for day in days]
    for bad in (
        "2027-02-07 至 2027-02-05 休",
        "2027-02-05 休\n2027-02-05 休",
        "2027-02-08 班",
        "",
        "x" * 9000,
    ):
        assert read_lines(bad, 2027)[1], bad[:40]


def test_only_administrators_change_the_calendar(office: Office) -> None:
    auditor = office.enter("auditor")
    page = auditor.get("/panel/calendar/").text
    assert "保存这一天" not in page
    assert auditor.post("/panel/calendar/remove", day="2026-10-01").status_code == 403
    assert office.enter("reviewer").get("/panel/calendar/").status_code == 403


def test_steps_override_the_declared_one_and_can_be_reset(office: Office, admin: Browser) -> None:
    page = f"/panel/steps/{RENEWAL}"
    assert 'value="审核"' in admin.get(page).text
    assert admin.post(page, **CITY, **PROVINCE).status_code == 302
    office.scenario.session.rollback()
    steps = in_force(office.scenario.session, RENEWAL).steps
    assert [(step.title, step.role, step.regional) for step in steps] == [
        ("州市初审", "reviewer", True),
        ("省级复审", "senior_reviewer", False),
    ]
    shown = admin.get(f"/panel/matters/{RENEWAL}").text
    assert "州市初审" in shown
    assert "恢复默认" in shown
    assert admin.post(f"{page}/reset").status_code == 302
    assert not office.clients.all(StepConfig)
    assert admin.get("/panel/steps/nothing").status_code == 404
    assert office.enter("auditor").get(page).status_code == 403


def test_steps_that_nobody_could_decide_are_refused(office: Office, admin: Browser) -> None:
    page = f"/panel/steps/{RENEWAL}"
    third = {"title_2": "再审", "role_2": "senior_reviewer", "reach_2": "province"}
    admin.get(page)
    for bad, words in (
        ({"title_0": ""}, "至少要有一步"),
        (CITY | third, "第 2 步空着"),
        (CITY | {"reach_0": "province"} | PROVINCE | {"reach_1": "region"}, "不能再回到州市"),
        (CITY | PROVINCE | third, "能办这一步的人不够"),
        (CITY | {"role_0": "administrator"}, "请选择由谁办"),
        (CITY | {"title_0": "字" * 21}, "最多 20 个字"),
    ):
        answer = admin.post(page, **bad)
        assert answer.status_code == 400, words
        assert words in answer.text
    assert not office.clients.all(StepConfig)


def test_a_recusal_is_kept_on_the_account_with_its_number_hidden(office: Office, admin: Browser) -> None:
    scenario = office.scenario
    filed = scenario.filed("profile_change")
    number, firm = scenario.holder.login, scenario.firm(1)
    id = scenario.reviewer.id
    page = f"/panel/accounts/details/?id={id}"
    admin.get(page)
    for whom, why in (("590101198001010013", "亲属"), (number, ""), ("", "亲属")):
        admin.post(f"/panel/recusals/{id}/add", whom=whom, why=why)
    assert not office.clients.all(Recusal)
    for whom in (f" {number.lower()} ", firm.uscc, number):
        admin.post(f"/panel/recusals/{id}/add", whom=whom, why="亲属")
    assert len(office.clients.all(Recusal)) == 2
    shown = admin.get(page).text
    assert "已经登记过" in shown
    assert number not in shown
    assert firm.uscc in shown
    assert all(number not in event.sentence + event.after for event in office.clients.all(Event))
    assert filed.number not in office.enter("reviewer").get("/panel/queue/").text
    for row in office.clients.all(Recusal):
        admin.get(page)
        admin.post(f"/panel/recusals/{id}/remove", recusal=str(row.id))
    assert not office.clients.all(Recusal)
    assert (len(office.events("recuse")), len(office.events("unrecuse"))) == (2, 2)
    assert filed.number in office.enter("reviewer").get("/panel/queue/").text
    admin.post(f"/panel/recusals/{scenario.senior.id + 1}/add", whom=number, why="不是审核员")
    assert not office.clients.all(Recusal)
    assert "回避" not in office.enter("auditor").get(f"/panel/accounts/details/?id={scenario.holder.id}").text


def test_an_example_file_is_inspected_shown_to_everybody_and_removed(office: Office, admin: Browser) -> None:
    address = f"/panel/materials/new/?matter={RENEWAL}&code=training"
    paper = {
        "title": "安全生产教育记录",
        "required": "1",
        "accept": "image,pdf",
        "limit_mb": "10",
        "position": "0",
    }
    sample = "/guide/certificate_renewal/samples/training"
    assert office.clients.browser().get(sample).status_code == 404
    admin.get(address)
    answer = admin.post(address, **paper, sample=(io.BytesIO(b"<svg/>"), "样例.jpg"))
    assert answer.status_code == 400
    assert "样例.jpg" in answer.text
    assert admin.post(address, **paper, sample=(io.BytesIO(picture()), "样例.jpg")).status_code == 302
    (row,) = office.clients.all(MaterialConfig)
    assert row.sample_file
    visitor = office.clients.browser()
    shown = visitor.client.get(sample)
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert "看样例" in visitor.get(f"/guide/{RENEWAL}").text
    office.clients.give_password(office.scenario.holder)
    holder = office.clients.browser()
    holder.log_in(office.scenario.holder.login)
    draft = office.scenario.begin(RENEWAL)
    assert sample in holder.get(f"/my/requests/{draft.id}/edit").text
    edit = f"/panel/materials/edit/?id={row.id}"
    assert "看现在的样例" in admin.get(edit).text
    assert admin.post(edit, **paper).status_code == 302  # saved again without a file: the old one stays
    assert visitor.client.get(sample).status_code == 200
    admin.get(edit)
    assert admin.post(edit, **paper, drop_sample="1").status_code == 302
    assert visitor.client.get(sample).status_code == 404
    assert visitor.client.get("/guide/nothing/samples/training").status_code == 404
