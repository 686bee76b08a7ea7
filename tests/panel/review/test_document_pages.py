"""Page images of documents for the staff: watermarks with the reader, never the file; read marks; cache."""

import io
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader
from reportlab.pdfgen.canvas import Canvas

from anguan.core import clock
from anguan.infra.blob_store import LocalStorage
from anguan.infra.fonts import FACES
from anguan.infra.page_images import (
    PageImage,
    Reader,
    UnreadablePage,
    add_watermark,
    read_page_image,
    render_page_image,
)
from anguan.infra.transaction import transaction
from anguan.models import Attachment, ChangeRequest, StoredFile
from anguan.services.review.document_reads import read_documents, unread_required
from tests.support.client import Browser
from tests.support.factories import Scenario
from tests.support.panel_client import Office
from tests.support.sample_files.corpus_pdfs import locked_paper, paper

FONT = FACES["hei"][0]


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite only: nothing here depends on the database."""
    return str(request.param)


@pytest.fixture
def filed(office: Office) -> ChangeRequest:
    return office.scenario.filed("certificate_change")


def written(pages: int) -> bytes:
    """A PDF with a number on each page."""
    made = io.BytesIO()
    canvas = Canvas(made)
    for page in range(1, pages + 1):
        canvas.setFont("Helvetica", 200)
        canvas.drawString(200, 400, str(page))
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def documents_of(office: Office, filed: ChangeRequest) -> list[Attachment]:
    return office.clients.all(Attachment, request_id=filed.id)


def replace(office: Office, filed: ChangeRequest, data: bytes, pages: int) -> Attachment:
    """Replace the file of the first document of the request, without inspection."""
    first = documents_of(office, filed)[0]
    with transaction(office.scenario.session):
        row = office.scenario.session.get_one(StoredFile, first.file_id)
        row.sha256, row.mime, row.pages = office.scenario.storage.keep(data), "application/pdf", pages
    return documents_of(office, filed)[0]


def address(filed: ChangeRequest, paper: Attachment, more: str = "1") -> str:
    return f"/panel/documents/{filed.id}/{paper.id}/{more}"


def picture_at(browser: Browser, path: str) -> Image.Image:
    answer = browser.client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "no-store"
    return Image.open(io.BytesIO(answer.data)).convert("RGB")


def difference(one: Image.Image, other: Image.Image) -> float:
    """Share of pixels that clearly differ, 0 to 1."""
    assert one.size == other.size
    counts = ImageChops.difference(one, other).convert("L").histogram()
    return sum(counts[12:]) / sum(counts)


def test_each_page_of_a_document_is_a_picture_of_its_own(office: Office, filed: ChangeRequest) -> None:
    first = replace(office, filed, written(3), 3)
    browser = office.enter("reviewer")
    pages = [picture_at(browser, address(filed, first, str(page))) for page in (1, 2, 3)]
    assert all(max(page.size) <= 1801 for page in pages)
    assert all(difference(pages[a], pages[b]) > 0.002 for a, b in ((0, 1), (1, 2), (0, 2)))
    assert max(picture_at(browser, address(filed, first, "2/large")).size) > 3000
    for missing in ("0", "4", "999"):
        assert browser.get(address(filed, first, missing)).status_code == 404


def test_every_page_image_names_its_reader(office: Office, filed: ChangeRequest) -> None:
    scan = next(row for row in documents_of(office, filed) if row.file.mime == "image/jpeg")
    photo = next(item for item in filed.items if item.path == "certificate.photo")
    places = [address(filed, scan), f"/panel/requests/{filed.id}/photo/{photo.id}/before"]
    one, other = office.enter("reviewer"), office.enter("SENIOR")
    plain = render_page_image(office.scenario.storage, PageImage(scan.file.sha256, scan.file.mime))

    bare = Image.open(io.BytesIO(plain)).convert("RGB")
    assert 0.01 < difference(picture_at(one, places[0]), bare) < 0.4
    for place in places:
        assert difference(picture_at(one, place), picture_at(other, place)) > 0.002


def test_the_watermark_has_the_minute_and_covers_every_part(tmp_path: Path) -> None:
    blank = io.BytesIO()
    Image.new("RGB", (1200, 900), "white").save(blank, "JPEG")
    marked = [
        Image.open(io.BytesIO(add_watermark(blank.getvalue(), Reader(f"审核人　陆与行　14:{minute}", FONT))))
        for minute in (54, 55)
    ]  # fmt: skip
    assert difference(*(one.convert("RGB") for one in marked)) > 0
    for left in range(0, 1200, 400):
        for top in range(0, 900, 300):
            part = marked[0].convert("L").crop((left, top, left + 400, top + 300))
            assert part.getextrema()[0] < 235


def test_the_file_itself_never_reaches_the_staff(office: Office, filed: ChangeRequest) -> None:
    first = replace(office, filed, written(2), 2)
    kept = {
        row.file.sha256: office.scenario.storage.read(row.file.sha256) for row in documents_of(office, filed)
    }
    browser = office.enter("reviewer")
    for row in documents_of(office, filed):
        for path in (address(filed, row), f"/panel/requests/{filed.id}/file/{row.id}"):
            assert browser.client.get(path).data not in kept.values(), path
    answer = browser.client.get(f"/panel/requests/{filed.id}/file/{first.id}")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    copy = PdfReader(io.BytesIO(answer.data))
    assert len(copy.pages) == 2
    assert not "".join(page.extract_text() for page in copy.pages).strip()
    drawn = copy.pages[0].images[0].image.convert("RGB")
    bare = render_page_image(office.scenario.storage, PageImage(first.file.sha256, first.file.mime))
    assert difference(drawn, Image.open(io.BytesIO(bare)).convert("RGB")) > 0.01
    assert office.events("download_paper")[0].request_id == filed.id
    assert len(office.events("read_paper")) == 1, "nobody had opened the request: the pictures are noted"


def test_a_picture_drawn_ahead_is_not_logged_as_read(office: Office, filed: ChangeRequest) -> None:
    browser = office.enter("reviewer")
    place = address(filed, documents_of(office, filed)[0])
    ahead = browser.client.head(place)
    assert (ahead.status_code, ahead.data) == (200, b"")
    assert not office.events("read_paper")
    browser.get(place)
    assert len(office.events("read_paper")) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (locked_paper("secret", "x"), "设有密码"),
        (b"%PDF-1.7 nonsense", "已经损坏"),
        (paper(pages=51), "页数超过"),
    ],
    ids=["locked", "broken", "long"],
)
def test_a_document_that_does_not_open_says_why(
    office: Office, filed: ChangeRequest, data: bytes, words: str
) -> None:
    first = replace(office, filed, data, 1)
    browser = office.enter("reviewer")
    answer = browser.get(address(filed, first), headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert words in answer.json["sentence"]
    assert "退回补正" in answer.json["sentence"]
    page = browser.get(address(filed, first))
    assert (page.status_code, page.mimetype) == (422, "text/html")
    assert words in page.text


def test_documents_are_for_those_who_may_read_the_request(office: Office, filed: ChangeRequest) -> None:
    first, other = (
        documents_of(office, filed)[0],
        office.scenario.filed("profile_change", office.scenario.stranger),
    )
    assert office.enter("AUDITOR").get(address(filed, first)).status_code == 200
    assert office.enter("REGIONAL").get(address(filed, first)).status_code == 404
    assert office.enter("administrator").get(address(filed, first)).status_code == 403
    assert office.enter("reviewer").get(address(other, first)).status_code == 404


def test_read_marks_are_kept_per_reader(office: Office, filed: ChangeRequest) -> None:
    papers, session = documents_of(office, filed), office.scenario.session
    browser = office.enter("reviewer")
    browser.get(f"/panel/requests/{filed.id}")
    assert f'已看 <span class="num">0/{len(papers)}</span>' in browser.page
    before = unread_required(session, office.scenario.reviewer, office.read(filed))
    assert len(before) >= 1
    for _ in range(2):
        answer = browser.post(address(filed, papers[0], "seen"), seen="1")
        assert answer.location.endswith(f"#document-{papers[0].id}")
    browser.get(f"/panel/requests/{filed.id}")
    assert f'已看 <span class="num">1/{len(papers)}</span>' in browser.page
    assert read_documents(session, office.scenario.reviewer, office.read(filed)) == {papers[0].id}
    assert not read_documents(session, office.scenario.senior, office.read(filed))
    for row in papers:
        browser.post(address(filed, row, "seen"), seen="1")
    assert unread_required(session, office.scenario.reviewer, office.read(filed)) == []
    browser.post(address(filed, papers[0], "seen"), seen="0")
    assert len(unread_required(session, office.scenario.reviewer, office.read(filed))) == 1
    assert office.enter("AUDITOR").post(address(filed, papers[0], "seen"), seen="1").status_code == 403


def test_cached_page_images_are_deleted_after_a_day(scenario: Scenario, tmp_path: Path) -> None:
    storage, folder = LocalStorage(tmp_path / "files"), tmp_path / "pages"
    image = PageImage(storage.keep(written(1)), "application/pdf")
    reader = Reader("仅供考核审批使用", FONT)
    read_page_image(storage, folder, image, reader)
    yesterday = list(folder.rglob("*.jpg"))
    assert len(yesterday) == 1
    with clock.frozen_at(clock.now() + timedelta(days=1)):
        read_page_image(storage, folder, image, reader)
    assert not yesterday[0].exists()
    assert len(list(folder.rglob("*.jpg"))) == 1


def test_a_hostile_page_fails_without_harm(scenario: Scenario, tmp_path: Path) -> None:
    storage, reader = LocalStorage(tmp_path / "files"), Reader("仅供考核审批使用", FONT)
    for box in (b"[0 0 99999999 1]", b"[0 0 0 0]", b"[0 0 1 99999999]"):
        data = paper(page=b"<< /Type /Page /Parent 2 0 R /MediaBox " + box + b" >>")
        with suppress(UnreadablePage):
            made = read_page_image(
                storage, tmp_path / "pages", PageImage(storage.keep(data), "application/pdf"), reader
            )
            assert max(Image.open(io.BytesIO(made)).size) <= 1801
    with pytest.raises(UnreadablePage) as refused:
        render_page_image(storage, PageImage(storage.keep(b""), "application/pdf"))
    assert "退回补正" in refused.value.sentence
