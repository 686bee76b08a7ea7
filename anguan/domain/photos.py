"""The rule about the ID photo of a request: results of the photo checks, and duplicates."""

import json

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from anguan.core.check_result import CheckResult, passes, rule, warns
from anguan.core.lifecycle import DRAFT, RETURNED
from anguan.domain.dossier import Dossier
from anguan.models import Attachment, Certificate, ChangeRequest, Person, Photo, StoredFile

PATHS = ("person.photo", "certificate.photo")
"""The register fields that hold an ID photo; a photo uploaded for one may be used for the other."""


def stored_photo(session: Session, sha256: str) -> Photo | None:
    """The photo with this hash; None when it did not come from the photo tool."""
    return session.scalar(select(Photo).join(Photo.file).where(StoredFile.sha256 == sha256))


def check_results_of(photo: Photo | None) -> list[tuple[str, str]]:
    """Code and sentence of each finding of the photo checks."""
    return [(code, sentence) for code, sentence in json.loads(photo.findings)] if photo else []


@rule("photos.is_sound", "证件照片检查")
def is_sound(dossier: Dossier) -> CheckResult:
    """The new photo passed the photo checks; only staff see that another person has the same photo."""
    asked = next((path for path in PATHS if dossier.changes(path)), "")
    if not asked or not dossier.asked(asked):
        return passes("照片没有变化")
    sha256 = dossier.asked(asked)
    photo = stored_photo(dossier.session, sha256)
    sentences = [sentence for _, sentence in check_results_of(photo)]
    if _is_filed(dossier) and _is_anothers(dossier, sha256):
        sentences.insert(0, "与另一个人的照片完全相同，请核对是否本人")
    if sentences:
        return warns("；".join(sentences), "本人已确认使用" if photo and photo.acknowledged_at else "")
    return passes("照片检查未发现问题" if photo else "未经照片工具")


def _is_filed(dossier: Dossier) -> bool:
    return dossier.request is not None and dossier.request.state not in (DRAFT, RETURNED)


def _is_anothers(dossier: Dossier, sha256: str) -> bool:
    """The same file is registered for, or was submitted by, another person."""
    own = dossier.person.id if dossier.person else 0
    submitted = (
        select(Attachment.id)
        .join(ChangeRequest, ChangeRequest.id == Attachment.request_id)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(
            StoredFile.sha256 == sha256,
            Attachment.material.in_(PATHS),
            Attachment.round <= ChangeRequest.round,
            or_(ChangeRequest.person_id != own, ChangeRequest.person_id.is_(None)),
        )
    )
    places: tuple[ColumnElement[bool], ...] = (
        select(Person.id).where(Person.photo == sha256, Person.id != own).exists(),
        select(Certificate.id).where(Certificate.photo == sha256, Certificate.person_id != own).exists(),
        submitted.exists(),
    )
    return bool(dossier.session.scalar(select(or_(*places))))
