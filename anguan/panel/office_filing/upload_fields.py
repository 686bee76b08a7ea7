"""Upload slots for the documents and photos of an office draft, with files on record about the person."""

from collections.abc import Sequence

from flask import url_for

from anguan.core.field import Field
from anguan.models import Attachment
from anguan.panel.common.guard import current_account
from anguan.services.requests.drafts import Draft, Slot
from anguan.web.upload_fields import (
    SlotFile,
    UploadField,
    build_material_slot,
    build_photo_slot,
    correction_note,
    example_link,
    format_file,
    offer_files,
    photo_files,
)


def build_document_field(draft: Draft, slot: Slot, error: str, again: Sequence[Attachment]) -> UploadField:
    """The slot of one material; `again` are files on record."""
    code = slot.material.code
    open_ = draft.reopened(f"paper:{code}")
    files = [describe_file(row, open_) for row in slot.files]
    offered = offer_files(code, again, slot.files, _describe_earlier) if open_ else ()
    return build_material_slot(draft, slot, error, files, example_link(draft, slot), offered)


def build_photo_field(draft: Draft, field: Field, error: str, again: Sequence[Attachment]) -> UploadField:
    """The slot of a requested photo."""
    item = f"field:{field.path}"
    rows = photo_files(draft, field.path)
    return build_photo_slot(
        draft,
        field,
        error,
        [describe_file(row, draft.reopened(item)) for row in rows],
        offer_files(field.path, again, rows, _describe_earlier),
        note=correction_note(draft, item),
    )


def describe_file(row: Attachment, removable: bool = False) -> SlotFile:
    """A file for its slot, without a thumbnail: the office views documents in its viewer."""
    url = url_for("panel_filing.file", id=row.request_id, attachment=row.id)
    return SlotFile(row.shown_name, format_file(row), url, row.id if removable else 0)


def _describe_earlier(row: Attachment) -> SlotFile:
    """A file of an earlier request about the person; requests of one's own have pages of their own."""
    own = row.request.filer_id == current_account().id
    view = "panel_filing" if own else "panel_request"
    url = url_for(f"{view}.file", id=row.request_id, attachment=row.id)
    return SlotFile(row.shown_name, format_file(row), url, 0)
