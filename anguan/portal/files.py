"""Sends files to their holder: only their own, with a fixed content type and no caching."""

from flask import Response, abort
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from anguan.extensions import db, storage
from anguan.infra.page_images import turn_picture
from anguan.models import Attachment, ChangeRequest
from anguan.portal.blueprint import portal
from anguan.portal.visitor import current_account
from anguan.services.requests.subjects import own_certificate
from anguan.web.access import require_roles
from anguan.web.responses import send_bytes


@portal.get("/files/<id:attachment>", endpoint="file")
@require_roles("applicant")
def show_file(attachment: int) -> ResponseReturnValue:
    """One document of an own request: pictures inline and turned, everything else as a download."""
    row = db.session.scalar(
        select(Attachment)
        .join(ChangeRequest, ChangeRequest.id == Attachment.request_id)
        .where(Attachment.id == attachment, ChangeRequest.filer_id == current_account().id)
    )
    if row is None:
        abort(404)
    shown = row.file.mime.startswith("image/")
    data = storage().read(row.file.sha256)
    if shown:
        data = turn_picture(data, row.turn)
    return send_bytes(data, row.file.mime, row.shown_name, download=not shown)


@portal.get("/photo", endpoint="photo")
@require_roles("applicant")
def show_photo() -> ResponseReturnValue:
    """The holder's registered photo."""
    person = current_account().person
    return _photo(person.photo if person else None)


@portal.get("/certificates/<id:id>/photo", endpoint="certificate_photo")
@require_roles("applicant")
def show_certificate_photo(id: int) -> ResponseReturnValue:
    """The photo printed on one certificate."""
    return _photo(own_certificate(db.session, current_account(), id).photo)


def _photo(sha256: str | None) -> Response:
    if not sha256:
        abort(404)
    return send_bytes(storage().read(sha256), "image/jpeg", "证件照片.jpg")
