"""Attachments of a draft: the files of a form, saved with what was typed, and files used again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from anguan.core.fault_injection import crash_point
from anguan.core.lifecycle import DRAFT, RETURNED
from anguan.infra.files import Storage
from anguan.infra.transaction import transaction
from anguan.models import Account, Attachment, Certificate, ChangeRequest
from anguan.services.codes import Refusal
from anguan.services.edit_conflicts import Saw, saw_all
from anguan.services.refusals import NotFound, Refused
from anguan.services.requests.draft_writes import NewFile, attach_file, attach_photo
from anguan.services.requests.drafts import Draft, Slot, definition, read_draft, reopened, working_round
from anguan.services.requests.files_on_record import SEARCHED, files_on_record
from anguan.services.requests.filing import lock_own_request, lock_working, own_request, write_typed
from anguan.services.uploads import (
    Inspected,
    Refusing,
    Upload,
    attach_uploads,
    inspect_uploads,
    is_photo,
    item_of,
    require_stored,
)


def attach(
    session: Session,
    storage: Storage,
    account: Account,
    request_id: int,
    slot: str,
    data: bytes,
    name: str,
) -> Attachment:
    """Attach one uploaded file to a slot: a material's code, or the path of a photo field.

    Raises NotFound, or Refused with what is wrong.
    """
    request = own_request(session, account, request_id)
    upload = Upload(slot, name, data)
    inspected = inspect_uploads(session, storage, request, definition(session, request), (upload,))
    saved = save_form(session, storage, account, request_id, inspected)
    if (refusing := saved.refusals[0]) is not None:
        raise refusing
    return next(
        row
        for row in saved.request.attachments
        if (row.round, row.material) == (working_round(saved.request), slot)
        and row.file.sha256 == inspected[0].sha256
    )


@dataclass(frozen=True)
class SavedForm:
    """A form after its transaction, and for each file why it was not attached."""

    request: ChangeRequest
    refusals: Sequence[Refusing | None] = ()
    certificates: tuple[Certificate, ...] | None = None
    """Those of the person, where they were read for the files."""

    def read(self, session: Session) -> Draft:
        """The draft as it was saved."""
        return read_draft(session, self.request, self.certificates)


def save_form(
    session: Session,
    storage: Storage,
    account: Account,
    request_id: int,
    inspected: Sequence[Inspected],
    typed: Mapping[str, str] | None = None,
    saw: Saw = saw_all,
    theirs: Collection[str] = (),
) -> SavedForm:
    """Save a form in one transaction: the typed values as in `filing.save`, and its files.

    Raises NotFound, Refused, EditConflict, and Unstored once everything else is saved.
    """
    with transaction(session, keep=True), session.no_autoflush:
        if typed is None:
            request = lock_editable(session, account, request_id)
        else:
            request = lock_working(session, account, request_id)
            write_typed(session, request, typed, saw, theirs)
        saved = SavedForm(request)
        if inspected:
            draft = read_draft(session, request)
            refusals = attach_uploads(session, storage, draft, inspected)
            saved = SavedForm(request, refusals, draft.dossier.person_certificates)
    crash_point("before_answer")
    require_stored(inspected)
    return saved


def _slot(draft: Draft, code: str) -> Slot:
    for slot in draft.slots:
        if slot.material.code == code:
            return slot
    raise NotFound(Refusal.NO_MATERIAL)


def lock_editable(session: Session, account: Account, request_id: int, slot: str = "") -> ChangeRequest:
    """The request, locked, if it, or this slot of it, may be changed now. Raises NotFound, Refused."""
    request = lock_own_request(session, account, request_id)
    if request.state not in (DRAFT, RETURNED):
        raise Refused(Refusal.PAPERS_NOT_EDITABLE)
    if slot:
        matter = definition(session, request)
        if not reopened(request, matter, item_of(matter, slot)):
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
        most = _slot(draft, slot).material.at_most
        return attach_file(
            session, request, NewFile(slot, earlier.file, earlier.original_name, most, turn=earlier.turn)
        )
