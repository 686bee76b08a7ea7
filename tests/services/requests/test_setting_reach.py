"""Settings never apply retroactively: a request is judged by those of its submission to its end."""

from datetime import timedelta

from sqlalchemy import update

from anguan.core import clock
from anguan.domain.policies import policies_of
from anguan.infra.events import actor_of
from anguan.infra.settings import change
from anguan.infra.transaction import transaction
from anguan.models import ChangeRequest, DictionaryEntry, PolicyValue, RuleConfig
from anguan.services.expiry import stale_requests
from anguan.services.photos.id_photos import limits_of
from anguan.services.requests import filing, status
from anguan.services.requests.drafts import definition, read_draft
from anguan.services.review.review_view import load_review
from tests.support.factories import Scenario
from tests.support.office_data import picture

RENEWAL, PROFILE = "certificate_renewal", "profile_change"


def turn(scenario: Scenario, name: str, value: str) -> None:
    """Change a policy as the panel does."""
    admin = actor_of(scenario.account("ADMIN"))
    change(
        scenario.session,
        admin,
        "policies",
        "改参数",
        lambda session: session.merge(PolicyValue(name=name, value=value)),
    )


def outcomes(scenario: Scenario, request: ChangeRequest) -> dict[str, str]:
    """The outcome of each check, by rule."""
    return {finding.rule: finding.outcome for finding in load_review(scenario.session, request).findings}


def hint(scenario: Scenario, request: ChangeRequest) -> str:
    """The hint of the training record."""
    matter = definition(scenario.session, request)
    return next(material.hint for material in matter.materials if material.code == "training")


def test_limits_that_grow_leave_submitted_requests_as_they_were(scenario: Scenario) -> None:
    request = scenario.filed(RENEWAL)
    before = outcomes(scenario, request)
    assert "block" not in before.values()
    for name in ("training_hours_per_year", "insured_months_renewal", "insured_months_move"):
        turn(scenario, name, "30")
    turn(scenario, "photo_min_width", "4000")
    assert outcomes(scenario, request) == before
    assert "12 学时" in hint(scenario, request)
    assert limits_of(scenario.session, request).width == 440
    draft = scenario.begin(RENEWAL, scenario.stranger)
    assert "30 学时" in hint(scenario, draft)
    assert limits_of(scenario.session, draft).width == limits_of(scenario.session).width == 4000
    assert {"rule:training.is_sufficient", "rule:employment.is_insured"} <= {
        fault.anchor for fault in read_draft(scenario.session, draft).faults
    }
    scenario.decide(request, "approve")
    assert request.state == "approved"


def test_a_return_and_a_revision_stay_under_the_first_submission(scenario: Scenario) -> None:
    request = scenario.filed(RENEWAL)
    kept = request.frozen_policies
    scenario.decide(request, "return", remarks={"paper:training": "请补充"})
    turn(scenario, "training_hours_per_year", "30")
    scenario.attach(request, "training")
    assert not [fault for fault in read_draft(scenario.session, request).faults if "rule:" in fault.anchor]
    scenario.submit(request)
    filing.withdraw(scenario.session, scenario.holder, request.id)
    filing.revise(scenario.session, scenario.holder, request.id)
    scenario.submit(request)
    assert (request.round, request.frozen_policies) == (3, kept)
    assert "block" not in outcomes(scenario, request).values()


def test_the_days_for_correction_are_those_of_the_submission(scenario: Scenario) -> None:
    long, short = scenario.filed(RENEWAL), scenario.begin(RENEWAL, scenario.stranger)
    turn(scenario, "correction_days", "5")
    scenario.fill(short)
    scenario.submit(short)
    for request in (long, short):
        scenario.decide(request, "return", remarks={"paper:training": "请补充"})
    for days, stale in ((4, []), (6, [short.id]), (29, [short.id]), (31, [long.id, short.id])):
        with clock.frozen_at(clock.now() + timedelta(days=days)):
            assert stale_requests(scenario.session) == sorted(stale), days


def test_a_row_without_kept_policies_is_judged_as_now(scenario: Scenario) -> None:
    request = scenario.filed(RENEWAL)
    with transaction(scenario.session) as session:
        session.execute(update(ChangeRequest).values(frozen_policies=""))
    scenario.session.expire_all()
    turn(scenario, "training_hours_per_year", "30")
    assert policies_of(scenario.session, request).training_hours_per_year == 30
    assert outcomes(scenario, request)["training.is_sufficient"] == "block"


def test_the_telephone_of_the_office_is_always_the_new_one(scenario: Scenario) -> None:
    request = scenario.filed(RENEWAL)
    turn(scenario, "review_phone", "0871-5900009")
    assert policies_of(scenario.session, request).review_phone == "0871-5900009"


def test_a_retired_entry_still_serves_the_request_that_uses_it(scenario: Scenario) -> None:
    request = scenario.filed(PROFILE, **{"person.title": "高级工程师"})
    admin = actor_of(scenario.account("ADMIN"))
    gone = update(DictionaryEntry).where(DictionaryEntry.code == "高级工程师").values(retired=True)
    change(scenario.session, admin, "dictionary:title", "停用", lambda session: session.execute(gone))
    scenario.decide(request, "return", remarks={"paper:title_proof": "请补充"})
    scenario.attach(request, "title_proof", data=picture(ink="black"))
    assert not read_draft(scenario.session, request).faults
    scenario.submit(request)
    scenario.decide(request, "approve")
    assert request.state == "approved"
    draft = scenario.begin(PROFILE, scenario.stranger)
    filing.save(scenario.session, scenario.stranger, draft.id, {"person.title": "高级工程师"})
    assert "field:person.title" in {fault.anchor for fault in read_draft(scenario.session, draft).faults}


def test_the_severity_of_a_rule_is_that_of_the_submission(scenario: Scenario) -> None:
    request = scenario.filed(RENEWAL)
    admin = actor_of(scenario.account("ADMIN"))
    row = RuleConfig(matter=RENEWAL, rule="training.is_sufficient", severity="off")
    change(scenario.session, admin, f"matter:{RENEWAL}", "不检查", lambda session: session.add(row))
    assert "training.is_sufficient" in outcomes(scenario, request)
    assert "training.is_sufficient" not in {
        rule.code for rule in definition(scenario.session, scenario.begin(RENEWAL, scenario.stranger)).rules
    }


def test_the_word_for_ending_soon_follows_the_renewal_window(scenario: Scenario) -> None:
    certificate = scenario.certificate()
    assert status.certificate_status(scenario.session, certificate).word == "即将到期"
    scenario.policy("renewal_open_months", "1")
    assert status.certificate_status(scenario.session, certificate).word == "有效"
    with clock.frozen_at(clock.now() + timedelta(days=40)):
        assert status.certificate_status(scenario.session, certificate).word == "即将到期"
