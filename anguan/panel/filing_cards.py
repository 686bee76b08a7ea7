"""The papers and photos of a draft of the office, as the upload macro draws them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from anguan.desk.drafts import Draft, Slot
from anguan.grammar.field import Field
from anguan.models import Attachment

MEGABYTE = 1024 * 1024
ACCEPT = {"image": "image/*", "pdf": "application/pdf"}


@dataclass(frozen=True)
class Card:
    """One paper, or one photo, as the upload macro draws it."""

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
    links: Sequence[tuple[str, str]]
    files: Sequence[tuple[str, str, str, int, str]]


def draw_paper(draft: Draft, slot: Slot, placed: Mapping[str, str]) -> Card:
    """The card of one material."""
    material = slot.material
    item = f"paper:{material.code}"
    sample = url_for("public.file", code=draft.matter.code, paper=material.code)
    return Card(
        name=f"paper.{material.code}",
        title=material.title,
        hint=material.hint,
        required=material.required,
        error=placed.get(item, ""),
        note=f"要补正：{draft.flagged[item]}" if item in draft.flagged else "",
        kept=not draft.reopened(item),
        limit=material.limit_mb * MEGABYTE,
        accept=",".join(ACCEPT[word] for word in material.accept if word in ACCEPT),
        multiple=material.at_most > 1,
        links=((sample, "看样例"),) if material.sample_file else (),
        files=[describe_file(row, draft.reopened(item)) for row in slot.files],
    )


def draw_photo(draft: Draft, field: Field, error: str) -> Card:
    """The card of a photo that is asked for."""
    item = f"field:{field.path}"
    rows = [
        row
        for row in draft.request.attachments
        if row.material == field.path and row.file.sha256 == draft.typed.get(field.path)
    ]
    return Card(
        name=field.path,
        title=field.label,
        hint=field.hint,
        required=field.required,
        error=error,
        note=f"要补正：{draft.flagged[item]}" if item in draft.flagged else "",
        kept=not draft.reopened(item),
        limit=10 * MEGABYTE,
        accept="image/*",
        multiple=False,
        links=(),
        files=[describe_file(row, draft.reopened(item)) for row in rows[-1:]],
    )


def describe_file(row: Attachment, removable: bool = False) -> tuple[str, str, str, int, str]:
    """A file as its card shows it: name, size, address, the key to remove it, no small picture."""
    size = row.file.size
    words = f"{size / MEGABYTE:.1f} MB" if size >= MEGABYTE else f"{max(size // 1024, 1)} KB"
    pages = f"{row.file.pages} 页，" if row.file.pages > 1 else ""
    url = url_for("panel_filing.file", id=row.request_id, attachment=row.id)
    return row.original_name, f"{pages}{words}", url, row.id if removable else 0, ""
