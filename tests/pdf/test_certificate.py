"""The certificate PDF: one page whatever the name, every field readable, photos made light enough."""

import io

import pypdf
import pytest
import segno
from PIL import Image

from anguan.pdf.certificate import list_lines, render_certificate
from anguan.pdf.images import PHOTO_BYTES, NotAPicture, fit_photo
from anguan.pdf.renderer import MissingGlyph
from benchmarks.certificate import CHECK_URL, FACTS, draw_photo
from tests.pdf.test_readers import RARE, READERS, count_pages, read, squeeze

LONG = FACTS | {
    "holder_name": "阿卜杜热依木·" * 7 + "麦",
    "unit_name": "云南示例甲水利水电工程建设集团有限责任公司"
    + "澜沧江上游流域综合治理工程总承包部第一水工分公司",
    "issued_by": "示例省水利水电工程建设质量与安全监督管理中心站",
    "document_type": "passport",
    "document_number": "E0000000012345678",
    "title": "教授级高级工程师（水利水电工程施工与管理专业）",
}
RARE_NAME = FACTS | {"holder_name": f"{RARE}·{RARE}"}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("facts", [FACTS, LONG, RARE_NAME])
def test_every_fact_is_on_the_one_page(facts, reader):
    assert len(LONG["holder_name"]) == 50
    pdf = render_certificate(facts, draw_photo(), CHECK_URL)
    assert count_pages(pdf) == 1
    text = squeeze(reader(pdf))
    for line in list_lines(facts):
        assert squeeze(line.value) in text
    for value in ("number", "issued_by", "document_number", "unit_uscc"):
        assert facts[value] in text
    assert "女" in text
    assert "第1版" in text
    assert "2026年12月31日" in text
    assert "安全生产考核合格证书" in text


def test_the_page_is_a4_landscape():
    box = pypdf.PdfReader(io.BytesIO(render_certificate(FACTS, None, CHECK_URL))).pages[0].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)


def test_the_code_on_the_page_is_the_address():
    pdf = render_certificate(FACTS, None, CHECK_URL)
    (image,) = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].images
    printed = image.image.convert("1").convert("L")
    modules = segno.make(CHECK_URL, error="m", micro=False).matrix
    side = printed.width // (len(modules) + 4)
    read_back = [
        [
            int(printed.getpixel(((x + 2) * side + side // 2, (y + 2) * side + side // 2)) == 0)
            for x in range(len(modules))
        ]
        for y in range(len(modules))
    ]
    assert read_back == [list(row) for row in modules]


def test_a_name_that_cannot_be_printed_is_refused():
    with pytest.raises(MissingGlyph) as refusal:
        render_certificate(FACTS | {"holder_name": "岑\U000f0000安"}, None, CHECK_URL)
    assert refusal.value.chars == ("\U000f0000",)


def test_an_organ_that_cannot_be_printed_is_refused():
    with pytest.raises(MissingGlyph):
        render_certificate(FACTS | {"issued_by": "示例🙂机关"}, None, CHECK_URL)


def test_codes_and_words_print_the_same():
    words = FACTS | {"gender": "女", "document_type": "居民身份证", "kind_title": "B-项目负责人"}
    assert list_lines(words) == list_lines(FACTS)


def test_empty_facts_leave_their_line_empty():
    pdf = render_certificate(FACTS | {"title": "", "position": "", "birth_date": None}, None, CHECK_URL)
    assert count_pages(pdf) == 1
    assert "None" not in read(pdf)


def test_a_note_stands_behind_the_number():
    noted = render_certificate(FACTS | {"note": "补"}, None, CHECK_URL)
    assert count_pages(noted) == 1
    assert f"{FACTS['number']}（补）" in "".join(read(noted).split())
    assert "补" not in read(render_certificate(FACTS, None, CHECK_URL))


def test_a_heavy_photo_becomes_light():
    noise = Image.effect_noise((1320, 1716), 90).convert("RGB")
    heavy = io.BytesIO()
    noise.save(heavy, "JPEG", quality=95, exif=_exif(), comment=b"secret place")
    light = fit_photo(heavy.getvalue())
    assert len(light) <= PHOTO_BYTES
    assert b"secret" not in light
    assert Image.open(io.BytesIO(light)).size == (440, 572)


def test_notes_in_a_small_photo_are_dropped():
    picture = io.BytesIO()
    Image.new("RGB", (440, 572), "white").save(picture, "JPEG", exif=_exif(), comment=b"secret place")
    assert b"secret" not in fit_photo(picture.getvalue())


def test_a_plain_light_photo_passes_untouched():
    photo = draw_photo()
    assert fit_photo(photo) == photo


@pytest.mark.parametrize("data", [b"", b"<svg xmlns=''/>", b"GIF89a", b"<html>", b"\xff\xd8\xff broken"])
def test_what_is_no_photo_is_refused(data):
    with pytest.raises((NotAPicture, OSError)):
        render_certificate(FACTS, data, CHECK_URL)


def _exif():
    notes = Image.Exif()
    notes[0x010E] = "secret place"
    return notes
