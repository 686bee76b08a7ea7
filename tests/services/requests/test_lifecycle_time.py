"""What time does to requests: decisions that can be undone, steps, and drafts that are left too long."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from anguan.core import clock
from anguan.core.matter import Step
from anguan.infra.transaction import transaction
from anguan.matters import catalog
from anguan.models import Account, ChangeRequest, Decision, Event, Lock, Notice, Outbox
from anguan.services.daily_expiry import expire_daily
from anguan.services.requests import filing, status
from anguan.services.review import approval, decisions
from anguan.services.review.review_view import load_review
from tests.services.requests.test_lifecycle import PHONE, bring_to, file_phone
from tests.support.factories import World

AFTER = "13800000099"
STEPS = (Step("first", "初审"), Step("second", "复审", "senior_reviewer"), Step("third", "终审"))


def later(**time: float) -> datetime:
    """A moment after now."""
    return clock.now() + timedelta(**time)


def count_rows(world: World) -> list[int]:
    """How many rows of each kind a decision leaves."""
    world.session.rollback()
    kinds = (Event, Notice, Outbox, Decision, Lock)
    return [world.session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds]


def test_until_its_hour_a_decision_changes_nothing_and_can_be_undone(world: World) -> None:
    request = bring_to(world, "decided")
    before = request.person.phone
    assert before != AFTER
    assert world.session.scalar(select(func.count(Lock.key))) == 1
    assert status.request_status(world.session, request).word == "审核中"
    approval.take_effect(world.session, world.storage, request.id)
    assert request.state == "decided"
    with world.refused("只有"):
        decisions.undo(world.session, world.colleague, request.id)
    decisions.undo(world.session, world.senior, request.id)
    assert (request.state, request.round, request.step) == ("submitted", 1, 0)
    world.decide(request, "reject", by=world.colleague, opinion="不符")
    decisions.undo(world.session, world.colleague, request.id)
    with world.refused("沈知远正在审核"):
        world.decide(request, "approve")
    world.decide(request, "approve", by=world.colleague)
    with clock.frozen_at(later(seconds=601)):
        with world.refused("已经生效"):
            decisions.undo(world.session, world.colleague, request.id)
        approval.take_effect(world.session, world.storage, request.id)
    assert (request.state, request.person.phone) == ("approved", AFTER)


def test_an_effect_comes_once_by_the_clock_under_its_name(world: World) -> None:
    request = bring_to(world, "decided")
    row = world.session.scalars(select(Outbox).where(Outbox.kind == "take_effect")).one()
    decision = request.decisions[-1]
    assert row.not_before == decision.effective_at
    with clock.frozen_at(decision.effective_at):
        approval.take_effect(world.session, world.storage, request.id)
        told = count_rows(world)
        approval.take_effect(world.session, world.storage, request.id)
        assert count_rows(world) == told
    event = world.session.scalars(select(Event).where(Event.verb == "take_effect")).one()
    assert (event.actor, event.actor_id) == ("系统时钟", None)


def test_an_effect_is_refused_when_the_register_has_moved(world: World) -> None:
    request = bring_to(world, "decided")
    with transaction(world.session):
        world.holder.person.phone = "13800000055"
    with clock.frozen_at(later(seconds=601)):
        approval.take_effect(world.session, world.storage, request.id)
        assert (request.state, request.person.phone) == ("submitted", "13800000055")
        told = world.session.scalars(select(Event).where(Event.verb == "refuse_effect")).one()
        assert told.visible_to == "office"
        assert "对照" in told.sentence
        row = next(row for row in load_review(world.session, request).rows if row.path == PHONE)
        assert (row.before, row.after, row.current) == ("13800000000", AFTER, "13800000055")
        assert row.drifted
        world.policy("undo_seconds", "0")
        decisions.refresh_before_values(world.session, world.senior, request.id, request.version)
        world.decide(request, "approve", by=world.senior)
    assert (request.state, request.person.phone) == ("approved", AFTER)


@pytest.mark.parametrize("count", [2, 3])
def test_several_people_hear_a_request_step_by_step(
    world: World, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    heard = tuple(
        replace(matter, steps=STEPS[:count]) if matter.code == "profile_change" else matter
        for matter in catalog.CATALOG
    )
    monkeypatch.setattr(catalog, "CATALOG", heard)
    with transaction(world.session):
        other = Account(login="SENIOR2", name="再复核", role="senior_reviewer", created_at=clock.now())
        world.session.add(other)
    request = file_phone(world)
    for step in range(count - 1):
        world.decide(request, "approve", by=world.senior if step else world.reviewer)
        assert (request.state, request.step, request.person.phone) == ("submitted", step + 1, "13800000000")
        assert request.decisions[-1].verdict == "pass"
        assert status.request_status(world.session, request).word == "审核中"
        if step == 0:
            with world.refused("复核"):
                world.decide(request, "approve", by=world.colleague)
            world.decide(request, "return", by=world.senior, remarks={f"field:{PHONE}": "再核对"})
            filing.save(world.session, world.holder, request.id, {PHONE: AFTER})
            world.submit(request)
            assert (request.step, request.round) == (1, 2)
            assert request.last_reviewer_id == world.senior.id
    if count == 3:
        with world.refused("换一个人"):  # who heard the step before
            world.decide(request, "approve", by=world.senior)
    world.decide(request, "approve", by=other)
    assert (request.state, request.person.phone) == ("approved", AFTER)
    assert world.session.scalar(select(func.count(Lock.key))) == 0


def test_a_rejection_at_the_second_step_ends_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = tuple(replace(matter, steps=STEPS) for matter in catalog.CATALOG)
    monkeypatch.setattr(catalog, "CATALOG", heard)
    request = file_phone(world)
    world.decide(request, "approve")
    world.decide(request, "reject", by=world.senior, opinion="复审不符")
    assert (request.state, request.person.phone) == ("rejected", "13800000000")
    filing.revise(world.session, world.holder, request.id)
    world.submit(request)
    assert (request.state, request.step, request.round) == ("submitted", 0, 2)


def test_the_right_to_correct_comes_before_the_queue(world: World) -> None:
    world.policy("edit_minutes", "5")
    request = file_phone(world)
    assert request.ready_at == request.submitted_at + timedelta(minutes=5)
    with world.refused("5 分钟"):
        world.decide(request, "approve")
    with clock.frozen_at(request.ready_at - timedelta(seconds=1)), world.refused("分钟"):
        world.decide(request, "approve")
    with clock.frozen_at(request.ready_at):
        world.decide(request, "approve")
    assert request.state == "approved"


def test_a_draft_lapses_after_its_days_and_not_before(world: World) -> None:
    request = bring_to(world, "draft")
    begun = request.changed_at
    with clock.frozen_at(begun + timedelta(days=30)):
        assert expire_daily(world.session)["requests"] == 0
    with clock.frozen_at(begun + timedelta(days=30, seconds=1)):
        assert expire_daily(world.session)["requests"] == 1
        assert expire_daily(world.session)["requests"] == 0
    assert request.state == "lapsed"
    told = world.session.scalars(select(Event).where(Event.verb == "lapse")).one()
    assert told.actor == "系统时钟"
    assert world.session.scalars(select(Notice).where(Notice.request_id == request.id)).one()


def test_a_return_left_too_long_lapses_and_lets_go(world: World) -> None:
    request = bring_to(world, "returned")
    assert world.session.scalar(select(func.count(Lock.key))) == 1
    with clock.frozen_at(later(days=31)):
        assert expire_daily(world.session)["requests"] == 1
    assert request.state == "lapsed"
    assert world.session.scalar(select(func.count(Lock.key))) == 0


def test_what_waits_for_the_office_never_lapses(world: World) -> None:
    request = bring_to(world, "submitted")
    with clock.frozen_at(later(days=400)):
        assert expire_daily(world.session)["requests"] == 0
    assert world.session.get_one(ChangeRequest, request.id).state == "submitted"
