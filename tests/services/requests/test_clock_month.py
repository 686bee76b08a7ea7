"""A month of requests with the clock moved, across 春节 and its 调休, against an independent count."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete

from anguan.core import clock
from anguan.domain.calendar import Calendar, days_left, due_at
from anguan.domain.calendar import load_calendar as read_calendar
from anguan.infra import settings
from anguan.infra.events import Actor
from anguan.infra.transaction import transaction
from anguan.models import CalendarDay, ChangeRequest, MatterConfig
from anguan.panel.reports.metrics import waiting
from anguan.services.review.decisions import DecisionInput, decide
from anguan.worker.holidays import known_days
from tests.campaigns.support.bulk import gather
from tests.campaigns.support.office import Office, draw, fresh_place

PROMISED = 8
PEOPLE = 34
FIRST, LAST = date(2026, 2, 2), date(2026, 3, 13)
FREE = {date(2026, 2, day) for day in range(15, 24)}
WORKED = {date(2026, 2, 14), date(2026, 2, 28)}
DAYS = [date(2026, 1, 1) + timedelta(days=place) for place in range(120)]
PAPER = draw(3)
CLERK = Actor(None, "测试")


def is_worked(day: date) -> bool:
    """By the announcement for 2026, written down here a second time."""
    return day in WORKED or (day.weekday() < 5 and day not in FREE)


def last_day(day: date, count: int) -> date:
    """By a list of days: the one that is `count` places after this."""
    if count == 0 and is_worked(day):
        return day
    return [other for other in DAYS if other > day and is_worked(other)][max(count, 1) - 1]


def places(day: date, until: date) -> int:
    """How many working days of the list are after the one, up to and including the other."""
    if until < day:
        return -len([other for other in DAYS if until <= other < day and is_worked(other)])
    return len([other for other in DAYS if day < other <= until and is_worked(other)])


def local(moment: datetime) -> date:
    return (moment.astimezone(UTC) + timedelta(hours=8)).date()


@dataclass
class Case:
    """One person's way through the month, and what the list of days says of it."""

    account: int
    plan: list[tuple[datetime, str]]
    id: int = 0
    state: str = "draft"
    due: date | None = None
    left: int = PROMISED


def draw_plans(people: list[int]) -> list[Case]:
    """Filed at all hours; some returned once or twice, some decided late, some never."""
    dice = random.Random(20260215)
    cases = []
    for place, account in enumerate(people):
        day = FIRST + timedelta(days=place % 33)
        moment = datetime(day.year, day.month, day.day, tzinfo=clock.BEIJING)
        moment += timedelta(minutes=dice.choice((1, 300, 725, 1438)))
        plan = [(moment, "file")]
        for _ in range(place % 3):
            for verb in ("return", "file"):
                moment += timedelta(days=dice.randint(0, 9), minutes=dice.randint(1, 600))
                plan.append((moment, verb))
        if place % 5:
            plan.append((moment + timedelta(days=dice.randint(1, 14)), "approve"))
        cases.append(Case(account, plan))
    return cases


def act(office: Office, case: Case, verb: str) -> None:
    """One step through the services, and the same on the list of days."""
    today = local(clock.now())
    if verb == "file":
        if not case.id:
            case.id = office.draft_title(case.account, "高级工程师", PAPER)
        office.submit(case.account, case.id)
        case.due, case.state = last_day(today, case.left), "submitted"
    else:
        seen = office.decision_input(case.id, verb)
        remarks = {"paper:title_proof": "看不清"} if verb == "return" else {}
        decision_input = DecisionInput(verb, seen.seen_version, seen.seen_digest, remarks=remarks)
        decide(office.session, office.storage, office.staff("REVIEWER1"), case.id, decision_input)
        assert case.due is not None
        case.left, case.state = max(places(today, case.due), 0), f"{verb}ed"
    request = office.request(case.id)
    if case.state == "submitted":
        assert case.due is not None
        midnight = datetime(case.due.year, case.due.month, case.due.day, 16, tzinfo=UTC)
        assert (request.due_at, request.paused_days) == (midnight, None)
        assert days_left(read_calendar(office.session), midnight, clock.now()) == places(today, case.due)
    elif case.state == "returned":
        assert max(request.paused_days or 0, 0) == case.left


def look(office: Office, cases: list[Case], day: date) -> set[int]:
    """The overdue report late in the evening, against the list."""
    with clock.frozen_at(datetime(day.year, day.month, day.day, 15, 59, tzinfo=UTC)):
        office.session.rollback()
        listed = {row.id for row in waiting.list_overdue(office.session, None, 100)}
        counted = waiting.count_queue(office.session, None)
    wanted = {case.id for case in cases if case.state == "submitted" and case.due and case.due < day}
    assert listed == wanted, day
    assert counted.overdue == len(wanted)
    assert counted.today == len([case for case in cases if case.state == "submitted" and case.due == day])
    assert counted.returned == len([case for case in cases if case.state == "returned"])
    return wanted


def test_a_month_of_decisions_keeps_its_days() -> None:
    with fresh_place("sqlite") as place:
        office = Office(place)
        with clock.frozen_at(FIRST - timedelta(days=1)):
            prepare(office)
            cases = draw_plans(gather(office, PEOPLE))
        steps = sorted(
            ((moment, verb, case) for case in cases for moment, verb in case.plan), key=lambda step: step[0]
        )
        overdue: set[int] = set()
        acts = 0
        for number in range((LAST - FIRST).days + 1):
            day = FIRST + timedelta(days=number)
            for moment, verb, case in [step for step in steps if local(step[0]) == day]:
                with clock.frozen_at(moment):
                    act(office, case, verb)
                    acts += 1
            overdue |= look(office, cases, day)
        paused = [case for case in cases if len(case.plan) > 3]
        assert (acts > 100, len(overdue) > 5, len(paused) > 15) == (True, True, True)
        assert office.count(ChangeRequest, ChangeRequest.round > 2) > 5
        office.close()


def prepare(office: Office) -> None:
    """The calendar of the office, and a due date of eight working days."""
    with transaction(office.session):
        office.session.execute(delete(CalendarDay))
        office.session.add_all(known_days())
    settings.change(
        office.session,
        CLERK,
        "matter:profile_change",
        "承诺时限",
        lambda session: session.add(MatterConfig(matter="profile_change", promised_days=PROMISED)),
    )


def test_every_day_of_the_season_counts_as_on_the_list() -> None:
    days = Calendar({day.day: day.kind for day in known_days()})
    weekdays = Calendar()
    differing = 0
    for start in DAYS[31:69]:
        for count in range(9):
            wanted = last_day(start, count)
            assert days.add(start, count) == wanted, (start, count)
            differing += weekdays.add(start, count) != wanted
            moment = clock.midnight(start) + timedelta(hours=23, minutes=59)
            assert days_left(days, due_at(days, moment, count), moment) == places(start, wanted)
    assert differing > 50  # without the announcement the test fails


def test_the_announced_years_have_their_worked_weekends() -> None:
    for year, free, worked in ((2025, 28, 5), (2026, 33, 6)):
        rows = [day for day in known_days() if day.day.year == year]
        assert sum(day.kind == "holiday" for day in rows) == free
        assert [day.day.weekday() > 4 for day in rows if day.kind == "workday"] == [True] * worked
