"""Inspection of uploads: valid files become clean copies, each invalid one gets one message."""

import io
import resource
import time
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageOps

from anguan.infra.inspection import Clean, Unacceptable, display_name, inspect, read_upload
from anguan.infra.portraits import inspect_photo
from anguan.infra.sandbox.client import SANDBOX
from tests.support.sample_files import corpus
from tests.support.sample_files.corpus import GOOD, WRONG, Good, Wrong, paper


def refuse(data: bytes, name: str, **rules: object) -> Unacceptable:
    with pytest.raises(Unacceptable) as refusal:
        inspect(data, name, **rules)
    return refusal.value


def refuse_photo(data: bytes, name: str = "照片.jpg") -> Unacceptable:
    with pytest.raises(Unacceptable) as refusal:
        inspect_photo(data, name)
    return refusal.value


def open_clean(clean: Clean) -> Image.Image:
    return Image.open(io.BytesIO(clean.data))


@pytest.mark.parametrize("good", GOOD, ids=lambda good: good.name)
def test_a_good_file_is_taken(good: Good) -> None:
    clean = inspect(good.build(), good.name)
    assert (clean.mime, clean.pages) == (good.mime, good.pages)
    assert clean.name.endswith(".pdf" if good.mime == "application/pdf" else (".jpg", ".jpeg"))
    if good.size is None:
        assert clean.data == good.build() or not good.kept
        for page in (1, good.pages):
            answer, image = SANDBOX.run("page", clean.data, page=page, longest=300, max_pages=50)
            assert answer["pages"] == good.pages
            assert image.startswith(b"\xff\xd8\xff")
        return
    with open_clean(clean) as image:
        assert (clean.width, clean.height) == image.size == good.size
        assert (image.format, image.mode) == ("JPEG", "RGB")
        image.load()


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.label)
def test_an_invalid_file_gets_its_message(wrong: Wrong) -> None:
    refusal = refuse(wrong.build(), wrong.name)
    assert refusal.code == wrong.code, refusal.sentence
    assert wrong.words in refusal.sentence
    assert refusal.sentence.startswith(f"“{wrong.name}”")
    assert refusal.sentence.endswith("。")
    assert "{" not in refusal.sentence
    assert len(refusal.sentence) < 120


@pytest.mark.parametrize(
    ("size", "mode", "kind", "options"),
    [
        ((5712, 4284), "RGB", "JPEG", {}),
        ((8064, 6048), "RGB", "JPEG", {"progressive": True, "subsampling": 0}),
        ((9248, 6920), "CMYK", "JPEG", {}),
        ((9248, 6920), "RGBA", "PNG", {"compress_level": 1}),
        ((9248, 6920), "I;16", "PNG", {"compress_level": 1}),
    ],
    ids=["24 megapixels", "48, progressive", "64, CMYK", "64, transparent", "64, 16 bits"],
)
def test_what_phones_and_scanners_take_is_accepted_and_halved(
    size: tuple[int, int], mode: str, kind: str, options: dict[str, int]
) -> None:
    """The limits of memory and time of the sandbox are those of production."""
    data = io.BytesIO()
    Image.new(mode, size, 51_400 if mode == "I;16" else "navy").save(data, kind, **options)
    clean, refusal = None, ""
    try:
        clean = inspect(data.getvalue(), "照片")
    except Unacceptable as refused:
        refusal = refused.sentence
    assert clean is not None, refusal
    assert (clean.width, clean.height) == size
    with open_clean(clean) as image:
        assert image.size == (size[0] // 2, size[1] // 2)
        assert image.mode == "RGB"
        if mode != "CMYK":
            wanted = (200, 200, 200) if mode == "I;16" else (0, 0, 128)
            assert max(abs(a - b) for a, b in zip(image.getpixel((9, 9)), wanted, strict=True)) < 4


def test_a_picture_above_the_limit_gets_a_remedy_that_works() -> None:
    sentence = refuse(corpus.huge_jpeg(), "IMG.jpg").sentence
    assert "超过 6400 万像素的上限" in sentence
    assert "请把相机的照片尺寸调小后重新拍照" in sentence


def test_bytes_behind_the_end_of_a_pdf_are_not_kept() -> None:
    tail = b"<script>alert(1)</script>" * 200
    clean = inspect(paper() + tail, "承诺书.pdf")
    assert clean.data.rstrip() == paper().rstrip()
    assert inspect(paper() + b"\r\n" + bytes(4096), "承诺书.pdf").pages == 1


def test_a_pdf_whose_table_is_wrong_is_written_anew() -> None:
    damaged = paper(pages=2).replace(b"/Root 1 0 R", b"/Root 7 0 R")
    assert inspect(damaged, "承诺书.pdf").pages == 2


def test_the_corpus_is_broad_enough() -> None:
    assert len(WRONG) >= 60
    assert len({wrong.code for wrong in WRONG}) >= 30
    assert len({wrong.label for wrong in WRONG}) == len(WRONG)


def test_an_image_field_refuses_a_pdf_and_the_other_way_round() -> None:
    assert "只收图片" in refuse(corpus.paper(), "证.pdf", accept=("image",)).sentence
    assert "只收 PDF" in refuse(corpus.jpeg(), "证.jpg", accept=("pdf",)).sentence
    assert "PDF" not in refuse(b"MZ" + bytes(99), "证.exe", accept=("image",)).sentence


def test_nothing_of_the_camera_or_a_stowaway_is_left() -> None:
    for build in (corpus.tell_tale_jpeg, corpus.tell_tale_png, corpus.turned_jpeg, corpus.chatty_jpeg):
        assert b"MARKER" in build()
        for clean in (inspect(build(), "照片.jpg"), inspect_photo(build(), "照片.jpg").photo):
            for trace in (b"MARKER", b"Exif", b"<?php", b"PK\x03\x04", b"ICC_PROFILE", b"8BIM", b"xmp"):
                assert trace not in clean.data
            with open_clean(clean) as image:
                assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_stood_up_as_viewers_show_it(orientation: int) -> None:
    data = corpus.turned_jpeg(orientation)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    clean = inspect(data, "竖拍.jpg")
    with open_clean(clean) as image:
        assert (clean.width, clean.height) == image.size == expected.size
        assert max(level for _, level in ImageChops.difference(image, expected).getextrema()) < 40


def test_what_shines_through_becomes_white_and_sixteen_bits_keep_their_greys() -> None:
    for good in GOOD:
        if good.name in ("透明.png", "调色板.png", "黑白透明.png", "十六位.png"):
            with open_clean(inspect(good.build(), good.name)) as image:
                assert min(image.getpixel((0, 0))) > 235, good.name
                assert max(image.getpixel((220, 130))) < 60, good.name


def test_bombs_are_refused_at_once_and_cost_us_nothing() -> None:
    inspect(corpus.jpeg(), "warm.jpg")
    bombs = [corpus.huge_png(), corpus.huge_jpeg(), corpus.talkative_png(), corpus.huge_png(65_535, 9_000)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for bomb in bombs * 8:
        started = time.monotonic()
        refuse(bomb, "炸弹.png")
        refuse_photo(bomb)
        assert time.monotonic() - started < 2
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 150 * 1024


def test_every_cut_of_a_good_file_is_refused() -> None:
    for build in (corpus.jpeg, corpus.png, lambda: corpus.paper(pages=40)):
        data = build()
        for part in range(1, 32):
            assert refuse(data[: len(data) * part // 32], "照片.jpg").code in ("truncated", "broken")


def test_the_photo_is_measured_with_its_own_figures() -> None:
    exact = inspect_photo(corpus.jpeg(), "证件照.jpg").photo
    assert (exact.width, exact.height, exact.name) == (440, 572, "证件照.jpg")
    assert inspect_photo(corpus.png(corpus.draw_face(600, 780)), "证件照.png").photo.name == "证件照.jpg"
    assert "只有 439×571 像素" in refuse_photo(corpus.jpeg(corpus.draw_face(439, 571))).sentence
    assert "440×572 像素（宽×高）" in refuse_photo(corpus.jpeg(corpus.draw_face(312, 406))).sentence
    square = refuse_photo(corpus.jpeg(corpus.draw_face(600, 600)))
    assert "高宽比为 1.000" in square.sentence
    assert "要求 1.3" in square.sentence


@pytest.mark.parametrize(("height", "taken"), [(1294, False), (1295, True), (1305, True), (1306, False)])
def test_the_ratio_may_differ_by_a_two_hundredth(height: int, taken: bool) -> None:
    data = corpus.jpeg(corpus.draw_face(1000, height))
    if taken:
        photo = inspect_photo(data, "照片.jpg").photo
        assert (photo.width, photo.height) == (600, 780)
    else:
        assert refuse_photo(data).code == "photo_ratio"


def test_a_photo_is_refused_for_weight_kind_and_damage() -> None:
    assert "不能超过 5 MB" in refuse_photo(corpus.jpeg() + bytes(5 * 2**20)).sentence
    assert "只收图片" in refuse_photo(corpus.paper()).sentence
    assert "HEIC" in refuse_photo(next(w for w in WRONG if w.code == "heic").build()).sentence
    assert refuse_photo(b"").code == "empty"
    assert refuse_photo(corpus.jpeg()[:-400]).code == "truncated"
    assert "6400 万像素" in refuse_photo(corpus.huge_png(8000, 10400)).sentence


def test_a_large_photo_is_made_lighter() -> None:
    portrait = inspect_photo(corpus.jpeg(corpus.draw_face(2400, 3120)), "照片.jpg")
    with open_clean(portrait.photo) as image:
        assert image.size == (600, 780)
    with open_clean(portrait.copy) as image:
        assert image.size == (440, 572)


@pytest.mark.parametrize(
    ("claimed", "shown"),
    [
        ("身份证.jpg", "身份证.jpg"),
        ("../../x", "x"),
        ("..\\..\\windows\\证.pdf", "证.pdf"),
        ("/etc/passwd", "passwd"),
        ("a\x00b\r\nSet-Cookie: x.jpg", "abSet-Cookie: x.jpg"),
        ("承诺\u202egpj.exe", "承诺gpj.exe"),
        ("𠮷野·\u3400.jpg", "𠮷野·\u3400.jpg"),
        ("  两  个   空格 .jpg ", "两 个 空格 .jpg"),
        (".htaccess", "htaccess"),
        ("..", "未命名"),
        ("", "未命名"),
        ("图/", "未命名"),
    ],
)
def test_names_are_shown_but_lead_nowhere(claimed: str, shown: str) -> None:
    assert display_name(claimed) == shown


def test_a_long_name_keeps_its_ending() -> None:
    shown = display_name("证" * 300 + ".jpg")
    assert len(shown) == 120
    assert shown.endswith("证.jpg")
    assert inspect(corpus.png(), "a" * 300).name.endswith("a.jpg")


def test_a_name_follows_what_the_file_became() -> None:
    assert inspect(corpus.png(), "身份证.PNG").name == "身份证.jpg"
    assert inspect(corpus.jpeg(), "身份证.JPG").name == "身份证.JPG"
    assert inspect(corpus.paper(), "承诺书").name == "承诺书.pdf"


def test_an_upload_is_measured_before_it_is_read(tmp_path: Path) -> None:
    small = io.BytesIO(b"x" * 100)
    assert read_upload(small, "小.pdf") == b"x" * 100
    vast = tmp_path / "vast"
    with vast.open("wb") as writer:
        writer.truncate(300 * 2**20)
    with (
        vast.open("rb") as stream,
        pytest.raises(Unacceptable, match=r"“大\.pdf”有 300 MB，超过 10 MB 的上限"),
    ):
        read_upload(stream, "大.pdf")
