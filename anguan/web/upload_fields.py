"""Upload cards of a draft as the upload macro renders them: one per material or photo required now."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from anguan.infra.inspection import MEGABYTE, format_size
from anguan.models import Attachment
from anguan.services.requests.drafts import Draft, Slot

ACCEPT = {"image": "image/*", "pdf": "application/pdf"}
FileLine = tuple[str, str, str, int, str]
"""Name, size, URL, key for removal or 0, URL of the thumbnail or ''."""


@dataclass(frozen=True)
class UploadField:
    """One material or photo: purpose, hints, printable forms, its documents, and reusable documents."""

    name: str
    title: str
    hint: str
    required: bool
    error: str
    note: str
    kept: bool
    limit: int
    accept: str
    multiple: bool
    files: Sequence[FileLine]
    links: Sequence[tuple[str, str]] = ()
    again: Sequence[tuple[str, str]] = ()


def build_upload_field(
    draft: Draft,
    slot: Slot,
    error: str,
    files: Sequence[FileLine],
    links: Sequence[tuple[str, str]],
    again: Sequence[tuple[str, str]] = (),
) -> UploadField:
    """The card of one material."""
    material = slot.material
    item = f"paper:{material.code}"
    return UploadField(
        name=f"paper.{material.code}",
        title=material.title,
        hint=material.hint,
        required=material.required,
        error=error,
        note=correction_note(draft, item),
        kept=not draft.reopened(item),
        limit=material.limit_mb * MEGABYTE,
        accept=",".join(ACCEPT[word] for word in material.accept if word in ACCEPT),
        multiple=material.at_most > 1,
        files=files,
        links=links,
        again=again,
    )


def correction_note(draft: Draft, item: str) -> str:
    """The remark of the last return about this item; '' when there is none."""
    return f"要补正：{draft.flagged[item]}" if item in draft.flagged else ""


def example_link(draft: Draft, slot: Slot) -> tuple[tuple[str, str], ...]:
    """URL of the sample document of a material, if the office has published one."""
    code = slot.material.code
    url = url_for("public.file", code=draft.matter.code, paper=code)
    return ((url, "看样例"),) if slot.material.sample_file else ()


def format_file(row: Attachment) -> str:
    """Size in words: 1.2 MB, or 3 页，1.2 MB."""
    size = format_size(row.file.size)
    return size if row.file.mime.startswith("image/") else f"{row.file.pages} 页，{size}"
