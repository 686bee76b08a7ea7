"""What the log says about a decision: verdict, why, batch, and what was undone by whom."""

from datetime import timedelta

from sqlalchemy import select

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import ChangeRequest, Event
from anguan.services.review import approval, batch, decisions
from anguan.services.review.batch import ChosenRequest
from tests.services.requests.test_lifecycle import PHONE, file_phone
from tests.support.factories import Scenario

NUMBER = "59010319900309101X"


def logged(scenario: Scenario, request: ChangeRequest, verb: str) -> list[str]:
    """The sentences of this verb in the log of the request, the oldest first."""
    query = select(Event.sentence).where(Event.request_id == request.id, Event.verb == verb)
    return list(scenario.session.scalars(query.order_by(Event.id)))


def test_the_log_says_what_was_decided_and_why(scenario: Scenario) -> None:
    scenario.policy("undo_seconds", "600")
    request = file_phone(scenario)
    scenario.decide(request, "reject", opinion=f"号码 {NUMBER} 与证件不符")
    decisions.undo(scenario.session, scenario.reviewer, request.id)
    scenario.decide(request, "return", remarks={f"field:{PHONE}": "请填本人号码"}, opinion="其余都对")
    decisions.undo(scenario.session, scenario.senior, request.id)
    scenario.decide(request, "approve")
    rejected, returned, approved = logged(scenario, request, "decide")
    assert rejected.startswith("决定：不通过；原因：号码 5901")
    assert NUMBER not in rejected
    assert returned == "决定：退回补正 1 项；说明：其余都对；手机号码：请填本人号码"
    assert approved == "决定：通过"
    own, other = logged(scenario, request, "undo")
    assert own.startswith("撤回决定：不通过；原因：号码")
    assert other == f"撤回{scenario.reviewer.name}的{returned}"


def test_the_log_names_the_batch_of_a_decision(scenario: Scenario) -> None:
    request = file_phone(scenario)
    seen = scenario.decision_input(request, "approve")
    code = batch.new_batch()
    chosen = ChosenRequest(request.id, seen.seen_version, seen.seen_digest)
    assert batch.decide_one(scenario.session, scenario.storage, scenario.reviewer, chosen, code).done
    assert logged(scenario, request, "decide") == [f"决定：通过；批次 {code}"]


def test_a_decision_that_could_not_take_effect_is_named(scenario: Scenario) -> None:
    scenario.policy("undo_seconds", "600")
    request = file_phone(scenario)
    scenario.decide(request, "approve")
    with transaction(scenario.session):
        scenario.holder.person.phone = "13800000055"
    with clock.frozen_at(clock.now() + timedelta(seconds=601)):
        approval.take_effect(scenario.session, scenario.storage, request.id)
    (said,) = logged(scenario, request, "refuse_effect")
    assert said.startswith("决定未能生效：")
    assert said.endswith(f"{scenario.reviewer.name}的决定已撤回：通过")
