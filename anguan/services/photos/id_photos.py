"""Stored ID photos: their check results, and the photo that waits for the next request."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import OPEN
from anguan.domain.policies import policies_of
from anguan.infra.files import Storage, store_all
from anguan.infra.portraits import NAME, Limits, Portrait
from anguan.models import Account, ChangeItem, ChangeRequest, Photo, PhotoWorkspace, StoredFile
from anguan.services.requests.draft_writes import attach_photo
from anguan.services.requests.drafts import definition, working_round


def limits_of(session: Session, request: ChangeRequest | None = None) -> Limits:
    """Photo requirements of the policies; a request that was submitted before keeps its frozen ones."""
    policy = policies_of(session, request)
    return Limits(policy.photo_min_width, policy.photo_min_height, policy.photo_ground == "block")


def save_photo(session: Session, storage: Storage, portrait: Portrait) -> Photo:
    """Store a photo with its copy and its check results; call it inside a transaction."""
    file, copy = store_all(session, storage, (portrait.photo, portrait.copy))
    found = json.dumps([[one.code, one.sentence] for one in portrait.findings], ensure_ascii=False)
    photo = session.get(Photo, file.id)
    if photo is None:
        photo = Photo(file_id=file.id, copy_id=copy.id, findings=found)
        try:
            with session.begin_nested():
                session.add(photo)
        except IntegrityError:  # the same photo was stored by another transaction at the same time
            photo = session.get_one(Photo, file.id, populate_existing=True)
    return photo


def acknowledge(photos: Iterable[Photo]) -> None:
    """Record that the holder uses these photos in spite of warnings."""
    for photo in photos:
        if photo.acknowledged_at is None:
            photo.acknowledged_at = clock.now()


def acknowledge_filed(session: Session, request: ChangeRequest) -> None:
    """Acknowledge the photos of a request on submission; the commitment covers them as well."""
    coming = request.round
    files = {row.file_id for row in request.attachments if row.round == coming and "." in row.material}
    if files:
        acknowledge(session.scalars(select(Photo).where(Photo.file_id.in_(sorted(files)))))


def waiting_photo(session: Session, account: Account) -> StoredFile | None:
    """The photo that will be taken into this person's next request, or None."""
    workspace = session.get(PhotoWorkspace, account.person_id or 0)
    return workspace.waiting if workspace else None


def request_using_photo(session: Session, account: Account, waiting: StoredFile) -> ChangeRequest | None:
    """The open request that contains the waiting photo, or None."""
    return session.scalar(
        select(ChangeRequest)
        .join(ChangeItem, ChangeItem.request_id == ChangeRequest.id)
        .where(
            ChangeRequest.person_id == account.person_id,
            ChangeRequest.state.in_(OPEN),
            ChangeItem.round == ChangeRequest.round,
            ChangeItem.mode == "asked",
            ChangeItem.after == waiting.sha256,
        )
        .order_by(ChangeRequest.id.desc())
        .limit(1)
    )


def attach_waiting_photo(session: Session, account: Account, request: ChangeRequest) -> None:
    """Attach the waiting photo to a draft that asks for one and has none; call it inside a transaction."""
    waiting = waiting_photo(session, account)
    if waiting is None:
        return
    taken = {value.name for value in request.values} | {
        row.material for row in request.attachments if row.round == working_round(request)
    }
    for field in definition(session, request).asked:
        if field.resolved.control == "photo" and field.path not in taken:
            attach_photo(session, request, field.path, waiting, NAME)


def clear_used_photo(session: Session, request: ChangeRequest) -> None:
    """Stop the photo from waiting once a request that contains it is approved."""
    if request.person_id is None:
        return
    workspace = session.get(PhotoWorkspace, request.person_id, with_for_update={"of": PhotoWorkspace})
    if workspace is None or workspace.waiting is None:
        return
    asked = {item.after for item in request.items if item.round == request.round and item.mode == "asked"}
    if workspace.waiting.sha256 in asked:
        workspace.waiting_id = None
        workspace.changed_at = clock.now()


def lock_workspace(session: Session, person_id: int) -> PhotoWorkspace:
    """Lock this person's photo workspace for the transaction; it is created when missing."""
    held: dict[str, Any] = {"with_for_update": {"of": PhotoWorkspace}, "populate_existing": True}
    workspace = session.get(PhotoWorkspace, person_id, **held)
    if workspace is not None:
        return workspace
    try:
        with session.begin_nested():
            session.add(PhotoWorkspace(person_id=person_id, turn=0, box="", changed_at=clock.now()))
    except IntegrityError:
        pass  # created by another tab at the same time
    return session.get_one(PhotoWorkspace, person_id, **held)


def clear_workspace(session: Session, workspace: PhotoWorkspace, but: int | None = None) -> None:
    """Drop the opened picture unless it is `but` or another workspace uses it; cleanup deletes its bytes."""
    old = workspace.original
    workspace.original_id = None
    session.flush()
    if old is None or old.id == but:
        return
    try:
        with session.begin_nested():
            session.delete(old)
    except IntegrityError:
        session.expire(old)
