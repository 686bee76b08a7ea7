"""A draft of the office laid out as a form: what stands, what it shall become, the papers, what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import url_for
from sqlalchemy.orm import Session

from anguan.desk.drafts import Draft, Slot
from anguan.desk.refusals import Fault
from anguan.gate.boxes import Box, also_words, draw_box, draw_sets, is_secret, show
from anguan.grammar.field import Field
from anguan.grammar.kinds import Photo
from anguan.grammar.masks import mask_phone
from anguan.models import Attachment, ChangeItem
from anguan.records.cells import Cell, cells_of
from anguan.records.vocabulary import FACTS, fact

MEGABYTE = 1024 * 1024
ACCEPT = {"image": "image/*", "pdf": "application/pdf"}
KEPT = "没有变化的不用填"


@dataclass(frozen=True)
class Pair:
    """One asked fact. Without a `box` it is not open for change now; `note` is what the return says."""

    label: str
    before: str
    after: str
    box: Box | None
    also: Sequence[str] = ()
    note: str = ""


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


@dataclass(frozen=True)
class Form:
    """Everything on the page. `errors` are the summary's lines: where they lead, and the sentence."""

    known: Sequence[tuple[str, str]]
    pairs: Sequence[Pair]
    questions: Sequence[Box]
    sets: Sequence[Box]
    cards: Sequence[Card]
    errors: Sequence[tuple[str, str]]


def lay_form(session: Session, draft: Draft, check: bool = False, refusals: Sequence[Fault] = ()) -> Form:
    """The form as it was left. `check` shows every fault; else those of what was typed or sent."""
    refused = {fault.anchor for fault in refusals}
    found = [
        fault for fault in draft.faults if (check or _typed(draft, fault)) and fault.anchor not in refused
    ]
    faults = [*refusals, *found]
    placed: dict[str, str] = {}
    for fault in faults:
        words = fault.sentence.split("：", 1)[-1]
        placed[fault.anchor] = f"{placed[fault.anchor]}；{words}" if fault.anchor in placed else words
    cells = cells_of(draft.dossier)
    pairs, questions, cards = [], [], []
    for field in draft.matter.asked:
        if not field.when(draft.dossier):
            continue
        error = placed.get(f"field:{field.path}", "")
        if isinstance(field.resolved, Photo):
            cards.append(_photo_card(draft, field, error))
        elif field.mode == "answered":
            questions.append(draw_box(session, draft, field, error))
        else:
            pairs.append(_pair(session, draft, field, error, cells))
    cards += [_paper_card(draft, slot, placed) for slot in draft.slots]
    known = [
        (cell.label, hide(cell, cell.before, cell.before_text)) for cell in cells if cell.mode == "shown"
    ]
    return Form(known, pairs, questions, draw_sets(draft), cards, [_link(draft, fault) for fault in faults])


def _typed(draft: Draft, fault: Fault) -> bool:
    """A fault in something that was typed; what is still empty is not held up before it is handed in."""
    kind, _, path = fault.anchor.partition(":")
    return kind == "field" and bool(draft.typed.get(path, "").strip())


def _link(draft: Draft, fault: Fault) -> tuple[str, str]:
    """Where a fault is mended: a rule's at its paper, if it names one."""
    kind, _, name = fault.anchor.partition(":")
    if kind == "field":
        return name, fault.sentence
    if kind == "rule":
        name = next((found.proof for found in draft.findings if found.rule == name), "")
        name = name if any(slot.material.code == name for slot in draft.slots) else ""
    return f"paper.{name}" if name else "", fault.sentence


def _pair(session: Session, draft: Draft, field: Field, error: str, cells: Sequence[Cell]) -> Pair:
    item = f"field:{field.path}"
    stands = draft.dossier.before(field.path)
    words = show(session, fact(field.path), stands)
    return Pair(
        field.label,
        mask_phone(stands) if is_phone(field.path) else words,
        show(session, fact(field.path), draft.dossier.asked(field.path)),
        _box(session, draft, field, error, stands) if draft.reopened(item) else None,
        also_words(session, field.path, cells),
        draft.flagged.get(item, ""),
    )


def _box(session: Session, draft: Draft, field: Field, error: str, stands: str) -> Box:
    """The input. A hidden number stays out of it, and a decision is never chosen before it is made."""
    box = draw_box(session, draft, field, error)
    if is_phone(field.path) and stands:
        same = draft.typed.get(field.path, stands) == stands
        box = replace(box, hint=KEPT, value="" if same else box.value, required=False)
    if draft.matter.grave and box.control in ("choice", "radio") and field.path not in draft.typed:
        box = replace(box, value="")
    return box


def is_phone(path: str) -> bool:
    """A telephone number: shown in part, like the number of a document."""
    return path.endswith(".phone")


def keeps_empty(field: Field) -> bool:
    """An empty input of this field means that the registered number stays."""
    return field.mode != "answered" and (is_secret(field.resolved) or is_phone(field.path))


def hide(cell: Cell | ChangeItem, canonical: str, words: str) -> str:
    """A value in words, numbers behind their masks."""
    kind = FACTS[cell.path].kind if cell.path in FACTS else None
    if isinstance(kind, Photo):
        return "照片" if canonical else ""
    if kind is not None and canonical and is_secret(kind):
        return kind.conceal(canonical)
    return mask_phone(words) if is_phone(cell.path) and words else words


def _paper_card(draft: Draft, slot: Slot, placed: Mapping[str, str]) -> Card:
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


def _photo_card(draft: Draft, field: Field, error: str) -> Card:
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
