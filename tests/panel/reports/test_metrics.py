"""Metrics of constructed data: regions, midnight in Beijing, working days, both databases."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from anguan.core import clock
from anguan.core.clock import midnight
from anguan.core.lifecycle import Verb
from anguan.domain.calendar import load_calendar
from anguan.infra.events import SYSTEM, record_event
from anguan.infra.transaction import transaction
from anguan.models import CalendarDay, Certificate, ChangeRequest, Decision, Reason, Remark, Training
from anguan.models.beijing_days import beijing_day, day_of, within
from anguan.panel.reports.metrics import flow, reasons, register, reviewers, waiting, yearly
from tests.support.factories import Scenario
from tests.support.request_factory import HERE, NOW, SECOND, THERE, TODAY, RequestFactory


@pytest.fixture(autouse=True)
def frozen_clock(scenario: Scenario) -> Iterator[None]:
    """Freeze the clock at 10:00 on a Wednesday in March, after the test data was built."""
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def factory(scenario: Scenario) -> RequestFactory:
    return RequestFactory(scenario)


def test_days_change_at_midnight_in_beijing(factory: RequestFactory) -> None:
    edge = midnight(TODAY)
    moments = [edge - timedelta(microseconds=1), edge, edge + timedelta(days=1) - timedelta(microseconds=1)]
    for moment in moments:
        factory.add_request(submitted_at=moment)
    days = select(beijing_day(ChangeRequest.submitted_at)).order_by(ChangeRequest.submitted_at)
    found = [day_of(number) for number in factory.session.scalars(days)]
    assert found == [TODAY - timedelta(days=1), TODAY, TODAY]
    today = select(ChangeRequest.submitted_at).where(within(ChangeRequest.submitted_at, TODAY, TODAY))
    assert sorted(factory.session.scalars(today)) == moments[1:]


def test_the_queue_by_the_days_that_are_left(factory: RequestFactory) -> None:
    for due in (NOW, midnight(TODAY), midnight(TODAY + timedelta(days=1))):
        factory.add_request(due_at=due)
    factory.add_request(due_at=midnight(date(2026, 3, 14)))
    factory.add_request(due_at=midnight(date(2026, 3, 17)))
    factory.add_request(due_at=midnight(date(2026, 5, 1)))
    factory.add_request(ready_at=NOW + SECOND)
    factory.add_request(state="returned", correction_due_at=NOW)
    factory.add_request(THERE)
    queue = waiting.count_queue(factory.session, HERE)
    assert dict(queue.left) == {-1: 2, 0: 1, 2: 1, 3: 1, waiting.MOST_DAYS: 1}
    assert (queue.waiting, queue.overdue, queue.today, queue.soon, queue.returned) == (6, 2, 1, 4, 1)
    with transaction(factory.session):
        factory.session.add(CalendarDay(day=date(2026, 3, 13), kind="holiday", name="示例节"))
    assert waiting.count_queue(factory.session, HERE).left[1] == 1
    assert waiting.count_queue(factory.session, None).waiting == 7
    assert waiting.count_queue(factory.session, "599999").waiting == 0
    late = waiting.list_overdue(factory.session, HERE, 10)
    assert [row.due_at for row in late] == [midnight(TODAY), NOW]
    assert len(waiting.list_overdue(factory.session, HERE, 1)) == 1


def test_the_queue_by_matter_and_age(factory: RequestFactory) -> None:
    edges = (
        midnight(TODAY), midnight(TODAY) - SECOND, midnight(TODAY - timedelta(days=3)),
        midnight(TODAY - timedelta(days=3)) - SECOND, midnight(TODAY - timedelta(days=7)),
        midnight(TODAY - timedelta(days=7)) - SECOND,
    )  # fmt: skip
    for moment in edges:
        factory.add_request(submitted_at=moment)
    factory.add_request(matter="profile_change", submitted_at=NOW)
    factory.add_request(THERE, matter="profile_change")
    ages = waiting.count_queue(factory.session, HERE).ages
    assert ages == {"certificate_renewal": (1, 2, 2, 1), "profile_change": (1, 0, 0, 0)}


def test_decisions_by_day_and_verdict(factory: RequestFactory) -> None:
    first = TODAY - timedelta(days=29)
    for at in (midnight(first) - SECOND, midnight(first), midnight(TODAY + timedelta(days=1)) - SECOND):
        factory.add_decision(factory.add_request(), "approve", at)
    factory.add_decision(factory.add_request(), "approve", midnight(TODAY + timedelta(days=1)))
    factory.add_decision(factory.add_request(), "return", NOW, undone_at=NOW)
    factory.add_decision(factory.add_request(THERE), "reject", NOW)
    assert flow.count_decisions(factory.session, HERE, first, TODAY) == {
        (first, "approve"): 1, (TODAY, "approve"): 1,
    }  # fmt: skip
    assert flow.count_decisions(factory.session, None, first, TODAY)[TODAY, "reject"] == 1
    assert flow.count_verdicts(factory.session, None, TODAY, TODAY) == {
        ("certificate_renewal", "approve"): 1, ("certificate_renewal", "reject"): 1,
    }  # fmt: skip
    assert flow.count_actor(factory.session, factory.scenario.reviewer.id, TODAY, TODAY) == 2
    assert flow.count_actor(factory.session, factory.scenario.senior.id, TODAY, TODAY) == 0


def test_working_days_and_promises_kept(factory: RequestFactory) -> None:
    friday, monday = date(2026, 3, 6), date(2026, 3, 9)
    for start, end in ((friday, monday), (friday, TODAY), (monday, TODAY), (date(2026, 2, 27), TODAY)):
        factory.add_request(
            state="approved", submitted_at=midnight(end if start > end else start) + SECOND,
            decided_at=midnight(end) + SECOND, due_at=midnight(TODAY),
        )  # fmt: skip
    factory.add_request(THERE, state="rejected", decided_at=NOW, submitted_at=NOW)
    factory.add_request(state="withdrawn")
    assert flow.working_days(factory.session, HERE, monday, TODAY) == (2, 8)
    assert flow.working_days(factory.session, HERE, monday, monday) == (1, 1)
    assert flow.working_days(factory.session, HERE, friday, friday) is None
    assert flow.count_late(factory.session, HERE, monday, TODAY) == {"certificate_renewal": (4, 3)}
    with transaction(factory.session):
        factory.session.add(CalendarDay(day=monday, kind="holiday"))
    assert flow.working_days(factory.session, HERE, monday, monday) == (0, 0)


def test_months_begin_in_beijing(factory: RequestFactory) -> None:
    february, march = date(2026, 2, 1), date(2026, 3, 1)
    factory.add_request(submitted_at=midnight(march) - SECOND)
    factory.add_request(submitted_at=midnight(march), state="approved", decided_at=midnight(march))
    factory.add_request(submitted_at=midnight(february) - SECOND)
    factory.add_request(THERE, submitted_at=midnight(march))
    months = [february, march]
    assert flow.count_filed(factory.session, HERE, months) == {february: 1, march: 1}
    assert flow.count_closed(factory.session, HERE, months) == {march: 1}
    assert flow.count_filed(factory.session, None, months)[march] == 2


def test_certificates_by_the_month_in_which_they_end(factory: RequestFactory) -> None:
    ends = (TODAY - timedelta(days=1), TODAY, date(2026, 3, 31), date(2026, 4, 1))
    certificates = list(factory.session.scalars(select(Certificate).order_by(Certificate.id)))
    with transaction(factory.session):
        for row, until in zip(
            factory.session.scalars(select(Certificate).order_by(Certificate.id)), ends, strict=True
        ):
            row.valid_until, row.kind_code = until, "B"
    march, april = date(2026, 3, 1), date(2026, 4, 1)
    region = factory.scenario.firm(0).region
    assert register.count_ending(factory.session, None, TODAY, march) == {(march, "B"): 2}
    assert register.count_ending(factory.session, region, TODAY, april) == {(march, "B"): 2, (april, "B"): 1}
    assert register.count_ending(factory.session, THERE, TODAY, april) == {}
    with transaction(factory.session):
        factory.session.get_one(Certificate, certificates[1].id).status = "cancelled"
    assert register.count_ending(factory.session, None, TODAY, march) == {(march, "B"): 1}
    assert register.count_certificates(factory.session, None) == {("B", "valid"): 3, ("B", "cancelled"): 1}


def test_reasons_by_month_count_once_for_a_decision(factory: RequestFactory) -> None:
    february, march = date(2026, 2, 1), date(2026, 3, 1)
    with transaction(factory.session):
        factory.session.add(Reason(code="insured", sentence="在新单位参保不满{months}个月"))
    both = factory.add_decision(factory.add_request(), "return", NOW, reason="insured")
    with transaction(factory.session):
        for item, code in (
            ("paper:a", "insured"),
            ("paper:b", "stamp"),
            ("paper:c", "stamp"),
            ("paper:d", ""),
        ):
            factory.session.add(
                Remark(decision_id=both.id, item=item, label="材料", sentence="请重新上传", reason=code)
            )
    factory.add_decision(factory.add_request(), "reject", midnight(march) - SECOND, reason="insured")
    factory.add_decision(factory.add_request(), "reject", midnight(march), reason="insured")
    factory.add_decision(factory.add_request(), "reject", NOW, reason="insured", undone_at=NOW)
    factory.add_decision(factory.add_request(THERE), "reject", NOW, reason="stamp")
    factory.add_decision(factory.add_request(), "approve", NOW)
    assert reasons.count_reasons(factory.session, HERE, [february, march]) == [
        ("在新单位参保不满{months}个月", (1, 2)), ("stamp", (0, 1)),
    ]  # fmt: skip
    assert reasons.count_reasons(factory.session, None, [march]) == [
        ("在新单位参保不满{months}个月", (2,)), ("stamp", (2,)),
    ]  # fmt: skip


def test_the_yearly_report(factory: RequestFactory) -> None:
    begin = midnight(date(2026, 1, 1))
    certificate = factory.scenario.certificate().id
    asked = factory.add_request(
        certificate_id=certificate, state="approved", submitted_at=begin, decided_at=begin
    )
    factory.add_decision(asked, "return", begin)
    factory.add_request(state="rejected", submitted_at=begin - SECOND, decided_at=begin)
    factory.add_request(state="withdrawn", submitted_at=begin)
    factory.add_request(THERE, state="approved", decided_at=NOW)
    found = yearly.count_assessments(factory.session, HERE, 2026)
    assert found == {
        ("certificate_renewal", "B"): [1, 1, 0, 0, 0, 1], ("certificate_renewal", ""): [1, 0, 1, 1, 0, 0],
    }  # fmt: skip
    assert yearly.count_assessments(factory.session, HERE, 2025)["certificate_renewal", ""][0] == 1
    with transaction(factory.session):
        rows = list(factory.session.scalars(select(Training).order_by(Training.id)))
        for row, hours in zip([row for row in rows if row.year == rows[0].year], (11, 12, 13), strict=True):
            row.hours = hours
    region, year = factory.scenario.firm(0).region, rows[0].year
    assert yearly.count_training(factory.session, None, year, 12) == [(region, 3, 2, 36)]
    assert yearly.count_training(factory.session, THERE, year, 12) == []


def test_figures_of_each_reviewer(factory: RequestFactory) -> None:
    other, me = factory.scenario.colleague, factory.scenario.reviewer
    for days in (1, 2, 7):
        row = factory.add_request(submitted_at=NOW - timedelta(days=days))
        factory.add_decision(row, "approve", NOW)
    factory.add_decision(factory.add_request(), "return", NOW)
    factory.add_decision(factory.add_request(), "approve", NOW, undone_at=NOW)
    factory.add_decision(factory.add_request(submitted_at=NOW - timedelta(days=3)), "approve", NOW)
    theirs = factory.add_decision(factory.add_request(THERE), "reject", NOW - SECOND)
    with transaction(factory.session) as session:
        session.get_one(Decision, theirs.id).actor_id = other.id
    factory.add_decision(factory.add_request(), "approve", midnight(TODAY) - timedelta(days=40))
    found = reviewers.count_reviewers(factory.session, None, TODAY.replace(day=1), TODAY)
    assert [(one.name, one.decided, one.undone, one.days) for one in found] == [
        (me.name, 5, 1, 2), (other.name, 1, 0, 1),
    ]  # fmt: skip
    assert found[0].verdicts == {"approve": 4, "return": 1}
    found = reviewers.count_reviewers(factory.session, HERE, TODAY, TODAY)
    assert [one.name for one in found] == [me.name]


def test_a_decision_counts_from_the_submission_of_its_own_round(factory: RequestFactory) -> None:
    session, calendar = factory.session, load_calendar(factory.session)
    moments = [NOW - timedelta(days=days) for days in (30, 21, 10, 2)]
    filed, returned, again, approved = moments
    row = factory.add_request(submitted_at=filed)
    for moment in (filed, again):
        with clock.frozen_at(moment), transaction(session):
            record_event(session, Verb.SUBMIT, "提交", SYSTEM, request=session.get_one(ChangeRequest, row.id))
    factory.add_decision(row, "return", returned)
    with transaction(session):
        kept = session.get_one(ChangeRequest, row.id)
        kept.round, kept.submitted_at = 2, again
    factory.add_decision(row, "approve", approved)
    for came, went in ((filed, returned), (again, approved)):
        (mine,) = reviewers.count_reviewers(session, None, went.date(), went.date())
        assert mine.days == calendar.between(came.date(), went.date())
