"""Upload slots of a holder's draft, with printable forms and files on record."""

from collections.abc import Sequence

from flask import url_for
from sqlalchemy.orm import Session

from anguan.core.field import Field
from anguan.domain.photos import check_results_of, stored_photo
from anguan.models import Attachment, ChangeRequest
from anguan.services.requests.drafts import Draft, Slot
from anguan.web.printed_forms import TITLES
from anguan.web.upload_fields import (
    SlotFile,
    UploadField,
    build_material_slot,
    build_photo_slot,
    example_link,
    format_file,
    offer_files,
    photo_files,
)


def material_slot(draft: Draft, slot: Slot, error: str, again: Sequence[Attachment]) -> UploadField:
    """The slot of a material; `again` are files on record."""
    code = slot.material.code
    open_ = draft.reopened(f"paper:{code}")
    return build_material_slot(
        draft,
        slot,
        error,
        [describe_file(row, removable=open_) for row in slot.files],
        (*example_link(draft, slot), *_form_links(draft, slot)),
        offer_files(code, again, slot.files, describe_file) if open_ else (),
    )


def photo_slot(
    session: Session, draft: Draft, field: Field, error: str, again: Sequence[Attachment]
) -> UploadField:
    """The slot of a photo field, with the findings of the photo checks."""
    rows = photo_files(draft, field.path)
    found = check_results_of(stored_photo(session, rows[0].file.sha256)) if rows else ()
    return build_photo_slot(
        draft,
        field,
        error,
        [_describe_photo(draft.request, row) for row in rows],
        offer_files(field.path, again, rows, describe_file),
        title=f"变更后{field.label}",
        tool=True,
        warnings=[sentence for _, sentence in found],
    )


def describe_file(row: Attachment, removable: bool = False) -> SlotFile:
    """A document as its slot shows it."""
    url = url_for("portal.file", attachment=row.id, turn=row.turn or None)
    picture = url if row.file.mime.startswith("image/") else ""
    return SlotFile(row.shown_name, format_file(row), url, row.id if removable else 0, picture)


def _describe_photo(request: ChangeRequest, row: Attachment) -> SlotFile:
    """A new photo; before the first save it is the registered one or the one that waits."""
    if row.id is not None:
        return describe_file(row, removable=True)
    registered = request.person is not None and request.person.photo == row.file.sha256
    url = url_for("portal.photo" if registered else "portal.waiting_photo")
    return SlotFile(row.shown_name, format_file(row), url, 0, url)


def _form_links(draft: Draft, slot: Slot) -> tuple[tuple[str, str], ...]:
    """Links to the form behind a material, in the words of the manual."""
    sample = slot.material.sample
    if sample not in TITLES:
        return ()
    blank = url_for("portal.blank_pdf", code=draft.matter.code, paper=sample)
    row = draft.request
    filled = (
        url_for("portal.form_pdf", id=row.id, paper=sample)
        if row.id is not None
        else url_for("portal.start_pdf", code=row.matter, paper=sample, certificate=row.certificate_id)
    )
    return (
        (blank, f"下载{draft.matter.action}证书{TITLES[sample]}(模板)"),
        (filled, f"下载已填好的{TITLES[sample]}"),
    )
