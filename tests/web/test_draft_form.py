"""Fields that a form may change; the confirm page and the submission read the same draft."""

import pytest

from anguan.models import ChangeItem, ChangeRequest
from anguan.services.requests import filing
from anguan.services.requests.drafts import Draft, definition, read_draft
from anguan.web.draft_form import Unconfirmed, read_typed
from tests.support.factories import Scenario

NUMBER, PHOTO = "certificate.document_number", "certificate.photo"


def typed(request: ChangeRequest) -> dict[str, str]:
    """Values of the draft by field."""
    return {value.name: value.typed for value in request.values}


def test_a_check_that_refuses_does_not_change_the_draft(scenario: Scenario) -> None:
    draft = scenario.begin("certificate_change")
    scenario.fill(draft)
    seen = []

    def check(read: Draft) -> None:
        seen.append(read.dossier.asked("certificate.title"))
        raise Unconfirmed(read, "moved")

    with pytest.raises(Unconfirmed):
        filing.submit(scenario.session, scenario.holder, draft.id, True, "key", "said", check)
    scenario.session.rollback()
    assert seen == [typed(draft)["certificate.title"]]
    assert (draft.state, draft.number, draft.items) == ("draft", None, [])
    assert (
        filing.submit(scenario.session, scenario.holder, draft.id, True, "key", "said").state == "submitted"
    )
    # The same page sent again gets the same answer, for there is no draft to check any more.
    assert (
        filing.submit(scenario.session, scenario.holder, draft.id, True, "key", "said", check).id == draft.id
    )
    assert len(seen) == 1
    assert scenario.session.query(ChangeItem).filter_by(request_id=draft.id, round=2).count() == 0


def test_an_empty_sensitive_field_keeps_its_value(scenario: Scenario) -> None:
    draft = scenario.begin("certificate_change")
    empty = {NUMBER: " ", "certificate.position": ""}
    filing.save(scenario.session, scenario.holder, draft.id, empty)
    assert typed(draft) == {"certificate.position": ""}
    assert not read_draft(scenario.session, draft).dossier.changes(NUMBER)


def test_no_text_of_a_form_is_taken_for_a_photo(scenario: Scenario) -> None:
    draft = scenario.begin("certificate_change")
    matter = definition(scenario.session, draft)
    sent = {
        PHOTO: "ab" * 32,
        "certificate.title": "工程师",
        "csrf_token": "x",
        "instead.employment": "retiree",
    }
    assert read_typed(matter, sent) == {"certificate.title": "工程师", "instead.employment": "retiree"}
