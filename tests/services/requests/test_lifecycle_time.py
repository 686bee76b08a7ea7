"""What time does to requests: decisions that can be undone, steps, and drafts that are left too long."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from anguan.core import clock
from anguan.core.matter import Step
from anguan.infra.transaction import transaction
from anguan.matters import catalog
from anguan.models import Account, ChangeRequest, Decision, Event, Lock, Notice, Outbox
from anguan.services.daily_expiry import expire_daily
from anguan.services.requests import filing, status
from anguan.services.review import approval, decisions, register_changes
from anguan.services.review.review_view import load_review
from tests.services.requests.test_lifecycle import PHONE, bring_to, file_phone
from tests.support.factories import Scenario

AFTER = "13800000099"
STEPS = (Step("first", "初审"), Step("second", "复审", "senior_reviewer"), Step("third", "终审"))


def later(**time: float) -> datetime:
    """A moment after now."""
    return clock.now() + timedelta(**time)


def count_rows(scenario: Scenario) -> list[int]:
    """How many rows of each kind a decision leaves."""
    scenario.session.rollback()
    kinds = (Event, Notice, Outbox, Decision, Lock)
    return [scenario.session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds]


def test_until_its_hour_a_decision_changes_nothing_and_can_be_undone(scenario: Scenario) -> None:
    request = bring_to(scenario, "decided")
    before = request.person.phone
    assert before != AFTER
    assert scenario.session.scalar(select(func.count(Lock.key))) == 1
    assert status.request_status(scenario.session, request).word == "审核中"
    approval.take_effect(scenario.session, scenario.storage, request.id)
    assert request.state == "decided"
    with scenario.refused("只有"):
        decisions.undo(scenario.session, scenario.colleague, request.id)
    decisions.undo(scenario.session, scenario.senior, request.id)
    assert (request.state, request.round, request.step) == ("submitted", 1, 0)
    scenario.decide(request, "reject", by=scenario.colleague, opinion="不符")
    decisions.undo(scenario.session, scenario.colleague, request.id)
    with scenario.refused("沈知远正在审核"):
        scenario.decide(request, "approve")
    scenario.decide(request, "approve", by=scenario.colleague)
    with clock.frozen_at(later(seconds=601)):
        with scenario.refused("已经生效"):
            decisions.undo(scenario.session, scenario.colleague, request.id)
        approval.take_effect(scenario.session, scenario.storage, request.id)
    assert (request.state, request.person.phone) == ("approved", AFTER)


def test_a_decision_takes_effect_once_by_the_clock_under_its_name(scenario: Scenario) -> None:
    request = bring_to(scenario, "decided")
    row = scenario.session.scalars(select(Outbox).where(Outbox.kind == "take_effect")).one()
    decision = request.decisions[-1]
    assert row.not_before == decision.effective_at
    with clock.frozen_at(decision.effective_at):
        approval.take_effect(scenario.session, scenario.storage, request.id)
        told = count_rows(scenario)
        approval.take_effect(scenario.session, scenario.storage, request.id)
        assert count_rows(scenario) == told
    event = scenario.session.scalars(select(Event).where(Event.verb == "take_effect")).one()
    assert (event.actor, event.actor_id) == ("系统", None)


def test_taking_effect_is_refused_when_the_register_has_changed(scenario: Scenario) -> None:
    request = bring_to(scenario, "decided")
    with transaction(scenario.session):
        scenario.holder.person.phone = "13800000055"
    with clock.frozen_at(later(seconds=601)):
        approval.take_effect(scenario.session, scenario.storage, request.id)
        assert (request.state, request.person.phone) == ("submitted", "13800000055")
        told = scenario.session.scalars(select(Event).where(Event.verb == "refuse_effect")).one()
        assert told.visible_to == "office"
        assert "对照" in told.sentence
        row = next(row for row in load_review(scenario.session, request).rows if row.path == PHONE)
        assert (row.before, row.after, row.current) == ("13800000000", AFTER, "13800000055")
        assert row.drifted
        scenario.policy("undo_seconds", "0")
        register_changes.refresh_before_values(scenario.session, scenario.senior, request.id, request.version)
        scenario.decide(request, "approve", by=scenario.senior)
    assert (request.state, request.person.phone) == ("approved", AFTER)


@pytest.mark.parametrize("count", [2, 3])
def test_several_people_review_a_request_step_by_step(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    changed = tuple(
        replace(matter, steps=STEPS[:count]) if matter.code == "profile_change" else matter
        for matter in catalog.CATALOG
    )
    monkeypatch.setattr(catalog, "CATALOG", changed)
    with transaction(scenario.session):
        other = Account(login="SENIOR2", name="再复核", role="senior_reviewer", created_at=clock.now())
        scenario.session.add(other)
    request = file_phone(scenario)
    for step in range(count - 1):
        scenario.decide(request, "approve", by=scenario.senior if step else scenario.reviewer)
        assert (request.state, request.step, request.person.phone) == ("submitted", step + 1, "13800000000")
        assert request.decisions[-1].verdict == "pass"
        assert status.request_status(scenario.session, request).word == "审核中"
        if step == 0:
            with scenario.refused("高级审核员"):
                scenario.decide(request, "approve", by=scenario.colleague)
            scenario.decide(request, "return", by=scenario.senior, remarks={f"field:{PHONE}": "再核对"})
            filing.save(scenario.session, scenario.holder, request.id, {PHONE: AFTER})
            scenario.submit(request)
            assert (request.step, request.round) == (1, 2)
            assert request.last_reviewer_id == scenario.senior.id
    if count == 3:
        with scenario.refused("换一个人"):  # who reviewed the step before
            scenario.decide(request, "approve", by=scenario.senior)
    scenario.decide(request, "approve", by=other)
    assert (request.state, request.person.phone) == ("approved", AFTER)
    assert scenario.session.scalar(select(func.count(Lock.key))) == 0


def test_a_rejection_at_the_second_step_ends_it(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tuple(replace(matter, steps=STEPS) for matter in catalog.CATALOG)
    monkeypatch.setattr(catalog, "CATALOG", changed)
    request = file_phone(scenario)
    scenario.decide(request, "approve")
    scenario.decide(request, "reject", by=scenario.senior, opinion="复审不符")
    assert (request.state, request.person.phone) == ("rejected", "13800000000")
    filing.revise(scenario.session, scenario.holder, request.id)
    scenario.submit(request)
    assert (request.state, request.step, request.round) == ("submitted", 0, 2)


def test_the_right_to_correct_comes_before_the_queue(scenario: Scenario) -> None:
    scenario.policy("edit_minutes", "5")
    request = file_phone(scenario)
    assert request.ready_at == request.submitted_at + timedelta(minutes=5)
    with scenario.refused("5 分钟"):
        scenario.decide(request, "approve")
    with clock.frozen_at(request.ready_at - timedelta(seconds=1)), scenario.refused("分钟"):
        scenario.decide(request, "approve")
    with clock.frozen_at(request.ready_at):
        scenario.decide(request, "approve")
    assert request.state == "approved"


def test_a_draft_lapses_after_its_days_and_not_before(scenario: Scenario) -> None:
    request = bring_to(scenario, "draft")
    begun = request.changed_at
    with clock.frozen_at(begun + timedelta(days=30)):
        assert expire_daily(scenario.session)["requests"] == 0
    with clock.frozen_at(begun + timedelta(days=30, seconds=1)):
        assert expire_daily(scenario.session)["requests"] == 1
        assert expire_daily(scenario.session)["requests"] == 0
    assert request.state == "lapsed"
    told = scenario.session.scalars(select(Event).where(Event.verb == "lapse")).one()
    assert told.actor == "系统"
    assert scenario.session.scalars(select(Notice).where(Notice.request_id == request.id)).one()


def test_a_return_left_too_long_lapses_and_releases_its_locks(scenario: Scenario) -> None:
    request = bring_to(scenario, "returned")
    assert scenario.session.scalar(select(func.count(Lock.key))) == 1
    with clock.frozen_at(later(days=31)):
        assert expire_daily(scenario.session)["requests"] == 1
    assert request.state == "lapsed"
    assert scenario.session.scalar(select(func.count(Lock.key))) == 0


def test_the_deadline_of_a_correction_stays_on_the_day_that_the_notice_names(scenario: Scenario) -> None:
    returned = datetime(2026, 11, 25, 15, tzinfo=clock.BEIJING)
    with clock.frozen_at(returned):
        request = bring_to(scenario, "returned")
    due = clock.midnight(date(2026, 12, 26))
    assert request.correction_due_at == due
    notices = scenario.session.scalars(select(Notice).where(Notice.request_id == request.id))
    assert "请在12月25日（含）前改好交回" in next(row.body for row in notices if "需要补正" in row.title)
    with clock.frozen_at(returned + timedelta(days=2)):
        filing.save(scenario.session, scenario.holder, request.id, {PHONE: AFTER})
        assert request.correction_due_at == due
    with clock.frozen_at(due - timedelta(seconds=1)):
        assert expire_daily(scenario.session)["requests"] == 0
        filing.save(scenario.session, scenario.holder, request.id, {PHONE: AFTER})
    with clock.frozen_at(due):
        assert expire_daily(scenario.session)["requests"] == 1
    assert request.state == "lapsed"


def test_each_return_has_its_own_deadline(scenario: Scenario) -> None:
    first = datetime(2026, 11, 25, 15, tzinfo=clock.BEIJING)
    with clock.frozen_at(first):
        request = bring_to(scenario, "returned")
    with clock.frozen_at(first + timedelta(days=3)):
        filing.save(scenario.session, scenario.holder, request.id, {PHONE: AFTER})
        scenario.submit(request)
        assert request.correction_due_at is None
        scenario.decide(request, "return", remarks={f"field:{PHONE}": "再核对"})
        assert request.correction_due_at == clock.midnight(date(2026, 12, 29))


def test_what_waits_for_the_office_never_lapses(scenario: Scenario) -> None:
    request = bring_to(scenario, "submitted")
    with clock.frozen_at(later(days=400)):
        assert expire_daily(scenario.session)["requests"] == 0
    assert scenario.session.get_one(ChangeRequest, request.id).state == "submitted"
