"""Upload fields for the documents and photos of an office draft."""

from flask import url_for

from anguan.core.field import Field
from anguan.infra.inspection import MEGABYTE
from anguan.models import Attachment
from anguan.services.requests.drafts import Draft, Slot
from anguan.web.upload_fields import (
    FileLine,
    UploadField,
    build_upload_field,
    correction_note,
    example_link,
    format_file,
)


def build_document_field(draft: Draft, slot: Slot, error: str) -> UploadField:
    """Upload field of one material."""
    open_ = draft.reopened(f"paper:{slot.material.code}")
    files = [describe_file(row, open_) for row in slot.files]
    return build_upload_field(draft, slot, error, files, example_link(draft, slot))


def build_photo_field(draft: Draft, field: Field, error: str) -> UploadField:
    """Upload field of a requested photo."""
    item = f"field:{field.path}"
    rows = [
        row
        for row in draft.request.attachments
        if row.material == field.path and row.file.sha256 == draft.typed.get(field.path)
    ]
    return UploadField(
        name=field.path,
        title=field.label,
        hint=field.hint,
        required=field.required,
        error=error,
        note=correction_note(draft, item),
        kept=not draft.reopened(item),
        limit=10 * MEGABYTE,
        accept="image/*",
        multiple=False,
        files=[describe_file(row, draft.reopened(item)) for row in rows[-1:]],
    )


def describe_file(row: Attachment, removable: bool = False) -> FileLine:
    """A file for its upload field, without a thumbnail: the office views documents in its viewer."""
    url = url_for("panel_filing.file", id=row.request_id, attachment=row.id)
    return row.shown_name, format_file(row), url, row.id if removable else 0, ""
