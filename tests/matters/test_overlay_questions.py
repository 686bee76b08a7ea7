"""Additional questions of the office: asked, answered, shown beside the fields, in order of their rows."""

import pytest

from anguan.infra.events import actor_of
from anguan.infra.settings import change
from anguan.matters.in_force import in_force
from anguan.models import QuestionConfig
from anguan.services.refusals import InvalidSubmission
from anguan.services.requests import filing
from anguan.services.requests.drafts import read_draft
from anguan.services.review.review_view import load_review
from tests.support.factories import Scenario

PROFILE = "profile_change"


def lay(scenario: Scenario, *rows: QuestionConfig) -> None:
    """Publish questions for the matter."""
    office = actor_of(scenario.account("ADMIN"))
    change(scenario.session, office, f"matter:{PROFILE}", "改设置", lambda session: session.add_all(rows))


QUESTIONS = (
    ("text", "", "住在昆明", "住在昆明", "住在昆明", ""),
    ("date", "", "2026-02-28", "2026-02-28", "2026-02-28", "2026-02-30"),
    ("choice", "甲，乙\n丙", "乙", "乙", "乙", "丁"),
    ("yesno", "", "yes", "yes", "是", "也许"),
)


@pytest.mark.parametrize(("kind_", "options", "typed", "value", "words", "wrong"), QUESTIONS)
def test_a_question_is_asked_answered_and_shown(
    scenario: Scenario, kind_: str, options: str, typed: str, value: str, words: str, wrong: str
) -> None:
    lay(scenario, QuestionConfig(matter=PROFILE, code="extra", label="补充", kind=kind_, options=options))
    path = "question.extra"
    request = scenario.begin(PROFILE)
    filing.save(scenario.session, scenario.holder, request.id, {"person.phone": "13800000099"})
    for bad in ("", wrong) if wrong else ("",):
        filing.save(scenario.session, scenario.holder, request.id, {path: bad})
        with pytest.raises(InvalidSubmission) as faulty:
            scenario.submit(request)
        assert [fault.anchor for fault in faulty.value.faults] == [f"field:{path}"]
    filing.save(scenario.session, scenario.holder, request.id, {path: typed})
    scenario.submit(request)
    row = next(row for row in load_review(scenario.session, request).rows if row.path == path)
    assert (row.after, row.after_text, row.before) == (value, words, "")
    scenario.decide(request, "return", remarks={f"field:{path}": "请再核对"})
    assert read_draft(scenario.session, request).reopened(f"field:{path}")
    scenario.submit(request)
    scenario.decide(request, "approve")
    assert request.state == "approved"


def test_questions_keep_their_order_and_retired_ones_are_gone(scenario: Scenario) -> None:
    lay(
        scenario,
        QuestionConfig(matter=PROFILE, code="second", label="其二", position=20, required=False),
        QuestionConfig(matter=PROFILE, code="first", label="其一", position=10, required=False),
        QuestionConfig(matter=PROFILE, code="gone", label="不再问", position=5, retired=True),
    )
    labels = [field.label for field in in_force(scenario.session, PROFILE).asked]
    assert labels[-2:] == ["其一", "其二"]
    assert "不再问" not in labels
    request = scenario.filed(PROFILE, **{"question.first": "", "question.second": ""})
    assert request.state == "submitted"
