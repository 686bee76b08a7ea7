"""The upload cards of a draft: one for each material wanted now."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from anguan.desk.drafts import Draft, Slot
from anguan.desk.papers import on_record
from anguan.grammar.material import Material
from anguan.models import Account, Attachment
from anguan.portal.words import MEGABYTE, say_day, say_size

ACCEPT = {"image": "image/*", "pdf": "application/pdf"}
SAMPLES = {"application": "申请表", "commitment": "承诺书"}


@dataclass(frozen=True)
class Card:
    """One material: why, how, the forms to print, the files in it, and those that can be used again."""

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
    links: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str, str, int, str], ...]
    again: tuple[tuple[str, str], ...]


def draw_cards(
    session: Session, account: Account, draft: Draft, faults: Mapping[str, str]
) -> tuple[Card, ...]:
    """The cards of every material wanted now."""
    return tuple(_draw(session, account, draft, slot, faults) for slot in draft.slots)


def _draw(session: Session, account: Account, draft: Draft, slot: Slot, faults: Mapping[str, str]) -> Card:
    material = slot.material
    item = f"paper:{material.code}"
    open_ = draft.reopened(item)
    there = {row.file_id for row in slot.files}
    again = (
        [row for row in on_record(session, account, material.code) if row.file_id not in there]
        if open_
        else []
    )
    return Card(
        name=f"paper.{material.code}",
        title=material.title,
        hint=material.hint,
        required=material.required,
        error=faults.get(item, ""),
        note=f"要补正：{draft.flagged[item]}" if item in draft.flagged else "",
        kept=not open_,
        limit=material.limit_mb * MEGABYTE,
        accept=",".join(ACCEPT[word] for word in material.accept if word in ACCEPT),
        multiple=material.at_most > 1,
        links=sample_links(draft, material),
        files=tuple(describe_file(row, removable=open_) for row in slot.files),
        again=tuple(
            (f"{material.code}:{row.id}", f"{row.original_name}，{say_day(row.added_at)}上传")
            for row in again
        ),
    )


def describe_file(row: Attachment, removable: bool = False) -> tuple[str, str, str, int, str]:
    """A file as the card shows it: name, size, address, the key to remove it, its small picture."""
    url = url_for("portal.file", attachment=row.id)
    picture = row.file.mime.startswith("image/")
    size = say_size(row.file.size) if picture else f"{row.file.pages} 页，{say_size(row.file.size)}"
    return row.original_name, size, url, row.id if removable else 0, url if picture else ""


def sample_links(draft: Draft, material: Material) -> tuple[tuple[str, str], ...]:
    """Where the office's example and the form behind a material are had, in the words of the manual."""
    shown: tuple[tuple[str, str], ...] = ()
    if material.sample_file:
        shown = ((url_for("public.file", code=draft.matter.code, paper=material.code), "看样例"),)
    if material.sample not in SAMPLES:
        return shown
    title = f"{draft.matter.action}证书{SAMPLES[material.sample]}"
    return (
        *shown,
        (
            url_for("portal.blank_pdf", code=draft.matter.code, paper=material.sample),
            f"下载{title}(模板)",
        ),
        (
            url_for("portal.form_pdf", id=draft.request.id, paper=material.sample),
            f"下载已填好的{SAMPLES[material.sample]}",
        ),
    )
