"""What the portal adds to the inputs of a draft: pictures of a photo, results of an enterprise search."""

from collections.abc import Sequence
from dataclasses import replace

from flask import url_for
from sqlalchemy.orm import Session

from anguan.domain.photos import check_results_of, stored_photo
from anguan.models import Attachment, ChangeRequest, Enterprise
from anguan.portal.photo_tool.earlier_photos import earlier_photos
from anguan.services.requests.drafts import Draft
from anguan.web.forms import FormField


def add_search_result(made: FormField, rows: Sequence[Enterprise], words: str) -> FormField:
    """The input with the enterprises that a search found."""
    found = tuple((str(row.id), row.name) for row in rows)
    known = tuple(option for option in made.options if option not in found)
    if not words:
        return replace(made, error="请输入名称中的几个字，再点“查找”")
    if not found:
        return replace(made, error=f"没有找到名称含“{words}”的单位，换几个字试试")
    return replace(made, options=(*known, *found), hint=f"找到 {len(found)} 个，请从上面的列表里选择一个")


def add_pictures(session: Session, draft: Draft, made: FormField) -> FormField:
    """The photo input with the URLs of its pictures and the warnings of the checks."""
    stands, wanted = draft.dossier.before(made.name), draft.typed.get(made.name, "")
    certificate = draft.request.certificate
    before = after = ""
    if stands and certificate is not None:
        before = url_for("portal.certificate_photo", id=certificate.id)
    elif stands:
        before = url_for("portal.photo")
    removable = 0
    for row in draft.request.attachments:
        if row.material == made.name and row.file.sha256 == wanted:
            after, removable = _picture_url(draft.request, row), row.id or 0
    return replace(
        made,
        before_photo=before,
        after_photo=after,
        removable=removable,
        warnings=tuple(sentence for _, sentence in check_results_of(stored_photo(session, wanted)))
        if after
        else (),
        again=earlier_photos(session, draft, wanted),
    )


def _picture_url(request: ChangeRequest, row: Attachment) -> str:
    """URL of a new photo; before the first save it is the registered one or the one that waits."""
    if row.id is not None:
        return url_for("portal.file", attachment=row.id)
    registered = request.person is not None and request.person.photo == row.file.sha256
    return url_for("portal.photo" if registered else "portal.waiting_photo")
