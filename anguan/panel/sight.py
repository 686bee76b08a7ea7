"""What the reviewer sees of a request: rows with changed letters lit, findings with their papers, history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from anguan.desk.delta import Delta
from anguan.desk.sheet import Row, Sheet
from anguan.grammar.finding import Outcome
from anguan.models import ChangeItem, ChangeRequest, Decision, Event
from anguan.records.masking import is_picture, is_secret, mask

Piece = tuple[str, bool]
LONGEST_COMPARED = 200
SHORTEST_COMMON = 2
ORDER = {Outcome.BLOCK: 0, Outcome.WARN: 1, Outcome.UNKNOWN: 2, Outcome.PASS: 3}
GROUPS = (6, 14)
"""A number of eighteen places is read as region, day of birth, and the rest."""


@dataclass(frozen=True)
class Cell:
    """One value as it is shown: pieces of text, the differing ones marked, or a photo."""

    pieces: Sequence[Piece] = ()
    photo: str = ""

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(piece for piece, _ in self.pieces)


@dataclass(frozen=True)
class Line:
    """One row of the page."""

    label: str
    before: Cell
    after: Cell
    now: Cell
    changed: bool
    drifted: bool
    fixed: bool
    also: Sequence[str] = ()
    mark: str = ""
    proof: str = ""


def compare(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces; the second of a pair says that the piece differs."""
    if not before or not after or max(len(before), len(after)) > LONGEST_COMPARED:
        return [(before, bool(before))], [(after, bool(after))]
    old: list[Piece] = []
    new: list[Piece] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        same = what == "equal"
        if before[a:b]:
            old.append((before[a:b], not same))
        if after[c:d]:
            new.append((after[c:d], not same))
    if sum(len(text) for text, differs in old if not differs) < SHORTEST_COMMON:
        return [(before, True)], [(after, True)]
    return old, new


def lay_lines(sheet: Sheet, open_numbers: bool, closed: bool) -> list[Line]:
    """The rows: changed ones first as they come, those that moved in the register marked."""
    return [_line(sheet, row, open_numbers, closed) for row in sheet.rows]


def _line(sheet: Sheet, row: Row, open_numbers: bool, closed: bool) -> Line:
    request, item = sheet.request, row.item
    drifted = row.drifted and not closed
    waiting = item.mode == "issued" and item.after is None
    if is_picture(item.path):
        cells = [
            Cell((), _photo(request, item, when) if value else "")
            for when, value in (("before", item.before), ("after", item.after), ("now", row.now))
        ]
    else:
        before = say_value(item.path, item.before, item.before_text, open_numbers)
        after = say_value(item.path, item.after or "", item.after_text, open_numbers)
        now = say_value(item.path, row.now, row.now_text, open_numbers)
        old, new = compare(before, after) if row.changed else ([(before, False)], [(after, False)])
        cells = [Cell(old), Cell(new), Cell(compare(after if row.changed else before, now)[1])]
        if waiting:
            cells[1] = Cell([("通过时由系统编号", False)])
    label = f"{_place(item)}{item.label}" if item.follows else item.label
    places = [f"{_place(other)}{other.label}" for other in row.also]
    return Line(
        label, cells[0], cells[1], cells[2],
        row.changed or waiting, drifted, item.mode in ("shown", "issued"),
        list(dict.fromkeys(places)), _mark(row), " ".join(proofs_of(item, sheet)),
    )  # fmt: skip


def _mark(row: Row) -> str:
    if not row.changed:
        return ""
    return "改为" if row.item.before else "新增"


def proofs_of(item: ChangeItem, sheet: Sheet) -> list[str]:
    """The codes of the papers of the round that prove this fact, the most specific first.

    A photo is its own proof; a place that follows a field is proven by what proves the field.
    """
    paths = [path for path in (item.path, item.follows) if path]
    likely = [*paths, *(code for path in paths for code in sheet.matter.proofs_of(path))]
    return [code for code in dict.fromkeys(likely) if code in sheet.papers]


def group(number: str) -> str:
    """A resident's number as people read it aloud: 590101 19900307 0010."""
    if len(number) != 18:
        return number
    first, second = GROUPS
    return f"{number[:first]} {number[first:second]} {number[second:]}"


def _place(item: ChangeItem) -> str:
    return "另一本证书的" if item.certificate_id and item.path == item.follows else {
        "person": "个人信息的", "certificate": "证书上的"
    }.get(item.path.split(".")[0], "")  # fmt: skip


def say_value(path: str, canonical: str, text: str, open_numbers: bool) -> str:
    """A value in words, numbers behind their masks unless they are opened."""
    if not open_numbers:
        return mask(path, canonical, text)
    return group(canonical) if is_secret(path) else text


def _photo(request: ChangeRequest, item: ChangeItem, when: str) -> str:
    return url_for("panel_request.photo", id=request.id, item=item.id, when=when)


def mask_delta(delta: Delta | None) -> Delta | None:
    """What changed since the last look, numbers behind their masks."""
    if delta is None:
        return None
    fields = [
        replace(
            one,
            then=say_value(one.path, one.then, one.then, False),
            now=say_value(one.path, one.now, one.now, False),
        )
        for one in delta.fields
    ]
    return replace(delta, fields=tuple(fields))


def lay_findings(sheet: Sheet) -> list[Any]:
    """What is wrong first, then what is doubtful, then the rest."""
    return sorted(sheet.findings, key=lambda finding: ORDER[finding.outcome])


def history_of(session: Session, request: ChangeRequest) -> Sequence[Event]:
    """What happened to this request, the latest first."""
    return session.scalars(
        select(Event).where(Event.request_id == request.id).order_by(Event.id.desc()).limit(60)
    ).all()


def other_requests(session: Session, request: ChangeRequest) -> Sequence[ChangeRequest]:
    """The person's other filed requests, the latest first."""
    about = [ChangeRequest.person_id == request.person_id] if request.person_id else []
    if request.certificate_id:
        about.append(ChangeRequest.certificate_id == request.certificate_id)
    if not about:
        return []
    return session.scalars(
        select(ChangeRequest)
        .where(or_(*about), ChangeRequest.id != request.id, ChangeRequest.number.is_not(None))
        .order_by(ChangeRequest.id.desc())
        .limit(20)
    ).all()


def standing_decisions(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that were not undone, the latest first."""
    return [one for one in reversed(list(decisions)) if one.undone_at is None]
