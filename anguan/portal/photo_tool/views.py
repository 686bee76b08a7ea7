"""证件照片审核处理工具: open a picture, position the crop frame, keep the framed part.

Every action is also a plain form, so that the tool works without scripts; scripts ask for JSON.
"""

from dataclasses import asdict
from typing import Any, cast

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from anguan.extensions import db, storage
from anguan.infra.inspection import Unacceptable, read_upload
from anguan.infra.portraits import HEAVIEST
from anguan.portal.blueprint import portal
from anguan.portal.photo_tool.page import finish_url, read_draft, read_figures, return_url, show_page
from anguan.portal.visitor import current_account
from anguan.services.codes import Refusal
from anguan.services.photos import photo_tool
from anguan.services.photos.crop import CropBox
from anguan.services.photos.id_photos import waiting_photo
from anguan.services.photos.photo_tool import NeedsAcknowledgement
from anguan.services.refusals import NotFound, Refused
from anguan.web.access import require_roles
from anguan.web.responses import is_fetch, send_bytes

NAME = "证件照片.jpg"
SIDES = ("x", "y", "width", "height", "turn")


@portal.get("/profile/photo", endpoint="photo_tool")
@require_roles("applicant")
def show_tool() -> ResponseReturnValue:
    """The tool in its saved state."""
    return show_page()


@portal.post("/profile/photo/open", endpoint="open_photo")
@require_roles("applicant")
def open_photo() -> ResponseReturnValue:
    """Open an uploaded picture. Raises Refused."""
    file = request.files.get("picture")
    try:
        if file is None or not file.filename:
            raise Refused(Refusal.NO_PHOTO_FILE)
        data = read_upload(cast(Any, file.stream), file.filename, HEAVIEST)
        opened = photo_tool.start_crop(db.session, storage(), current_account(), data, file.filename)
    except (Refused, Unacceptable) as refused:
        return _refuse(finish_url(refused.sentence), "picture")
    if is_fetch():
        return jsonify(ok=True, **read_figures(opened), preview=url_for(".photo_picture"))
    return _back("cut")


@portal.get("/profile/photo/picture", endpoint="photo_picture")
@require_roles("applicant")
def show_picture() -> ResponseReturnValue:
    """The open picture; with `framed` the crop frame is drawn into it."""
    framed = "framed" in request.args
    return send_bytes(
        photo_tool.show_opened(db.session, storage(), current_account(), framed), "image/jpeg", NAME
    )


@portal.post("/profile/photo/step", endpoint="step_photo")
@require_roles("applicant")
def step_photo() -> ResponseReturnValue:
    """Apply one button; `act` says which."""
    try:
        photo_tool.apply_button(db.session, storage(), current_account(), request.form.get("act", ""))
    except NotFound:
        raise
    except Refused as refused:
        return _refuse(finish_url(refused.sentence), "picture")
    return _back("cut")


@portal.post("/profile/photo/crop", endpoint="crop_photo")
@require_roles("applicant")
def crop_photo() -> ResponseReturnValue:
    """Save the crop frame that the script sends, and return the check results."""
    try:
        box, turn = _read_box()
        opened = photo_tool.set_crop(db.session, storage(), current_account(), box, turn)
        portrait = photo_tool.cut_opened(db.session, storage(), opened)
    except (Refused, Unacceptable) as refused:
        return jsonify(sentence=finish_url(refused.sentence)), 400
    return jsonify(
        findings=[asdict(found) for found in portrait.findings],
        width=portrait.photo.width,
        height=portrait.photo.height,
    )


@portal.get("/profile/photo/result", endpoint="photo_result")
@require_roles("applicant")
def show_result() -> ResponseReturnValue:
    """The framed part, as it would be stored."""
    return send_bytes(photo_tool.cut(db.session, storage(), current_account()).photo.data, "image/jpeg", NAME)


@portal.get("/profile/photo/waiting", endpoint="waiting_photo")
@require_roles("applicant")
def show_waiting() -> ResponseReturnValue:
    """The photo that the next request will use. Raises NotFound."""
    row = waiting_photo(db.session, current_account())
    if row is None:
        raise NotFound(Refusal.NO_PENDING_PHOTO)
    return send_bytes(storage().read(row.sha256), "image/jpeg", NAME)


@portal.post("/profile/photo/use", endpoint="use_photo")
@require_roles("applicant")
def use_photo() -> ResponseReturnValue:
    """保存并使用; errors and warnings are shown on the page, nothing is lost."""
    draft = read_draft()
    try:
        if request.form.get("width"):
            photo_tool.set_crop(db.session, storage(), current_account(), *_read_box())
        agreed = request.form.getlist("acknowledge")
        photo_tool.use(db.session, storage(), current_account(), agreed, draft.id if draft else None)
    except NotFound:
        raise
    except NeedsAcknowledgement:
        return show_page(unsure=True), 422
    except (Refused, Unacceptable) as refused:
        return _refuse(finish_url(refused.sentence), "cut")
    if draft is not None:
        flash("证件照片已保存，并放进了这份申请。提交并审核通过后生效。", "ok")
        return redirect(url_for(".edit", id=draft.id, _anchor="asked"))
    if target := return_url():
        flash("证件照片已保存，并放进了这份申请。提交并审核通过后生效。", "ok")
        return redirect(target)
    flash("证件照片已保存。下一次提交变更申请时一并使用，审核通过后生效。", "ok")
    return redirect(url_for(".profile"))


def _read_box() -> tuple[CropBox, int]:
    """The crop frame and rotation that the script sends."""
    given = [request.form.get(name, type=int) for name in SIDES]
    if any(side is None or abs(side) > 100_000 for side in given):
        raise Refused(Refusal.FRAME_INCOMPLETE)
    x, y, width, height, turn = (int(side or 0) for side in given)
    return CropBox(x, y, width, height), turn


def _back(anchor: str) -> ResponseReturnValue:
    return redirect(url_for(".photo_tool", next=return_url() or None, _anchor=anchor))


def _refuse(sentence: str, anchor: str) -> ResponseReturnValue:
    if is_fetch():
        return jsonify(ok=False, sentence=sentence), 400
    return show_page([(anchor, sentence)]), 422
