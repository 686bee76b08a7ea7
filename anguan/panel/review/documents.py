"""Delivery of documents to staff: as pictures with the reader's watermark, never the original file."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Response, abort

from anguan.core import clock
from anguan.extensions import db, settings, storage
from anguan.infra.blob_store import Damaged
from anguan.infra.events import actor_of, record_event
from anguan.infra.fonts import FACES, is_installed
from anguan.infra.page_images import PageImage, Reader, UnreadablePage, read_page_image
from anguan.infra.transaction import transaction
from anguan.models import Attachment, ChangeRequest, StoredFile
from anguan.panel.common.guard import current_account
from anguan.services.requests.drafts import definition
from anguan.services.review.document_reads import document_titles
from anguan.services.review.review_view import file_of_request
from anguan.web.responses import send_bytes

DPI = 150
"""Resolution of the pages of a downloaded PDF, in dots per inch."""


def reader() -> Reader:
    """Reader and time for the watermark of every picture. Aborts with 503 when the font is missing."""
    if not is_installed("hei"):
        abort(503, "服务器没有安装水印用的字体，材料暂时不能查看。请联系技术支持。")
    now = clock.beijing(clock.now())
    return Reader(f"仅供考核审批使用　{current_account().name}　{now:%Y-%m-%d %H:%M}", FACES["hei"][0])


def read_picture(kept: StoredFile, page: int, size: str, who: Reader, turn: int = 0) -> bytes:
    """One page with the reader's watermark as JPEG. Aborts with 404; raises Damaged or UnreadablePage."""
    if not 1 <= page <= kept.pages:
        abort(404)
    image = PageImage(kept.sha256, kept.mime, page, size, turn)
    return read_page_image(storage(), _folder(), image, who)


@contextmanager
def faults_as_pages() -> Iterator[None]:
    """Aborts with 410 for a damaged file, with 422 or 503 for an unreadable page."""
    try:
        yield
    except Damaged:
        abort(410, "这份文件已经损坏或丢失，不能据此审核。请联系技术支持，并让申请人重新上传。")
    except UnreadablePage as fault:
        abort(503 if fault.later else 422, fault.sentence)


def send_picture(kept: StoredFile, page: int = 1, size: str = "page", turn: int = 0) -> Response:
    """One page for display. Aborts as `faults_as_pages` does."""
    with faults_as_pages():
        picture = read_picture(kept, page, size, reader(), turn)
    return send_bytes(picture, "image/jpeg", "材料.jpg")


def send_copy(request: ChangeRequest, attachment: int) -> Response:
    """A copy of a document, as JPEG or as PDF of pictures; the download is recorded. Aborts with 404."""
    row = file_of_request(db.session, request, attachment)
    if row is None:
        abort(404)
    title = document_titles(definition(db.session, request)).get(row.material, "材料")
    answer = _copy(row, f"{request.number or ''} {title}".strip())
    id, who = request.id, actor_of(current_account())
    with transaction(db.session) as session:
        about = session.get_one(ChangeRequest, id)
        record_event(session, "download_paper", f"下载材料：{title}", who, request=about, visible_to="office")
    return answer


def _copy(row: Attachment, name: str) -> Response:
    kept = row.file
    with faults_as_pages():
        pictures = draw_pages(row)
    if kept.mime == "image/jpeg":
        return send_bytes(pictures[0], "image/jpeg", f"{name}.jpg", download=True)
    return send_bytes(make_pdf(pictures, name), "application/pdf", f"{name}.pdf", download=True)


def draw_pages(row: Attachment) -> list[bytes]:
    """Every page of a document with the reader's watermark. Raises Damaged or UnreadablePage."""
    who = reader()
    return [read_picture(row.file, page, "page", who, row.turn) for page in range(1, row.file.pages + 1)]


def make_pdf(pictures: list[bytes], title: str) -> bytes:
    """The pictures as the pages of one PDF; their bytes are embedded unchanged."""
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415 - loaded by the first use
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - loaded by the first use

    made = io.BytesIO()
    canvas = Canvas(made)
    canvas.setTitle(title)
    for data in pictures:
        picture = ImageReader(io.BytesIO(data))
        width, height = (side * 72 / DPI for side in picture.getSize())
        canvas.setPageSize((width, height))
        canvas.drawImage(picture, 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def _folder() -> Path:
    return settings().folder / "pages"
