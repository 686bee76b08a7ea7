"""Attachments of a draft: upload and reuse of stored files."""

from sqlalchemy.orm import Session

from anguan.core.fault_injection import crash_point
from anguan.core.lifecycle import DRAFT, RETURNED
from anguan.core.matter import Matter
from anguan.infra.files import Storage, store
from anguan.infra.inspection import Unacceptable, inspect
from anguan.infra.portraits import inspect_photo
from anguan.infra.transaction import transaction
from anguan.models import Account, Attachment, ChangeRequest
from anguan.services.codes import Refusal
from anguan.services.photos.id_photos import limits_of, save_photo
from anguan.services.refusals import NotFound, Refused
from anguan.services.requests.draft_writes import attach_file, attach_photo
from anguan.services.requests.drafts import Draft, Slot, definition, read_draft, reopened
from anguan.services.requests.files_on_record import SEARCHED, files_on_record
from anguan.services.requests.filing import own_request
from anguan.services.transitions import lock_request


def attach(
    session: Session,
    storage: Storage,
    account: Account,
    request_id: int,
    slot: str,
    data: bytes,
    name: str,
    draft: Draft | None = None,
    instead_of: int | None = None,
) -> Attachment:
    """Attach one uploaded file to a slot: a material's code, or the path of a photo field.

    The file is inspected before the transaction and stored before its row. `draft` is the account's own
    request, for callers that have read it already. `instead_of` is the id of a file of the slot whose place
    the new one takes. Raises NotFound, or Refused with what is wrong.
    """
    request = own_request(session, account, request_id)
    if draft is None:
        draft = read_draft(session, request)
    if is_photo(draft.matter, slot):
        return _attach_photo(session, storage, account, request, slot, data, name)
    wanted = _slot(draft, slot)
    try:
        most = wanted.material.limit_mb * 1024 * 1024
        clean = inspect(data, name, wanted.material.accept, max_bytes=most)
    except Unacceptable as unacceptable:
        raise Refused(Refusal.UNACCEPTABLE_FILE, sentence=unacceptable.sentence) from unacceptable
    with transaction(session):
        request = lock_editable(session, account, request_id, slot)
        row = store(session, storage, clean)
        attachment = attach_file(
            session,
            request,
            slot,
            row,
            clean.name,
            at_most=wanted.material.at_most,
            instead_of=instead_of,
        )
        crash_point("after_attach")
    crash_point("before_answer")
    return attachment


def _attach_photo(
    session: Session,
    storage: Storage,
    account: Account,
    request: ChangeRequest,
    path: str,
    data: bytes,
    name: str,
) -> Attachment:
    """Run the same checks as the photo tool; warnings are kept for the filer and the reviewer."""
    try:
        portrait = inspect_photo(data, name, limits_of(session, request))
    except Unacceptable as unacceptable:
        raise Refused(Refusal.UNACCEPTABLE_FILE, sentence=unacceptable.sentence) from unacceptable
    if portrait.blocks:
        raise Refused(Refusal.PHOTO_BLOCKED, sentences="；".join(found.sentence for found in portrait.blocks))
    request_id = request.id
    with transaction(session):
        request = lock_editable(session, account, request_id, path)
        photo = save_photo(session, storage, portrait)
        attachment = attach_photo(session, request, path, photo.file, portrait.photo.name)
        crash_point("after_attach")
    crash_point("before_answer")
    return attachment


def is_photo(matter: Matter, slot: str) -> bool:
    """True when the slot is the path of a photo field, not the code of a material."""
    return any(field.path == slot and field.resolved.control == "photo" for field in matter.asked)


def _slot(draft: Draft, code: str) -> Slot:
    for slot in draft.slots:
        if slot.material.code == code:
            return slot
    raise NotFound(Refusal.NO_MATERIAL)


def lock_editable(session: Session, account: Account, request_id: int, slot: str) -> ChangeRequest:
    """The request, locked, if this slot may be changed now. Raises NotFound, Refused."""
    own_request(session, account, request_id)
    request = lock_request(session, request_id)
    if request.state not in (DRAFT, RETURNED):
        raise Refused(Refusal.PAPERS_NOT_EDITABLE)
    matter = definition(session, request)
    photo = is_photo(matter, slot)
    if not reopened(request, matter, f"field:{slot}" if photo else f"paper:{slot}"):
        raise Refused(Refusal.NOT_RETURNED)
    return request


def reuse_file(
    session: Session, account: Account, request_id: int, slot: str, attachment_id: int
) -> Attachment:
    """Attach a stored file to the same slot of this draft, by reference. Raises NotFound, Refused."""
    with transaction(session):
        request = lock_editable(session, account, request_id, slot)
        draft = read_draft(session, request)
        photo = is_photo(draft.matter, slot)
        offered = files_on_record(session, draft, SEARCHED).get(slot, ())
        earlier = next((row for row in offered if row.id == attachment_id), None)
        if earlier is None:
            raise NotFound(Refusal.NO_PAPER)
        if photo:
            return attach_photo(session, request, slot, earlier.file, earlier.original_name)
        wanted = _slot(draft, slot)
        return attach_file(
            session,
            request,
            slot,
            earlier.file,
            earlier.original_name,
            at_most=wanted.material.at_most,
            turn=earlier.turn,
        )
