"""A draft of the office laid out as a form: what stands, what it shall become, the papers, what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from anguan.desk.drafts import Draft
from anguan.desk.refusals import Fault
from anguan.gate.boxes import Box, also_words, draw_box, draw_sets, is_secret, show
from anguan.gate.cards import Card
from anguan.gate.faults import anchor_of, faults_shown, place_faults
from anguan.grammar.field import Field
from anguan.grammar.kinds import Photo
from anguan.grammar.masks import mask_phone
from anguan.panel.filing_cards import draw_paper, draw_photo
from anguan.records.cells import FieldChange
from anguan.records.vocabulary import FACTS, fact

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
    faults = faults_shown(draft, check, refusals)
    placed = place_faults(draft, faults)
    cells = draft.cells
    pairs, questions, cards = [], [], []
    for field in draft.matter.asked:
        if not field.when(draft.dossier):
            continue
        error = placed.get(f"field:{field.path}", "")
        if isinstance(field.resolved, Photo):
            cards.append(draw_photo(draft, field, error))
        elif field.mode == "answered":
            questions.append(draw_box(session, draft, field, error))
        else:
            pairs.append(_pair(session, draft, field, error, cells))
    cards += [draw_paper(draft, slot, placed.get(f"paper:{slot.material.code}", "")) for slot in draft.slots]
    known = [
        (cell.label, hide(cell, cell.before, cell.before_text)) for cell in cells if cell.mode == "shown"
    ]
    return Form(known, pairs, questions, draw_sets(draft), cards, [_link(draft, fault) for fault in faults])


def _link(draft: Draft, fault: Fault) -> tuple[str, str]:
    kind, _, name = anchor_of(draft, fault).partition(":")
    return f"paper.{name}" if kind == "paper" else name, fault.sentence


def _pair(session: Session, draft: Draft, field: Field, error: str, cells: Sequence[FieldChange]) -> Pair:
    item = f"field:{field.path}"
    stands = draft.dossier.before(field.path)
    words = show(session, fact(field.path), stands)
    before = mask_phone(stands) if is_phone(field.path) else words
    box = _box(session, draft, field, error, stands)
    if draft.matter.grave and before:
        box = replace(box, hint="。".join(part for part in (f"现在：{before}", box.hint) if part))
    return Pair(
        field.label,
        before,
        show(session, fact(field.path), draft.dossier.asked(field.path)),
        box if draft.reopened(item) else None,
        also_words(session, field.path, cells),
        draft.flagged.get(item, ""),
    )


def _box(session: Session, draft: Draft, field: Field, error: str, stands: str) -> Box:
    """The input. A hidden number stays out of it; a decision and its reason begin with nothing chosen."""
    box = draw_box(session, draft, field, error)
    if "placeholder" in box.attributes:
        box = replace(box, attributes={**box.attributes, "placeholder": f"请输入{field.label}"})
    if is_phone(field.path) and stands:
        same = draft.typed.get(field.path, stands) == stands
        box = replace(box, hint=KEPT, value="" if same else box.value, required=False)
    if draft.matter.grave:
        box = replace(box, value=draft.typed.get(field.path, ""), width=box.width and max(box.width, 14))
    return box


def is_phone(path: str) -> bool:
    """A telephone number: shown in part, like the number of a document."""
    return path.endswith(".phone")


def keeps_empty(field: Field) -> bool:
    """An empty input of this field means that the registered number stays."""
    return field.mode != "answered" and (is_secret(field.resolved) or is_phone(field.path))


def hide(cell: FieldChange, canonical: str, words: str) -> str:
    """A value in words, numbers behind their masks."""
    kind = FACTS[cell.path].kind if cell.path in FACTS else None
    if isinstance(kind, Photo):
        return "照片" if canonical else ""
    if kind is not None and canonical and is_secret(kind):
        return kind.conceal(canonical)
    return mask_phone(words) if is_phone(cell.path) and words else words
