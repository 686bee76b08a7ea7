"""Setting rows merged into a declared matter: texts, windows, materials, questions, rules, versions."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from anguan.core import clock
from anguan.core.clock import midnight
from anguan.domain.calendar import Calendar, due_at
from anguan.infra.events import actor_of
from anguan.infra.settings import change, restore_previous
from anguan.matters.in_force import all_in_force, declared, in_force
from anguan.models import Base, MaterialConfig, MatterConfig, QuestionConfig, RuleConfig
from anguan.services.refusals import InvalidSubmission
from anguan.services.requests import filing, new_drafts
from anguan.services.requests.drafts import definition, read_draft
from anguan.services.requests.eligibility import check_eligibility
from anguan.services.review.review_view import load_review
from tests.support.factories import Scenario
from tests.support.rules import as_declared, dossier

RENEWAL, PROFILE = "certificate_renewal", "profile_change"


def lay(scenario: Scenario, *rows: Base) -> int:
    """Publish rows for their matter; gives the version."""
    return turn(scenario, rows[0].matter, lambda session: session.add_all(rows))  # type: ignore[attr-defined]


def turn(scenario: Scenario, code: str, work: Callable[..., object]) -> int:
    """Publish any change of one matter's rows."""
    return change(scenario.session, actor_of(scenario.account("ADMIN")), f"matter:{code}", "改设置", work)[1]


def slots(scenario: Scenario, kind: str = "B") -> list[str]:
    """The materials asked for in a renewal of this kind of certificate."""
    account = scenario.holder
    request = new_drafts.begin(scenario.session, account, RENEWAL, scenario.certificate(kind=kind).id)
    return [slot.material.code for slot in read_draft(scenario.session, request).slots]


def test_without_rows_a_matter_is_as_declared(scenario: Scenario) -> None:
    for matter in all_in_force(scenario.session):
        plain = as_declared(matter.code)
        assert matter.version == 0
        assert (matter.title, matter.materials, matter.rules) == (plain.title, plain.materials, plain.rules)
        assert all(field.resolved for field in matter.fields)
        assert matter.consequences == plain.consequences


def test_words_are_replaced_and_empty_ones_stay(scenario: Scenario) -> None:
    plain = as_declared(RENEWAL)
    version = lay(scenario, MatterConfig(matter=RENEWAL, title="延续（线上）", promised_days=5))
    matter = in_force(scenario.session, RENEWAL)
    assert (matter.version, matter.title, matter.promised_days) == (version, "延续（线上）", 5)
    assert (matter.guide, matter.approved_text) == (plain.guide, plain.approved_text)
    request = scenario.filed(RENEWAL)
    assert request.due_at == due_at(Calendar(), request.submitted_at, 5)


def test_a_paused_matter_is_not_offered_but_what_was_filed_goes_on(scenario: Scenario) -> None:
    filed = scenario.filed(PROFILE)
    lay(scenario, MatterConfig(matter=PROFILE, enabled=False))
    offered = check_eligibility(scenario.session, scenario.stranger, PROFILE)
    assert (offered.open, offered.sentence) == (False, "本事项暂停受理")
    with scenario.refused("暂停受理"):
        new_drafts.begin(scenario.session, scenario.stranger, PROFILE)
    scenario.decide(filed, "approve")
    assert filed.state == "approved"


def test_a_draft_of_a_paused_matter_is_not_submitted(scenario: Scenario) -> None:
    draft = scenario.begin(PROFILE)
    filing.save(scenario.session, scenario.holder, draft.id, {"person.phone": "13800000099"})
    lay(scenario, MatterConfig(matter=PROFILE, enabled=False))
    with pytest.raises(InvalidSubmission) as faulty:
        scenario.submit(draft)
    assert [fault.anchor for fault in faulty.value.faults] == ["rule:matter.enabled"]
    assert draft.state == "draft"


def test_a_window_is_open_from_its_first_to_its_last_day(scenario: Scenario) -> None:
    opens, closes = date(2028, 2, 28), date(2028, 2, 29)
    lay(scenario, MatterConfig(matter=PROFILE, opens_on=opens, closes_on=closes))
    request = scenario.begin(PROFILE)
    filing.save(scenario.session, scenario.holder, request.id, {"person.phone": "13800000099"})
    for moment, part in (
        (midnight(opens) - timedelta(seconds=1), "2028-02-28"),
        (midnight(closes + timedelta(days=1)), "停止受理"),
    ):
        with clock.frozen_at(moment), pytest.raises(InvalidSubmission) as faulty:
            scenario.submit(request)
        assert [fault.anchor for fault in faulty.value.faults] == ["rule:matter.window"]
        assert part in faulty.value.faults[0].sentence
    with clock.frozen_at(midnight(closes + timedelta(days=1)) - timedelta(seconds=1)):
        scenario.submit(request)
    assert request.state == "submitted"


def test_materials_are_added_retired_reworded_and_put_in_order(scenario: Scenario) -> None:
    lay(
        scenario,
        MaterialConfig(matter=RENEWAL, code="medical", title="体检证明", hint="半年内", position=5),
        MaterialConfig(matter=RENEWAL, code="application", retired=True),
        MaterialConfig(matter=RENEWAL, code="training", title="学时证明", required=False, position=25),
        MaterialConfig(matter=RENEWAL, code="employment", accept="pdf", limit_mb=2, position=15),
    )
    materials = {material.code: material for material in in_force(scenario.session, RENEWAL).materials}
    assert list(materials) == ["medical", "commitment", "employment", "training"]
    assert (materials["medical"].title, materials["medical"].hint) == ("体检证明", "半年内")
    assert (materials["training"].title, materials["training"].required) == ("学时证明", False)
    assert (materials["employment"].accept, materials["employment"].limit_mb) == (("pdf",), 2)
    assert materials["employment"].alternatives == declared(RENEWAL).materials[3].alternatives
    request = scenario.begin(RENEWAL)
    with pytest.raises(InvalidSubmission) as faulty:
        scenario.submit(request)
    anchors = {fault.anchor for fault in faulty.value.faults}
    assert anchors == {"paper:medical", "paper:commitment", "paper:employment"}
    with scenario.refused("PDF"):
        scenario.attach(request, "employment")


def test_a_material_can_be_for_one_kind_of_certificate(scenario: Scenario) -> None:
    lay(scenario, MaterialConfig(matter=RENEWAL, code="b_only", title="项目业绩", when_code="is_kind_b"))
    assert slots(scenario, "B")[-1] == "b_only"
    assert "b_only" not in slots(scenario, "C")


def test_a_material_can_depend_on_what_is_asked(scenario: Scenario) -> None:
    lay(scenario, MaterialConfig(matter=PROFILE, code="letter", title="说明", when_code="changes_title"))
    request = scenario.begin(PROFILE)
    for title, wanted in (("工程师", []), ("高级工程师", ["title_proof", "letter"])):
        filing.save(scenario.session, scenario.holder, request.id, {"person.title": title})
        assert [slot.material.code for slot in read_draft(scenario.session, request).slots] == wanted


@pytest.mark.parametrize(("severity", "outcome"), [("block", "block"), ("warn", "warn"), ("off", None)])
def test_a_rule_has_the_severity_of_its_row(scenario: Scenario, severity: str, outcome: str | None) -> None:
    scenario.policy("training_hours_per_year", "200")
    code = "training.is_sufficient"
    lay(scenario, RuleConfig(matter=RENEWAL, rule=code, severity=severity))
    short = dossier(scenario)
    found = {rule.code: rule(short).outcome for rule in short.matter.rules}
    assert found.get(code) == outcome


def test_a_softened_rule_lets_the_request_through_with_a_warning(scenario: Scenario) -> None:
    lay(scenario, RuleConfig(matter=RENEWAL, rule="training.is_sufficient", severity="warn"))
    scenario.policy("training_hours_per_year", "200")
    request = scenario.filed(RENEWAL)
    sheet = load_review(scenario.session, request)
    assert [f.outcome for f in sheet.findings if f.rule == "training.is_sufficient"] == ["warn"]
    assert sheet.blocks == ()
    scenario.decide(request, "approve")
    assert request.state == "approved"


def test_a_filed_request_keeps_its_version_and_a_draft_follows_the_newest(scenario: Scenario) -> None:
    filed = scenario.filed(PROFILE)
    draft = new_drafts.begin(scenario.session, scenario.stranger, PROFILE)
    version = lay(
        scenario,
        MatterConfig(matter=PROFILE, title="资料更新"),
        QuestionConfig(matter=PROFILE, code="extra", label="补充"),
    )
    assert (definition(scenario.session, filed).version, filed.definition) == (0, 0)
    assert load_review(scenario.session, filed).matter.title == "基本信息变更"
    assert definition(scenario.session, draft).title == "资料更新"
    scenario.decide(filed, "return", remarks={"field:person.phone": "请核对"})
    scenario.submit(filed)
    assert (filed.round, filed.definition) == (2, 0), "nobody is asked later what was not asked before"
    filing.revise(scenario.session, scenario.holder, filed.id)
    assert "question.extra" not in [field.path for field in read_draft(scenario.session, filed).matter.asked]
    filing.save(scenario.session, scenario.stranger, draft.id, {"person.phone": "13800000088"})
    with pytest.raises(InvalidSubmission):
        scenario.submit(draft, scenario.stranger)
    filing.save(scenario.session, scenario.stranger, draft.id, {"question.extra": "无"})
    scenario.submit(draft, scenario.stranger)
    assert draft.definition == version
    newer = turn(scenario, PROFILE, _retire_question)
    assert newer > version
    assert "question.extra" in [field.path for field in definition(scenario.session, draft).asked]
    scenario.decide(draft, "approve")
    assert draft.state == "approved"


def _retire_question(session: object) -> None:
    rows = session.scalars(select(QuestionConfig))  # type: ignore[attr-defined]
    for row in rows:
        row.retired = True


def test_the_version_before_comes_back(scenario: Scenario) -> None:
    first = lay(scenario, MatterConfig(matter=PROFILE, title="其一"))
    turn(
        scenario,
        PROFILE,
        lambda session: setattr(session.scalars(select(MatterConfig)).one(), "title", "其二"),
    )
    assert in_force(scenario.session, PROFILE).title == "其二"
    restore_previous(scenario.session, actor_of(scenario.account("ADMIN")), f"matter:{PROFILE}")
    assert in_force(scenario.session, PROFILE).title == "其一"
    assert in_force(scenario.session, PROFILE, first).title == "其一"
    assert in_force(scenario.session, PROFILE, 0).title == "基本信息变更"
    with pytest.raises(LookupError):
        in_force(scenario.session, PROFILE, 99)
    with pytest.raises(LookupError):
        in_force(scenario.session, "no_such_matter")
