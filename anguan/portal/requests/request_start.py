"""延续, 变更, 注销, 修改…: starts a draft, or opens the one that was started before."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from anguan.domain.certificates import MIRRORED_FIELDS
from anguan.domain.masking import is_picture
from anguan.domain.register_fields import register_field
from anguan.extensions import db
from anguan.infra.transaction import transaction
from anguan.matters.in_force import in_force
from anguan.models import Certificate, ChangeRequest, StoredFile
from anguan.portal.blueprint import portal
from anguan.portal.visitor import current_account
from anguan.services.refusals import NotFound, Refused
from anguan.services.requests import filing
from anguan.services.requests.draft_writes import attach_photo
from anguan.services.requests.drafts import definition
from anguan.services.requests.subjects import own_certificate
from anguan.services.transitions import lock_request
from anguan.web.access import require_roles


@portal.post("/start/<code>", endpoint="begin")
@require_roles("applicant")
def begin(code: str) -> ResponseReturnValue:
    """Form fields: `certificate` (id), `fill` (from the person's facts), `at` (anchor to open)."""
    me = current_account()
    try:
        in_force(db.session, code)
    except LookupError:
        abort(404)
    certificate_id = request.form.get("certificate", type=int)
    filled: dict[str, str] = {}
    try:
        if certificate_id and request.form.get("fill"):
            filled = _differing(own_certificate(db.session, me, certificate_id))
        words = {path: value for path, value in filled.items() if not is_picture(path)}
        draft = filing.begin(db.session, me, code, certificate_id, words)
    except NotFound:
        raise
    except Refused as refused:
        flash(f"{refused.sentence}。", "warn")
        return redirect(url_for(".certificates" if certificate_id else ".profile"))
    slot = _photo_slot(draft)
    if slot and (photo := filled.get(slot) or _first_photo(draft)):
        _use_photo(draft, slot, photo)
    return redirect(url_for(".edit", id=draft.id, _anchor=request.form.get("at") or None))


def _differing(certificate: Certificate) -> dict[str, str]:
    """The holder's registered value of each field in which the certificate differs from it."""
    person = certificate.person
    return {
        mine: register_field(theirs).read(person)
        for mine, theirs, _ in MIRRORED_FIELDS
        if register_field(theirs).read(person)
        and register_field(mine).read(certificate) != register_field(theirs).read(person)
    }


def _first_photo(draft: ChangeRequest) -> str:
    """The registered photo, where a matter asks for one and the certificate has none yet."""
    certificate = draft.certificate
    if certificate is None or certificate.photo or not certificate.person.photo:
        return ""
    return certificate.person.photo


def _photo_slot(draft: ChangeRequest) -> str:
    """The field that asks for a photo; '' where none does."""
    asked = definition(db.session, draft).asked
    return next((field.path for field in asked if field.resolved.is_picture), "")


def _use_photo(draft: ChangeRequest, slot: str, sha256: str) -> None:
    """Use the registered photo, unless the holder already chose another."""
    if any(value.name == slot for value in draft.values):
        return
    with transaction(db.session):
        request_ = lock_request(db.session, draft.id)
        row = db.session.scalar(select(StoredFile).where(StoredFile.sha256 == sha256))
        if row is not None:
            attach_photo(db.session, request_, slot, row, "证件照片.jpg")
