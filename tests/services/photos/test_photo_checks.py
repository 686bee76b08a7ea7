"""Photo checks on forty valid and forty invalid pictures, all drawn here."""

import io

import pytest
from PIL import Image

from anguan.infra.inspection import Unacceptable
from anguan.infra.portraits import COPY_BYTES, SENTENCES, Limits, Portrait, inspect_photo
from tests.support.sample_files import corpus
from tests.support.sample_files.portraits import blur, cast_shadow, draw_portrait, jpeg, shade

WHITE = ("#ffffff", "#fcfcfc", "#f8f9fa", "#f4f4f2", "#fafcff")
GROUNDS = ("#4a90d9", "#d02020", "#2f8f4e", "#b0b4b8", "#8c6d4f", "#202428", "#f2d7d9", "#d4d9b8", "#9db7d4")
GOOD: tuple[bytes, ...] = tuple(
    jpeg(draw_portrait(size[0], size[1], ground=WHITE[seed % 5], seed=seed, grain=(seed % 3) * 12))
    for seed, size in enumerate([(440, 572), (600, 780), (480, 624), (900, 1170)] * 10)
)


def wrong_grounds() -> list[tuple[bytes, str]]:
    return [(jpeg(draw_portrait(ground=ground, seed=i)), "ground") for i, ground in enumerate(GROUNDS)]


def wrong_light() -> list[tuple[bytes, str]]:
    sound = [draw_portrait(seed=seed) for seed in range(4)]
    return [
        *((jpeg(image.convert("L")), "grey") for image in sound),
        *((jpeg(shade(image, 0.32)), "dark") for image in sound[:3]),
        *((jpeg(shade(image, 1.5, 100)), "bright") for image in sound[:3]),
        *((jpeg(blur(image, 6)), "blurred") for image in sound),
        *((jpeg(cast_shadow(image)), "uneven") for image in sound[:3]),
    ]


def wrong_places() -> list[tuple[bytes, str]]:
    whole = draw_portrait(1200, 1560, seed=2)
    return [
        *((jpeg(draw_portrait(seed=seed, size=0.38)), "far") for seed in range(3)),
        *(
            (jpeg(draw_portrait(seed=seed, aside=side)), "aside")
            for seed, side in enumerate((0.15, -0.15, 0.2))
        ),
        (jpeg(whole.crop((200, 200, 1100, 1370))), "near"),
        (jpeg(Image.new("RGB", (600, 780), "white")), "nobody"),
    ]


def wrong_files() -> list[tuple[bytes, str]]:
    return [
        (jpeg(draw_portrait(312, 406)), "photo_small"),
        (jpeg(draw_portrait(439, 571)), "photo_small"),
        (jpeg(draw_portrait(600, 600)), "photo_ratio"),
        (jpeg(draw_portrait(780, 600)), "photo_ratio"),
        (jpeg(draw_portrait(1000, 1294)), "photo_ratio"),
        (jpeg(draw_portrait())[:9000], "truncated"),
    ]


BAD = [*wrong_grounds(), *wrong_light(), *wrong_places(), *wrong_files()]


def judge(data: bytes, limits: Limits | None = None) -> tuple[set[str], set[str]]:
    """The codes that block and those that warn."""
    try:
        portrait = inspect_photo(data, "照片.jpg", limits)
    except Unacceptable as refused:
        return {refused.code}, set()
    assert_fit(portrait)
    return {one.code for one in portrait.blocks}, {one.code for one in portrait.warnings}


def assert_fit(portrait: Portrait) -> None:
    """Whatever is saved is an sRGB JPEG of the right ratio without metadata."""
    for clean in (portrait.photo, portrait.copy):
        with Image.open(io.BytesIO(clean.data)) as image:
            assert (image.format, image.mode) == ("JPEG", "RGB")
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert image.width >= 440
            assert image.height >= 572
            assert abs(image.height / image.width - 1.3) <= 0.005
            assert image.width <= 600
    assert len(portrait.copy.data) <= COPY_BYTES


def test_forty_valid_pictures_pass_without_a_message() -> None:
    assert len(GOOD) == 40
    said = [judge(data) for data in GOOD]
    assert [blocks for blocks, _ in said if blocks] == []
    assert sum("ground" in warnings or "uneven" in warnings for _, warnings in said) <= 2
    assert sum(bool(warnings) for _, warnings in said) <= 2, said


def test_forty_invalid_pictures_get_their_messages() -> None:
    assert len(BAD) == 40
    missed = []
    for data, code in BAD:
        blocks, warnings = judge(data)
        should_block = code in ("photo_small", "photo_ratio", "truncated")
        assert bool(blocks) == should_block, (code, blocks)
        if code not in blocks | warnings:
            missed.append((code, blocks, warnings))
    assert missed == []


def test_the_authority_may_have_another_ground_block() -> None:
    strict = Limits(white=True)
    assert [judge(data, strict)[0] for data in GOOD[:8]] == [set()] * 8
    assert [judge(data, strict)[0] for data, _ in wrong_grounds()] == [{"ground"}] * len(GROUNDS)


def test_each_check_result_has_a_message_of_its_own() -> None:
    assert len(set(SENTENCES.values())) == len(SENTENCES)
    assert all(not sentence.endswith("。") for sentence in SENTENCES.values())


@pytest.mark.parametrize("build", [corpus.tell_tale_jpeg, corpus.tell_tale_png, corpus.chatty_jpeg])
def test_nothing_of_the_camera_is_left(build: object) -> None:
    portrait = inspect_photo(build(), "照片.jpg")
    for clean in (portrait.photo, portrait.copy):
        assert b"MARKER" not in clean.data
    assert_fit(portrait)


def test_a_noisy_photo_still_has_a_light_copy() -> None:
    noise = Image.effect_noise((1200, 1560), 120).convert("RGB")
    assert_fit(inspect_photo(jpeg(noise, quality=80), "照片.jpg"))
