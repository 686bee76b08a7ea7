"""Every state and every verb: each transition works through the services, everything else is refused."""

import io
from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from werkzeug.datastructures import FileStorage, MultiDict

from anguan.core.lifecycle import (
    DRAFT,
    STATES,
    TRANSITIONS,
    VERBS,
    State,
    TransitionNotAllowed,
    destination,
    is_allowed,
)
from anguan.models import ChangeRequest
from anguan.services.codes import Refusal
from anguan.services.refusals import Refused
from anguan.services.requests import filing
from anguan.services.requests.drafts import read_draft
from anguan.services.review import approval, decisions
from anguan.web.uploads import read_uploads, save_uploads
from tests.support.factories import Scenario
from tests.support.office_data import picture, storage

PHONE = "person.phone"
Act = Callable[[Scenario, ChangeRequest], object]


def file_phone(scenario: Scenario) -> ChangeRequest:
    """A submitted request that needs no document."""
    request = scenario.begin("profile_change")
    filing.save(scenario.session, scenario.holder, request.id, {PHONE: "13800000099"})
    return scenario.submit(request)


def bring_to(scenario: Scenario, state: str) -> ChangeRequest:
    """A request in this state, brought there through the services."""
    if state in ("draft", "lapsed"):
        request = scenario.begin("profile_change")
        if state == "lapsed":
            filing.discard(scenario.session, scenario.holder, request.id)
        return request
    scenario.policy("undo_seconds", "600" if state == "decided" else "0")
    request = file_phone(scenario)
    if state == "withdrawn":
        filing.withdraw(scenario.session, scenario.holder, request.id)
    elif state == "returned":
        scenario.decide(request, "return", remarks={f"field:{PHONE}": "请填本人号码"})
    elif state == "rejected":
        scenario.decide(request, "reject", opinion="不符")
    elif state in ("approved", "decided"):
        scenario.decide(request, "approve")
    return request


ACTS: dict[str, Act] = {
    "submit": lambda scenario, request: scenario.submit(request),
    "withdraw": lambda scenario, request: filing.withdraw(scenario.session, scenario.holder, request.id),
    "revise": lambda scenario, request: filing.revise(scenario.session, scenario.holder, request.id),
    "decide": lambda scenario, request: scenario.decide(request, "approve"),
    "undo": lambda scenario, request: decisions.undo(scenario.session, scenario.reviewer, request.id),
    "take_effect": lambda scenario, request: approval.take_effect(
        scenario.session, scenario.storage, request.id
    ),
    "lapse": lambda scenario, request: filing.discard(scenario.session, scenario.holder, request.id),
}
BY_THE_CLOCK = {("decided", "take_effect"), ("decided", "refuse_effect"), ("returned", "lapse")}
"""Transitions that wait for their time: tests/services/requests/test_lifecycle_time.py."""


def test_states_and_verdicts_are_kept_by_their_value(scenario: Scenario) -> None:
    """The driver of each database writes the value of a code, never its name, and finds rows by it."""
    request = bring_to(scenario, "rejected")
    scenario.session.expire_all()
    found = scenario.session.scalars(select(ChangeRequest.id).where(ChangeRequest.state == State.REJECTED))
    assert found.all() == [request.id]
    kept = scenario.session.execute(text("SELECT state FROM change_request")).scalars().all()
    judged = scenario.session.execute(text("SELECT verdict FROM decision")).scalars().all()
    acts = scenario.session.execute(text("SELECT verb FROM event WHERE verb = 'submit'")).scalars().all()
    assert (kept, judged, acts) == (["rejected"], ["reject"], ["submit"])
    assert [type(word) for word in (*kept, *judged, *acts)] == [str] * 3


def test_a_file_for_a_request_that_is_closed_raises(scenario: Scenario) -> None:
    """Only a file that is wrong itself becomes a fault of the form."""
    request = scenario.begin("certificate_renewal")
    matter = read_draft(scenario.session, request).matter
    slot = next(iter(matter.material_titles))
    filing.discard(scenario.session, scenario.holder, request.id)
    files = MultiDict({f"paper.{slot}": FileStorage(io.BytesIO(picture()), "scan.jpg")})
    sent = read_uploads(scenario.session, storage(), request, matter, files)
    with pytest.raises(Refused) as refused:
        save_uploads(scenario.session, storage(), scenario.holder, request.id, sent)
    assert refused.value.code == Refusal.PAPERS_NOT_EDITABLE


def test_transitions_lead_only_to_known_states() -> None:
    for (state, verb), targets in TRANSITIONS.items():
        assert {state, *targets} <= set(STATES)
        assert is_allowed(state, verb)
    for state in STATES:
        for verb in VERBS:
            if not is_allowed(state, verb):
                with pytest.raises(TransitionNotAllowed):
                    destination(state, verb, "approve")
    assert not [state for state in ("approved", "lapsed") for verb in VERBS if is_allowed(state, verb)]


@pytest.mark.parametrize("state", STATES)
def test_what_is_no_transition_is_refused(scenario: Scenario, state: str) -> None:
    request = bring_to(scenario, state)
    assert request.state == state
    version = request.version
    for verb, act in ACTS.items():
        if is_allowed(state, verb):
            continue
        if verb == "take_effect":
            act(scenario, request)
        else:
            with pytest.raises(Refused):
                act(scenario, request)
        scenario.session.refresh(request)
        assert (request.state, request.version) == (state, version), verb


def test_each_transition_works_through_the_services(scenario: Scenario) -> None:
    for state, verb in TRANSITIONS:
        if (state, verb) in BY_THE_CLOCK:
            continue
        request = bring_to(scenario, state)
        number, version = request.number, request.version
        if verb == "submit" and state == DRAFT:
            filing.save(scenario.session, scenario.holder, request.id, {PHONE: "13800000098"})
        if (state, verb) == ("submitted", "decide"):
            scenario.policy("undo_seconds", "600")
        ACTS[verb](scenario, request)
        scenario.session.refresh(request)
        assert request.state in TRANSITIONS[(state, verb)], (state, verb)
        assert request.version == version + 1
        assert number in (None, request.number)
        clear_table(scenario, request)


def clear_table(scenario: Scenario, request: ChangeRequest) -> None:
    """Let nothing of this request prevent the next one."""
    if request.state == "decided":
        decisions.undo(scenario.session, scenario.reviewer, request.id)
    if request.state in ("submitted", "returned"):
        filing.withdraw(scenario.session, scenario.holder, request.id)
    if request.state == "draft":
        filing.discard(scenario.session, scenario.holder, request.id)


def test_a_revised_request_waits_for_the_draft_of_the_same_matter(scenario: Scenario) -> None:
    request = bring_to(scenario, "rejected")
    other = scenario.begin("profile_change")
    assert other.id != request.id
    with scenario.refused("已经有一份草稿"):
        filing.revise(scenario.session, scenario.holder, request.id)
    assert (request.state, request.round) == ("rejected", 1)
    filing.discard(scenario.session, scenario.holder, other.id)
    filing.revise(scenario.session, scenario.holder, request.id)
    assert request.state == "draft"


def test_a_return_goes_back_to_the_step_that_returned_it(scenario: Scenario) -> None:
    request = bring_to(scenario, "returned")
    assert request.last_reviewer_id == scenario.reviewer.id
    draft = read_draft(scenario.session, request)
    assert [field.path for field in draft.matter.asked if draft.reopened(f"field:{field.path}")] == [PHONE]
    filing.save(
        scenario.session, scenario.holder, request.id, {PHONE: "13800000097", "person.position": "改"}
    )
    scenario.submit(request)
    assert (request.state, request.round, request.last_reviewer_id) == ("submitted", 2, scenario.reviewer.id)
    scenario.decide(request, "approve")
    assert (request.person.phone, request.person.position) == ("13800000097", "项目负责人")
