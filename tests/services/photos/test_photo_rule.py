"""What the reviewer is told about a new photo, and what the filer is not."""

import pytest

from anguan.core.check_result import CheckResult
from anguan.domain.photos import check_results_of, stored_photo
from anguan.models import ChangeRequest
from anguan.services.requests.drafts import read_draft
from anguan.services.review.review_view import load_review
from tests.support.factories import World
from tests.support.sample_files.portraits import draw_portrait, jpeg


@pytest.fixture
def kind() -> str:
    """Nothing here depends on the database."""
    return "sqlite"


def begin_with(world: World, data: bytes, whose: str = "holder") -> ChangeRequest:
    account = getattr(world, whose)
    request = world.begin("certificate_change", account)
    world.fill(request, account)
    world.attach(request, "certificate.photo", account, data)
    return request


def rule_of(findings: tuple[CheckResult, ...]) -> CheckResult:
    return next(found for found in findings if found.rule == "photos.is_sound")


def test_a_sound_photo_passes_and_a_doubtful_one_is_seen_by_the_reviewer(world: World) -> None:
    request = begin_with(world, jpeg(draw_portrait(seed=1)))
    assert rule_of(read_draft(world.session, request).findings).outcome == "pass"
    world.attach(request, "certificate.photo", world.holder, jpeg(draw_portrait(seed=1, ground="#9db7d4")))
    draft = rule_of(read_draft(world.session, request).findings)
    assert (draft.outcome, draft.evidence) == ("warn", "")
    assert "背景不是白色" in draft.sentence
    world.submit(request)
    seen = rule_of(load_review(world.session, request).findings)
    assert (seen.outcome, seen.evidence) == ("warn", "本人已确认使用")


def test_the_same_picture_of_two_people_is_told_to_the_reviewer_alone(world: World) -> None:
    data = jpeg(draw_portrait(seed=3))
    world.submit(begin_with(world, data))
    request = begin_with(world, data, "stranger")
    assert rule_of(read_draft(world.session, request).findings).outcome == "pass"
    filed = world.submit(request, world.stranger)
    assert "与另一个人的照片完全相同" in rule_of(load_review(world.session, filed).findings).sentence


def test_a_certificate_is_printed_with_the_light_copy(world: World) -> None:
    request = begin_with(world, jpeg(draw_portrait(seed=2, grain=60)))
    photo = next(row.file for row in request.attachments if row.material == "certificate.photo")
    kept = stored_photo(world.session, photo.sha256)
    assert kept
    assert kept.copy.sha256 != photo.sha256
    assert len(world.storage.read(kept.copy.sha256)) <= 50 * 1024
    assert check_results_of(kept) == []
    registered = world.certificate().photo
    assert stored_photo(world.session, registered) is None
