"""Data of the document viewer: pages, read marks and earlier photos of a request's documents."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from flask import url_for
from flask_login import current_user

from anguan.domain.masking import is_picture
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db, storage
from anguan.infra.files import has_right_size
from anguan.models import Attachment
from anguan.panel.common.guard import current_account
from anguan.services.review.document_reads import document_titles, order_documents, read_documents
from anguan.services.review.last_visit import RoundComparison
from anguan.services.review.review_view import ReviewView


@dataclass(frozen=True)
class ViewerPage:
    """URLs of one page in reading size and enlarged."""

    page: int
    url: str
    large: str


@dataclass(frozen=True)
class ViewerDocument:
    """One file. `mark_url` is empty for those who only read, `before` are the pictures of what it replaces.

    `fresh` (新交) means that it was not there in the round with which this one is compared.
    `broken` means missing, of another size than stored, or found damaged just now.
    """

    id: int
    code: str
    title: str
    name: str
    url: str
    seen: bool
    mark_url: str
    page_images: Sequence[ViewerPage]
    before: Sequence[str] = ()
    fresh: bool = False
    broken: bool = False

    @property
    def pages(self) -> int:
        """Number of pages."""
        return len(self.page_images)


def build_viewer(
    review: ReviewView, broken: Collection[str] = (), compared: RoundComparison | None = None
) -> list[ViewerDocument]:
    """The documents in the order of the materials, photos last; `broken` are SHA-256 digests of damaged
    files, `compared` tells which are new."""
    titles = document_titles(review.matter)
    seen = read_documents(db.session, current_account(), review.request)
    photos = {row.path: row.id for row in review.rows if row.before}
    fresh = {row.id for row in compared.added} if compared else set()
    replaced = compared.replaced if compared else {}
    rows = order_documents([row for files in review.documents.values() for row in files], titles)
    return [
        replace(
            _viewer_document(
                row, titles.get(row.material, row.material), row.id in seen, photos, replaced.get(row.id)
            ),
            fresh=row.id in fresh,
            broken=row.file.sha256 in broken or not has_right_size(storage(), row.file),
        )
        for row in rows
    ]


def _viewer_document(
    row: Attachment, title: str, seen: bool, photos: dict[str, int], replaced: Attachment | None
) -> ViewerDocument:
    marking = current_user.role in REVIEWERS
    old = photos.get(row.material) if is_picture(row.material) else None
    return ViewerDocument(
        id=row.id,
        code=row.material,
        title=title,
        name=row.shown_name,
        url=url_for("panel_request.file", id=row.request_id, attachment=row.id),
        seen=seen,
        mark_url=url_for("panel_document.mark", id=row.request_id, attachment=row.id) if marking else "",
        page_images=[_viewer_page(row, page) for page in range(1, row.file.pages + 1)],
        before=_before(row, old, replaced),
    )


def _before(row: Attachment, item: int | None, replaced: Attachment | None) -> list[str]:
    """URLs of the pictures to show beside: the registered photo, else the pages that were replaced."""
    if item:
        return [url_for("panel_request.photo", id=row.request_id, item=item, when="before")]
    return (
        [_viewer_page(replaced, page).url for page in range(1, replaced.file.pages + 1)] if replaced else []
    )


def _viewer_page(row: Attachment, page: int) -> ViewerPage:
    return ViewerPage(
        page,
        url_for("panel_document.scan", id=row.request_id, attachment=row.id, page=page),
        url_for("panel_document.large_scan", id=row.request_id, attachment=row.id, page=page),
    )
