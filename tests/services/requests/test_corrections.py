"""A returned request is submitted again only when each flagged item was changed or explained."""

import pytest

from anguan.core.matter import Matter
from anguan.matters import catalog, certificate_renewal
from anguan.models import ChangeRequest
from anguan.services.refusals import InvalidSubmission
from anguan.services.requests import filing
from anguan.services.requests.corrections import ANSWER_PREFIX, LONGEST_ANSWER, answered_corrections
from anguan.services.requests.drafts import Draft, read_draft
from anguan.services.review.review_view import load_review
from tests.support.factories import Scenario
from tests.support.office_data import picture


def return_all(scenario: Scenario, request: ChangeRequest) -> list[str]:
    """Return the request with a remark on each item; gives the items."""
    items = load_review(scenario.session, request).item_labels
    scenario.decide(request, "return", remarks=dict.fromkeys(items, "请核对"))
    return list(items)


def open_items(draft: Draft) -> set[str]:
    """Items that are neither changed nor explained."""
    return {one.remark.item for one in draft.corrections if not one.done}


def refuse(scenario: Scenario, request: ChangeRequest) -> set[str]:
    """The items that a refused submission names."""
    with pytest.raises(InvalidSubmission) as faulty:
        filing.submit(scenario.session, request.filer, request.id, True)
    return {fault.anchor.removeprefix(f"correction:{ANSWER_PREFIX}") for fault in faulty.value.faults}


@pytest.mark.parametrize("matter", catalog.CATALOG, ids=lambda matter: matter.code)
def test_every_item_is_changed_or_explained(scenario: Scenario, matter: Matter) -> None:
    session = scenario.session
    request = scenario.filed(matter)
    items = return_all(scenario, request)
    assert refuse(scenario, request) == set(items)
    papers = [item for item in items if item.startswith("paper:")]
    for item in papers:
        scenario.attach(request, item.partition(":")[2], data=picture(ink="black"))
    assert open_items(read_draft(session, request)) == set(items) - set(papers)
    fields = sorted(set(items) - set(papers))
    for index, item in enumerate(fields):
        assert refuse(scenario, request) == set(fields[index:])
        filing.save(session, request.filer, request.id, {f"{ANSWER_PREFIX}{item}": "  "})
        assert item in open_items(read_draft(session, request))
        filing.save(session, request.filer, request.id, {f"{ANSWER_PREFIX}{item}": f"已核对{index}"})
    filing.submit(session, request.filer, request.id, True)
    answered = {one.remark.item: one for one in answered_corrections(request, matter)}
    assert {item for item, one in answered.items() if one.changed} == set(papers)
    assert [answered[item].remark.answer for item in fields] == [f"已核对{n}" for n in range(len(fields))]


def test_a_changed_value_counts_and_a_restored_one_does_not(scenario: Scenario) -> None:
    request = scenario.filed("profile_change")
    filed = {value.name: value.typed for value in request.values}
    scenario.decide(request, "return", remarks={"field:person.phone": "电话打不通"})
    filing.save(scenario.session, request.filer, request.id, {"person.phone": "13800000098"})
    assert open_items(read_draft(scenario.session, request)) == set()
    filing.save(scenario.session, request.filer, request.id, {"person.phone": filed["person.phone"]})
    assert open_items(read_draft(scenario.session, request)) == {"field:person.phone"}


def test_a_flagged_material_may_be_replaced_by_its_alternative(scenario: Scenario) -> None:
    request = scenario.filed("certificate_renewal")
    scenario.decide(request, "return", remarks={"paper:employment": "已退休的请交退休证明"})
    filing.save(scenario.session, request.filer, request.id, {"instead.employment": "retiree"})
    draft = read_draft(scenario.session, request)
    for slot in draft.slots:
        if slot.instead_of is not None:
            scenario.attach(request, slot.material.code)
    filing.submit(scenario.session, request.filer, request.id, True)
    assert [one.changed for one in answered_corrections(request, certificate_renewal.MATTER)] == [True]


def test_explanations_belong_to_the_return_that_stands(scenario: Scenario) -> None:
    request = scenario.filed("profile_change")
    answer = {f"{ANSWER_PREFIX}field:person.phone": "长" * 900}
    filing.withdraw(scenario.session, request.filer, request.id)
    filing.revise(scenario.session, request.filer, request.id)
    filing.save(scenario.session, request.filer, request.id, answer)
    scenario.submit(request)
    assert answered_corrections(request, catalog.CATALOG[0]) == ()
    scenario.decide(request, "return", remarks={"field:person.phone": "电话打不通"})
    filing.save(scenario.session, request.filer, request.id, answer)
    remark = request.decisions[-1].remarks[0]
    assert len(remark.answer) == LONGEST_ANSWER
    filing.submit(scenario.session, request.filer, request.id, True)
    scenario.decide(request, "return", remarks={"field:person.phone": "还是打不通"})
    assert open_items(read_draft(scenario.session, request)) == {"field:person.phone"}
