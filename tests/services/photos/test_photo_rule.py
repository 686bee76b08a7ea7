"""Check results of a new photo that the reviewer sees, and that the applicant does not."""

import pytest

from anguan.core.check_result import CheckResult
from anguan.domain.photos import check_results_of, stored_photo
from anguan.models import ChangeRequest
from anguan.services.requests.drafts import read_draft
from anguan.services.review.review_view import load_review
from tests.support.factories import Scenario
from tests.support.sample_files.portraits import draw_portrait, jpeg


@pytest.fixture
def kind() -> str:
    """Nothing here depends on the database."""
    return "sqlite"


def begin_with(scenario: Scenario, data: bytes, whose: str = "holder") -> ChangeRequest:
    account = getattr(scenario, whose)
    request = scenario.begin("certificate_change", account)
    scenario.fill(request, account)
    scenario.attach(request, "certificate.photo", account, data)
    return request


def rule_of(findings: tuple[CheckResult, ...]) -> CheckResult:
    return next(found for found in findings if found.rule == "photos.is_sound")


def test_a_sound_photo_passes_and_a_doubtful_one_is_seen_by_the_reviewer(scenario: Scenario) -> None:
    request = begin_with(scenario, jpeg(draw_portrait(seed=1)))
    assert rule_of(read_draft(scenario.session, request).findings).outcome == "pass"
    scenario.attach(
        request, "certificate.photo", scenario.holder, jpeg(draw_portrait(seed=1, ground="#9db7d4"))
    )
    draft = rule_of(read_draft(scenario.session, request).findings)
    assert (draft.outcome, draft.evidence) == ("warn", "")
    assert "背景不是白色" in draft.sentence
    scenario.submit(request)
    seen = rule_of(load_review(scenario.session, request).findings)
    assert (seen.outcome, seen.evidence) == ("warn", "本人已确认使用")


def test_the_same_picture_of_two_people_is_told_to_the_reviewer_alone(scenario: Scenario) -> None:
    data = jpeg(draw_portrait(seed=3))
    scenario.submit(begin_with(scenario, data))
    request = begin_with(scenario, data, "stranger")
    assert rule_of(read_draft(scenario.session, request).findings).outcome == "pass"
    filed = scenario.submit(request, scenario.stranger)
    assert "与另一个人的照片完全相同" in rule_of(load_review(scenario.session, filed).findings).sentence


def test_a_certificate_is_printed_with_the_light_copy(scenario: Scenario) -> None:
    request = begin_with(scenario, jpeg(draw_portrait(seed=2, grain=60)))
    photo = next(row.file for row in request.attachments if row.material == "certificate.photo")
    kept = stored_photo(scenario.session, photo.sha256)
    assert kept
    assert kept.copy.sha256 != photo.sha256
    assert len(scenario.storage.read(kept.copy.sha256)) <= 50 * 1024
    assert check_results_of(kept) == []
    registered = scenario.certificate().photo
    assert stored_photo(scenario.session, registered) is None
