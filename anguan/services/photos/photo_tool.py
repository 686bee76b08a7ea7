"""Photo tool: open a picture, move the crop box, use the cropped photo."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import DRAFT, RETURNED
from anguan.infra.events import actor_of, record_event
from anguan.infra.files import Storage, store
from anguan.infra.inspection import Unacceptable
from anguan.infra.portraits import NAME, Portrait, cut_portrait, measure_picture, open_picture, show_picture
from anguan.infra.transaction import transaction
from anguan.models import Account, ChangeRequest, PhotoWorkspace, StoredFile
from anguan.services.codes import Refusal
from anguan.services.photos.crop import ACTS, CropBox, fits, largest, read_box, step
from anguan.services.photos.id_photos import (
    acknowledge,
    attach_waiting_photo,
    clear_workspace,
    limits_of,
    lock_workspace,
    save_photo,
)
from anguan.services.refusals import NotFound, Refused, StaleRequest
from anguan.services.requests.draft_writes import attach_photo
from anguan.services.requests.drafts import read_draft
from anguan.services.requests.filing import own_request
from anguan.services.transitions import lock_request

CROP_SET = 900


class NeedsAcknowledgement(Refused):
    """The checks warn and the holder has not confirmed that they want the photo all the same."""


@dataclass(frozen=True)
class Opened:
    """Opened picture: its hash, quarter turns clockwise, size in pixels as rotated, and crop box."""

    sha256: str
    turn: int
    size: tuple[int, int]
    box: CropBox


def start_crop(session: Session, storage: Storage, account: Account, data: bytes, name: str) -> Opened:
    """Open a picture in place of the previous one. Raises NotFound (no person), Refused (bad file)."""
    if account.person_id is None:
        raise NotFound(Refusal.NO_PERSON)
    try:
        clean = open_picture(data, name)
    except Unacceptable as unacceptable:
        raise Refused(Refusal.UNACCEPTABLE_FILE, sentence=unacceptable.sentence) from unacceptable
    size = (clean.width or 1, clean.height or 1)
    with transaction(session):
        row = store(session, storage, clean)
        workspace = lock_workspace(session, account.person_id)
        clear_workspace(session, workspace, but=row.id)
        workspace.original_id, workspace.turn, workspace.box = row.id, 0, largest(size).text
        workspace.changed_at = clock.now()
    return Opened(row.sha256, 0, size, largest(size))


def read_opened(session: Session, storage: Storage, account: Account) -> Opened | None:
    """The opened picture of this person, or None."""
    workspace = session.get(PhotoWorkspace, account.person_id or 0)
    if workspace is None or workspace.original is None:
        return None
    size = measure_picture(storage.read(workspace.original.sha256))
    turned = size if workspace.turn % 2 == 0 else (size[1], size[0])
    return Opened(workspace.original.sha256, workspace.turn, turned, read_box(workspace.box, turned))


def show_opened(session: Session, storage: Storage, account: Account, framed: bool = False) -> bytes:
    """The opened picture as rotated, for display; `framed` draws the crop box. Raises NotFound."""
    opened = read_opened(session, storage, account)
    if opened is None:
        raise NotFound(Refusal.NO_PHOTO_OPENED)
    data = storage.read(opened.sha256)
    if framed:
        return show_picture(data, opened.turn, opened.box.sides, CROP_SET)
    return show_picture(data, opened.turn)


def apply_button(session: Session, storage: Storage, account: Account, act: str) -> None:
    """Apply one button of the tool. Raises NotFound for an unknown one, Refused or StaleRequest."""
    opened = _require(read_opened(session, storage, account))
    if act not in ACTS:
        raise NotFound(Refusal.NO_BUTTON)
    box, turn = step(act, opened.box, opened.turn, opened.size)
    _keep_box(session, account, opened, box, turn)


def set_crop(session: Session, storage: Storage, account: Account, box: CropBox, turn: int) -> Opened:
    """Set the crop box from the browser. Raises Refused when it does not fit, StaleRequest."""
    opened = _turned(_require(read_opened(session, storage, account)), turn, box)
    if not fits(box, opened.size):
        raise Refused(Refusal.FRAME_OUTSIDE)
    _keep_box(session, account, opened, box, opened.turn)
    return opened


def cut(session: Session, storage: Storage, account: Account) -> Portrait:
    """The cropped photo. Raises NotFound when no picture is open, Refused when it cannot be used."""
    opened = read_opened(session, storage, account)
    if opened is None:
        raise NotFound(Refusal.NO_PHOTO_OPENED)
    return cut_opened(session, storage, opened)


def use(
    session: Session,
    storage: Storage,
    account: Account,
    acknowledged: Collection[str] = (),
    draft_id: int | None = None,
) -> StoredFile:
    """保存并使用: store the cropped photo as the waiting photo and attach it to the draft it was made for.

    Raises Refused when a check blocks, NeedsAcknowledgement when a warning is not among the
    `acknowledged`, StaleRequest when another picture was opened, NotFound for a foreign draft.
    """
    opened = _require(read_opened(session, storage, account))
    portrait = cut_opened(session, storage, opened)
    if portrait.blocks:
        raise Refused(Refusal.PHOTO_BLOCKED, sentences="；".join(found.sentence for found in portrait.blocks))
    if "1" not in acknowledged and {found.code for found in portrait.warnings} - set(acknowledged):
        raise NeedsAcknowledgement(
            Refusal.PHOTO_DOUBTFUL, sentences="；".join(found.sentence for found in portrait.warnings)
        )
    with transaction(session):
        if draft_id is not None:
            own_request(session, account, draft_id)
        drafts = [lock_request(session, id) for id in _drafts_of(session, account, draft_id)]
        workspace = lock_workspace(session, account.person_id or 0)
        moved = workspace.original is None or workspace.original.sha256 != opened.sha256
        if moved:
            raise StaleRequest(Refusal.PHOTO_SWAPPED)
        photo = save_photo(session, storage, portrait)
        if portrait.warnings:
            acknowledge((photo,))
        clear_workspace(session, workspace)
        workspace.turn, workspace.box, workspace.changed_at = 0, "", clock.now()
        workspace.waiting_id = photo.file_id
        session.flush()
        if draft_id is not None:
            _attach_to_draft(session, account, draft_id, photo.file)
        for draft in drafts:
            if draft.state == DRAFT:
                attach_waiting_photo(session, account, draft)
        words = "用照片工具保存证件照片" + ("，确认了检查提醒" if portrait.warnings else "")
        record_event(
            session, "save_photo", words, actor_of(account), person=account.person, visible_to="holder"
        )
    return photo.file


def _drafts_of(session: Session, account: Account, draft_id: int | None) -> list[int]:
    """Drafts of this account and the named one, in the order in which they are locked."""
    own = select(ChangeRequest.id).where(
        ChangeRequest.filer_id == account.id,
        ChangeRequest.state == DRAFT,
        ChangeRequest.person_id.is_not(None),
    )
    return sorted({*session.scalars(own), *([draft_id] if draft_id is not None else [])})


def _attach_to_draft(session: Session, account: Account, draft_id: int, file: StoredFile) -> None:
    """Attach to the draft's photo field if it may be changed; otherwise the photo just waits."""
    draft = read_draft(session, own_request(session, account, draft_id))
    if draft.request.state not in (DRAFT, RETURNED):
        return
    for field in draft.matter.asked:
        if field.resolved.control == "photo" and draft.reopened(f"field:{field.path}"):
            attach_photo(session, draft.request, field.path, file, NAME)


def cut_opened(session: Session, storage: Storage, opened: Opened) -> Portrait:
    """The cropped photo with its check results. Raises Refused when the picture cannot be read."""
    try:
        return cut_portrait(storage.read(opened.sha256), opened.turn, opened.box.sides, limits_of(session))
    except Unacceptable as unacceptable:
        raise Refused(Refusal.UNACCEPTABLE_FILE, sentence=unacceptable.sentence) from unacceptable


def _require(opened: Opened | None) -> Opened:
    if opened is None:
        raise Refused(Refusal.NO_PHOTO_OPENED)
    return opened


def _turned(opened: Opened, turn: int, box: CropBox) -> Opened:
    across = (turn - opened.turn) % 2
    size = (opened.size[1], opened.size[0]) if across else opened.size
    return Opened(opened.sha256, turn % 4, size, box)


def _keep_box(session: Session, account: Account, opened: Opened, box: CropBox, turn: int) -> None:
    with transaction(session):
        workspace = lock_workspace(session, account.person_id or 0)
        if workspace.original is None or workspace.original.sha256 != opened.sha256:
            raise StaleRequest(Refusal.PHOTO_SWAPPED_RELOAD)
        workspace.box, workspace.turn, workspace.changed_at = box.text, turn, clock.now()
