"""A setting never reaches back: what a request was submitted under judges it to its end."""

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
from tests.support.factories import World

RENEWAL, PROFILE = "certificate_renewal", "profile_change"


def turn(world: World, name: str, value: str) -> None:
    """Change a policy as the panel does."""
    admin = actor_of(world.account("ADMIN"))
    change(
        world.session,
        admin,
        "policies",
        "改参数",
        lambda session: session.merge(PolicyValue(name=name, value=value)),
    )


def outcomes(world: World, request: ChangeRequest) -> dict[str, str]:
    """What each check says, by rule."""
    return {finding.rule: finding.outcome for finding in load_review(world.session, request).findings}


def hint(world: World, request: ChangeRequest) -> str:
    """The hint of the training record."""
    matter = definition(world.session, request)
    return next(material.hint for material in matter.materials if material.code == "training")


def test_limits_that_grow_leave_submitted_requests_as_they_were(world: World) -> None:
    request = world.filed(RENEWAL)
    before = outcomes(world, request)
    assert "block" not in before.values()
    for name in ("training_hours_per_year", "insured_months_renewal", "insured_months_move"):
        turn(world, name, "30")
    turn(world, "photo_min_width", "4000")
    assert outcomes(world, request) == before
    assert "12 学时" in hint(world, request)
    assert limits_of(world.session, request).width == 440
    draft = world.begin(RENEWAL, world.stranger)
    assert "30 学时" in hint(world, draft)
    assert limits_of(world.session, draft).width == limits_of(world.session).width == 4000
    assert {"rule:training.is_sufficient", "rule:employment.is_insured"} <= {
        fault.anchor for fault in read_draft(world.session, draft).faults
    }
    world.decide(request, "approve")
    assert request.state == "approved"


def test_a_return_and_a_revision_stay_under_the_first_submission(world: World) -> None:
    request = world.filed(RENEWAL)
    kept = request.frozen_policies
    world.decide(request, "return", remarks={"paper:training": "请补充"})
    turn(world, "training_hours_per_year", "30")
    world.attach(request, "training")
    assert not [fault for fault in read_draft(world.session, request).faults if "rule:" in fault.anchor]
    world.submit(request)
    filing.withdraw(world.session, world.holder, request.id)
    filing.revise(world.session, world.holder, request.id)
    world.submit(request)
    assert (request.round, request.frozen_policies) == (3, kept)
    assert "block" not in outcomes(world, request).values()


def test_the_days_for_mending_are_those_of_the_submission(world: World) -> None:
    long, short = world.filed(RENEWAL), world.begin(RENEWAL, world.stranger)
    turn(world, "correction_days", "5")
    world.fill(short)
    world.submit(short)
    for request in (long, short):
        world.decide(request, "return", remarks={"paper:training": "请补充"})
    for days, stale in ((4, []), (6, [short.id]), (29, [short.id]), (31, [long.id, short.id])):
        with clock.frozen_at(clock.now() + timedelta(days=days)):
            assert stale_requests(world.session) == sorted(stale), days


def test_a_row_without_kept_policies_is_judged_as_now(world: World) -> None:
    request = world.filed(RENEWAL)
    with transaction(world.session) as session:
        session.execute(update(ChangeRequest).values(frozen_policies=""))
    world.session.expire_all()
    turn(world, "training_hours_per_year", "30")
    assert policies_of(world.session, request).training_hours_per_year == 30
    assert outcomes(world, request)["training.is_sufficient"] == "block"


def test_the_telephone_of_the_office_is_always_the_new_one(world: World) -> None:
    request = world.filed(RENEWAL)
    turn(world, "review_phone", "0871-5900009")
    assert policies_of(world.session, request).review_phone == "0871-5900009"


def test_a_word_that_was_retired_still_serves_the_request_that_asked_for_it(world: World) -> None:
    request = world.filed(PROFILE, **{"person.title": "高级工程师"})
    admin = actor_of(world.account("ADMIN"))
    gone = update(DictionaryEntry).where(DictionaryEntry.code == "高级工程师").values(retired=True)
    change(world.session, admin, "dictionary:title", "停用", lambda session: session.execute(gone))
    world.decide(request, "return", remarks={"paper:title_proof": "请补充"})
    world.attach(request, "title_proof")
    assert not read_draft(world.session, request).faults
    world.submit(request)
    world.decide(request, "approve")
    assert request.state == "approved"
    draft = world.begin(PROFILE, world.stranger)
    filing.save(world.session, world.stranger, draft.id, {"person.title": "高级工程师"})
    assert "field:person.title" in {fault.anchor for fault in read_draft(world.session, draft).faults}


def test_the_severity_of_a_rule_is_that_of_the_submission(world: World) -> None:
    request = world.filed(RENEWAL)
    admin = actor_of(world.account("ADMIN"))
    row = RuleConfig(matter=RENEWAL, rule="training.is_sufficient", severity="off")
    change(world.session, admin, f"matter:{RENEWAL}", "不检查", lambda session: session.add(row))
    assert "training.is_sufficient" in outcomes(world, request)
    assert "training.is_sufficient" not in {
        rule.code for rule in definition(world.session, world.begin(RENEWAL, world.stranger)).rules
    }


def test_the_word_for_ending_soon_follows_the_renewal_window(world: World) -> None:
    certificate = world.certificate()
    assert status.certificate_status(world.session, certificate).word == "即将到期"
    world.policy("renewal_open_months", "1")
    assert status.certificate_status(world.session, certificate).word == "有效"
    with clock.frozen_at(clock.now() + timedelta(days=40)):
        assert status.certificate_status(world.session, certificate).word == "即将到期"
