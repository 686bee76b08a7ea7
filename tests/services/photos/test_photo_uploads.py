"""Uploads to the photo tool: one message or the pixels; never anything else of the file."""

import io
import resource
from collections.abc import Iterator

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from anguan.infra.file_types import detect_file_type
from tests.support.factories import open_scenario
from tests.support.portal_client import Holder, open_portal, upload
from tests.support.sample_files import corpus
from tests.support.sample_files.corpus import WRONG
from tests.support.sample_files.portraits import draw_portrait, jpeg, png

TOOL = "/my/profile/photo"
NAMES = (
    "身份证.jpg",
    "../../etc/passwd",
    "..\\..\\证.jpg",
    "身份证\u202egpj.exe",
    "证" * 200 + ".jpg",
    "<b>.jpg",
)


@pytest.fixture(scope="module")
def holder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Holder]:
    """One holder for the whole file; each test opens its own pictures."""
    with (
        open_scenario("sqlite") as scenario,
        open_portal(scenario, tmp_path_factory.mktemp("house")) as clients,
    ):
        yield Holder(clients, scenario.holder)


def drop(holder: Holder, name: str, data: bytes) -> tuple[int, str]:
    """Open a file as the script does; gives the status and the sentence."""
    if not holder.browser.token:
        holder.browser.get(TOOL)
    # The body is made in memory: the client itself would leak a file for a large one.
    boundary, body = encode_multipart(
        {"csrf_token": holder.browser.token, "picture": FileStorage(*upload(name, data))}
    )
    kind = f"multipart/form-data; boundary={boundary}"
    asked = {"Accept": "application/json"}
    answer = holder.browser.client.post(f"{TOOL}/open", data=body, content_type=kind, headers=asked)
    status, told = answer.status_code, answer.get_json()
    answer.close()
    return status, told.get("sentence", "")


def test_what_is_no_picture_gets_its_message_and_costs_little(holder: Holder) -> None:
    drop(holder, "照片.jpg", jpeg(draw_portrait(1200, 1400)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for wrong in WRONG:
        data = wrong.build()
        status, sentence = drop(holder, wrong.name, data)
        assert status == 400, wrong.label
        assert sentence.endswith("。"), wrong.label
        assert len(sentence) < 130, sentence
        if detect_file_type(data) == "pdf":
            assert "只收图片" in sentence, wrong.label
        elif wrong.code not in ("large", "pixels"):
            assert wrong.words.replace("PDF", "JPG") in sentence, (wrong.label, sentence)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 * 1024
    assert holder.browser.client.get(f"{TOOL}/result").status_code == 200, "what lay there is kept"


def test_twenty_megabytes_and_an_encrypted_pdf(holder: Holder) -> None:
    status, sentence = drop(holder, "大.jpg", corpus.jpeg() + bytes(20 * 2**20))
    assert (status, sentence.startswith("“大.jpg”有 20")) == (400, True), sentence
    status, sentence = drop(holder, "证.pdf", next(one for one in WRONG if one.code == "encrypted").build())
    assert status == 400
    assert "证.pdf" in sentence


@pytest.mark.parametrize("name", NAMES)
def test_a_name_leads_nowhere(holder: Holder, name: str) -> None:
    assert drop(holder, name, jpeg(draw_portrait(1200, 1400)))[0] == 200
    status, sentence = drop(holder, name, b"GIF89a" + bytes(99))
    assert status == 400
    assert not {"\r", "\n", "/", "\\"} & set(sentence.replace("EPS/", ""))


def test_only_pixels_come_back(holder: Holder) -> None:
    for build_ in (corpus.tell_tale_jpeg, corpus.tell_tale_png, corpus.turned_jpeg, corpus.burst):
        assert drop(holder, "照片.jpg", build_())[0] == 200
        for path in ("picture", "picture?framed=1", "result"):
            answer = holder.browser.client.get(f"{TOOL}/{path}")
            assert answer.mimetype == "image/jpeg"
            for trace in (b"MARKER", b"Exif", b"<?php", b"PK\x03\x04", b"ICC_PROFILE", b"8BIM", b"xmp"):
                assert trace not in answer.data, (build_.__name__, path)
            with Image.open(io.BytesIO(answer.data)) as image:
                assert (image.format, image.mode) == ("JPEG", "RGB")


def test_a_picture_lies_upright_and_see_through_becomes_white(holder: Holder) -> None:
    assert drop(holder, "竖拍.jpg", corpus.turned_jpeg())[0] == 200
    with Image.open(io.BytesIO(holder.browser.client.get(f"{TOOL}/picture").data)) as image:
        assert image.size == (440, 572)
    clear = draw_portrait(900, 1200).convert("RGBA")
    clear.putpixel((0, 0), (0, 0, 0, 0))
    assert drop(holder, "透明.png", png(clear))[0] == 200
    with Image.open(io.BytesIO(holder.browser.client.get(f"{TOOL}/result").data)) as image:
        assert min(image.getpixel((3, 3))) > 235


def test_a_camera_picture_of_24_million_pixels_is_opened_and_cut(holder: Holder) -> None:
    big = draw_portrait(1000, 1500).resize((4000, 6000), Image.Resampling.BICUBIC)
    assert drop(holder, "相机.jpg", jpeg(big, quality=70))[0] == 200
    with Image.open(io.BytesIO(holder.browser.client.get(f"{TOOL}/picture").data)) as image:
        assert image.size == (1333, 2000)
    with Image.open(io.BytesIO(holder.browser.client.get(f"{TOOL}/result").data)) as image:
        assert image.size == (600, 780)
    assert drop(holder, "过大.png", corpus.huge_png(6000, 7800))[0] == 400
