"""The page on which a draft is filled in, as data."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from anguan.desk.drafts import Draft
from anguan.desk.refusals import Fault
from anguan.gate.boxes import Box, draw_box, draw_sets, show
from anguan.gate.cards import Card
from anguan.gate.faults import anchor_of, faults_shown, place_faults
from anguan.models import Account, Enterprise
from anguan.portal.boxes import Pair, add_found, draw_pair
from anguan.portal.cards import draw_cards
from anguan.records.cells import FieldChange
from anguan.records.vocabulary import fact

Stone = tuple[str, str, str]


@dataclass(frozen=True)
class Form:
    """Everything on the page. `errors` are the summary's lines: where they lead, and the sentence."""

    known: tuple[tuple[str, str, str], ...]
    pairs: tuple[Pair, ...]
    questions: tuple[Box, ...]
    sets: tuple[Box, ...]
    cards: tuple[Card, ...]
    errors: tuple[tuple[str, str], ...]
    stones: tuple[Stone, ...]
    missing: int


@dataclass(frozen=True)
class Search:
    """What was looked for at one reference field, and what was found."""

    path: str
    words: str
    rows: Sequence[Enterprise]


def read_form(
    session: Session,
    account: Account,
    draft: Draft,
    *,
    check: bool = False,
    refusals: Sequence[Fault] = (),
    search: Search | None = None,
    revealed: str = "",
) -> Form:
    """Lay the page out. `check` shows every fault; else only what was typed wrong and files refused."""
    faults = faults_shown(draft, check, refusals)
    placed = place_faults(draft, faults)
    cells = draft.cells
    pairs, questions = [], []
    for field in draft.matter.asked:
        if not field.when(draft.dossier):
            continue
        error = placed.get(f"field:{field.path}", "")
        if field.mode == "answered":
            questions.append(draw_box(session, draft, field, error))
            continue
        pair = draw_pair(session, draft, field, error, cells, revealed == field.path)
        if search is not None and search.path == field.path and pair.box is not None:
            pair = replace(pair, box=add_found(pair.box, search.rows, search.words))
        pairs.append(pair)
    cards = draw_cards(session, account, draft, placed)
    known = _list_known(session, draft, cells)
    return Form(
        known,
        tuple(pairs),
        tuple(questions),
        draw_sets(draft),
        cards,
        tuple(_link(draft, pairs, cards, fault) for fault in faults),
        tuple(_stones(draft, faults, cards, bool(known), bool(pairs or questions))),
        sum(card.required and not card.files for card in cards),
    )


def _link(draft: Draft, pairs: Sequence[Pair], cards: Sequence[Card], fault: Fault) -> tuple[str, str]:
    kind, _, name = anchor_of(draft, fault).partition(":")
    if kind == "paper":
        target = f"paper.{name}"
        return (target if any(c.name == target and not c.kept for c in cards) else "", fault.sentence)
    if any(pair.path == name and pair.box is None for pair in pairs):
        return "", fault.sentence
    return name, fault.sentence


def _list_known(
    session: Session, draft: Draft, cells: Sequence[FieldChange]
) -> tuple[tuple[str, str, str], ...]:
    """What the office knows or works out: label, what stands, what it becomes."""
    rows = []
    for cell in cells:
        if cell.mode not in ("shown", "computed", "issued") or cell.follows:
            continue
        before = show(session, fact(cell.path), cell.before)
        after = cell.after_text if cell.mode == "computed" and cell.changed else ""
        rows.append((cell.label, before, "审核通过后生成" if cell.mode == "issued" else after))
    return tuple(rows)


def _stones(
    draft: Draft, faults: Sequence[Fault], cards: Sequence[Card], known: bool, asks: bool
) -> list[Stone]:
    """How far the draft is, as the line of stones above it."""
    anchors = [anchor_of(draft, fault) for fault in faults]
    papers = sum(anchor.startswith("paper:") for anchor in anchors)
    fields = sum(anchor.startswith("field:") for anchor in anchors)
    stones: list[Stone] = []
    if known:
        stones.append(("核对信息", "登记的内容", "done"))
    if asks:
        word = "填写内容" if draft.matter.subject == "certificate" and draft.matter.grave else "变更内容"
        stones.append((word, f"{fields} 处要改", "fault") if fields else (word, "填写中", "now"))
    missing = sum(card.required and not card.files for card in cards)
    if cards:
        if papers:
            stones.append(("材料", f"{papers} 处要改", "fault"))
        else:
            stones.append(("材料", f"还差 {missing} 份", "now") if missing else ("材料", "已齐", "done"))
    return [*stones, ("核对并提交", "尚未提交", "todo")]
