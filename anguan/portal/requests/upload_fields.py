"""Upload cards of a holder's draft, with printable forms and reusable documents."""

from collections.abc import Mapping

from flask import url_for
from sqlalchemy.orm import Session

from anguan.core.clock import format_day
from anguan.models import Account, Attachment
from anguan.services.requests.attachments import reusable_files
from anguan.services.requests.drafts import Draft, Slot
from anguan.web.upload_fields import FileLine, UploadField, build_upload_field, example_link, format_file

SAMPLES = {"application": "申请表", "commitment": "承诺书"}


def build_upload_fields(
    session: Session, account: Account, draft: Draft, faults: Mapping[str, str]
) -> tuple[UploadField, ...]:
    """The cards of all materials required now."""
    return tuple(_build_card(session, account, draft, slot, faults) for slot in draft.slots)


def _build_card(
    session: Session, account: Account, draft: Draft, slot: Slot, faults: Mapping[str, str]
) -> UploadField:
    code = slot.material.code
    item = f"paper:{code}"
    open_ = draft.reopened(item)
    there = {row.file_id for row in slot.files}
    again = (
        [row for row in reusable_files(session, account, code) if row.file_id not in there] if open_ else []
    )
    return build_upload_field(
        draft,
        slot,
        faults.get(item, ""),
        [describe_file(row, removable=open_) for row in slot.files],
        (*example_link(draft, slot), *_form_links(draft, slot)),
        [(f"{code}:{row.id}", f"{row.shown_name}，{format_day(row.added_at)}上传") for row in again],
    )


def describe_file(row: Attachment, removable: bool = False) -> FileLine:
    """A document as the card shows it."""
    url = url_for("portal.file", attachment=row.id)
    picture = row.file.mime.startswith("image/")
    return row.shown_name, format_file(row), url, row.id if removable else 0, url if picture else ""


def _form_links(draft: Draft, slot: Slot) -> tuple[tuple[str, str], ...]:
    """Links to the form behind a material, in the words of the manual."""
    sample = slot.material.sample
    if sample not in SAMPLES:
        return ()
    blank = url_for("portal.blank_pdf", code=draft.matter.code, paper=sample)
    row = draft.request
    filled = (
        url_for("portal.form_pdf", id=row.id, paper=sample)
        if row.id is not None
        else url_for("portal.start_pdf", code=row.matter, paper=sample, certificate=row.certificate_id)
    )
    return (
        (blank, f"下载{draft.matter.action}证书{SAMPLES[sample]}(模板)"),
        (filled, f"下载已填好的{SAMPLES[sample]}"),
    )
