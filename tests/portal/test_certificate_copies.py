"""The certificate PDF as it is handed out: its state stands across it unless it is the edition in force."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader
from sqlalchemy import select

from anguan.core import clock
from anguan.models import Certificate, CertificateStatus, Edition
from anguan.pdf.certificate import render_certificate
from anguan.pdf.marks import mark_certificate
from anguan.services.codes import StatusCode
from anguan.services.words import STATUS_OF, STATUS_WORDS
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from benchmarks.certificate import CHECK_URL, FACTS, draw_photo
from tests.support.client import SECRET, AppClients
from tests.support.factories import Scenario
from tests.support.portal_client import Holder, open_portal

NOT_IN_FORCE = [status for status in CertificateStatus if status != CertificateStatus.VALID]


@pytest.fixture
def clients(scenario: Scenario, tmp_path: Path) -> Iterator[AppClients]:
    """The application with a certificate of two editions, both rendered."""
    for title in ("高级工程师", "助理工程师"):
        scenario.approve(scenario.filed("certificate_change", **{"certificate.title": title}))
        drain(scenario.session, JobContext(scenario.storage, "http://127.0.0.1"))
    scenario.session.rollback()
    with open_portal(scenario, tmp_path) as opened:
        yield opened


def editions(scenario: Scenario) -> list[Edition]:
    """The editions of the holder's certificate, the latest first."""
    scenario.session.rollback()
    certificate = scenario.session.scalars(
        select(Certificate).join(Edition, Edition.certificate_id == Certificate.id).distinct()
    ).all()
    (found,) = [one for one in certificate if one.kind_code == "B"]
    return list(found.editions)


def text_of(pdf: bytes) -> str:
    """The text of the only page without blanks."""
    (page,) = PdfReader(BytesIO(pdf)).pages
    return "".join(page.extract_text().split())


def picture_of(pdf: bytes) -> Image.Image:
    """The page as a picture."""
    return pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")


def set_state(clients: AppClients, certificate: Certificate, status: str, days: int = 100) -> None:
    """Give the certificate a status and an end of validity in days from now."""
    with clients.rows() as session:
        row = session.get_one(Certificate, certificate.id)
        row.status, row.valid_until = status, clock.today() + timedelta(days=days)


def test_a_mark_is_seen_across_the_page_and_hides_nothing() -> None:
    plain = render_plain()
    marked = mark_certificate(plain, STATUS_WORDS[StatusCode.CANCELLED])
    before, after = picture_of(plain), picture_of(marked)
    changed = ImageChops.difference(before, after).convert("L").point(lambda grey: 255 * (grey > 24))
    left, top, right, bottom = changed.getbbox()
    width, height = after.size
    assert right - left > width * 0.45
    assert bottom - top > height * 0.45
    corners = [(width // 4, height // 3), (3 * width // 4, 2 * height // 3)]
    assert not any(changed.getpixel(corner) for corner in corners), "the mark is diagonal"
    red = [
        pixel
        for pixel, on in zip(after.get_flattened_data(), changed.get_flattened_data(), strict=True)
        if on
    ]
    assert len(red) > width * height * 0.03
    assert sum(r >= g and r >= b for r, g, b in red) > len(red) * 0.97
    dark = [pixel for pixel in before.get_flattened_data() if max(pixel) < 60]
    still = [pixel for pixel in after.get_flattened_data() if max(pixel) < 110]
    assert len(still) > len(dark) * 0.97
    assert text_of(plain)[:40] in text_of(marked)


def render_plain() -> bytes:
    """A certificate PDF without a mark."""
    return render_certificate(FACTS, draw_photo(), CHECK_URL)


@pytest.mark.parametrize("word", [word for word in STATUS_WORDS.values() if len(word) > 1])
def test_every_word_of_the_table_can_be_a_mark(word: str) -> None:
    assert word in text_of(mark_certificate(render_plain(), word))


def test_every_state_is_written_on_the_copy_and_never_on_the_sheet(clients: AppClients) -> None:
    scenario = clients.scenario
    latest, first = editions(scenario)
    certificate, url = latest.certificate, f"/my/certificates/{latest.certificate_id}.pdf"
    sheets = {edition.id: scenario.storage.read(edition.job.file.sha256) for edition in editions(scenario)}
    holder, auditor = Holder(clients, scenario.holder), clients.browser("192.0.2.8")
    auditor.log_in(clients.give_password(scenario.account("AUDITOR")), SECRET)

    def served(edition: Edition) -> bytes:
        return auditor.get(f"/panel/certificates/edition/{edition.id}.pdf").data

    assert holder.browser.get(url).data == served(latest) == sheets[latest.id]
    assert STATUS_WORDS[StatusCode.SUPERSEDED] in text_of(served(first))
    for status in NOT_IN_FORCE:
        set_state(clients, certificate, status)
        word = STATUS_WORDS[STATUS_OF[status]]
        for copy in (holder.browser.get(url).data, served(latest), served(first)):
            assert word in text_of(copy), status
            assert STATUS_WORDS[StatusCode.SUPERSEDED] not in text_of(copy)
    set_state(clients, certificate, CertificateStatus.VALID, days=-1)
    assert STATUS_WORDS[StatusCode.EXPIRED] in text_of(holder.browser.get(url).data)
    set_state(clients, certificate, CertificateStatus.VALID, days=0)
    assert holder.browser.get(url).data == sheets[latest.id]
    for edition in editions(scenario):
        assert scenario.storage.read(edition.job.file.sha256) == sheets[edition.id]
