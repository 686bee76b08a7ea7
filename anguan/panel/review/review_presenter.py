"""Presentation of a request for reviewers: marked differences, check results with documents, history."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from anguan.core.check_result import Outcome
from anguan.core.field_types import DocumentNumber
from anguan.domain.field_changes import FieldChange
from anguan.domain.masking import is_picture, kind_at, mask
from anguan.domain.review_permissions import is_filed
from anguan.infra.events import EventReader, read_events
from anguan.models import ChangeRequest, Decision, Event
from anguan.services.review.last_visit import RoundComparison
from anguan.services.review.review_view import ReviewView

TextPiece = tuple[str, bool]
LONGEST_COMPARED = 200
SHORTEST_COMMON = 2
ORDER = {Outcome.BLOCK: 0, Outcome.WARN: 1, Outcome.UNKNOWN: 2, Outcome.PASS: 3}
GROUPS = (6, 14)
"""Split positions of an 18-digit number: region, date of birth, and the rest."""


def compare(before: str, after: str) -> tuple[list[TextPiece], list[TextPiece]]:
    """Both texts in pieces; the second of a pair is True where the piece differs."""
    if not before or not after or max(len(before), len(after)) > LONGEST_COMPARED:
        return [(before, bool(before))], [(after, bool(after))]
    old: list[TextPiece] = []
    new: list[TextPiece] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        same = what == "equal"
        if before[a:b]:
            old.append((before[a:b], not same))
        if after[c:d]:
            new.append((after[c:d], not same))
    if sum(len(text) for text, differs in old if not differs) < SHORTEST_COMMON:
        return [(before, True)], [(after, True)]
    return old, new


def pieces_of(line: FieldChange, side: str) -> list[TextPiece]:
    """One value of a row (before, after or current) in pieces, with the differences marked."""
    if side == "current":
        return compare(line.after_text if line.changed else line.before_text, line.current_text)[1]
    if line.changed:
        return compare(line.before_text, line.after_text)[side == "after"]
    return [(line.after_text if side == "after" else line.before_text, False)]


def build_lines(review: ReviewView, open_numbers: bool, closed: bool) -> list[FieldChange]:
    """Rows formatted for the reviewer; a closed request is not compared with the register."""
    return [_line(review, row, open_numbers, closed) for row in review.rows]


def _line(review: ReviewView, row: FieldChange, open_numbers: bool, closed: bool) -> FieldChange:
    places = tuple(dict.fromkeys(f"{_place(other)}{other.label}" for other in row.mirrors))
    label = f"{_place(row)}{row.label}" if row.mirror_of else row.label
    line = replace(row, label=label, places=places, proof=" ".join(proofs_of(row, review)))
    if is_picture(row.path):
        line = replace(
            line,
            before_text="",
            after_text="",
            current_text="",
            before_photo=_photo(review.request, row, "before") if row.before else "",
            after_photo=_photo(review.request, row, "after") if row.after else "",
            current_photo=_photo(review.request, row, "now") if row.current else "",
        )
    else:
        after = format_value(row.path, row.after or "", row.after_text, open_numbers)
        line = replace(
            line,
            before_text=format_value(row.path, row.before, row.before_text, open_numbers),
            after_text="通过时由系统编号" if row.awaited else after,
            current_text=format_value(row.path, row.current or "", row.current_text, open_numbers),
        )
    return replace(line, current=None) if closed else line


def proofs_of(item: FieldChange, review: ReviewView) -> list[str]:
    """Codes of the round's documents that prove this field, the most specific first.

    A photo is its own proof; a mirrored field is proven by what proves the field it mirrors.
    """
    paths = [path for path in (item.path, item.mirror_of) if path]
    likely = [*paths, *(code for path in paths for code in review.matter.proofs_of(path))]
    return [code for code in dict.fromkeys(likely) if code in review.documents]


def group(number: str) -> str:
    """A resident number in three groups: 590101 19900307 0010."""
    if len(number) != 18:
        return number
    first, second = GROUPS
    return f"{number[:first]} {number[first:second]} {number[second:]}"


def _place(item: FieldChange) -> str:
    return "另一本证书的" if item.certificate_id and item.path == item.mirror_of else {
        "person": "个人信息的", "certificate": "证书上的"
    }.get(item.path.split(".")[0], "")  # fmt: skip


def format_value(path: str, canonical: str, text: str, open_numbers: bool) -> str:
    """A value in words, numbers masked unless `open_numbers`."""
    if not open_numbers:
        return mask(path, canonical, text)
    return group(canonical) if isinstance(kind_at(path), DocumentNumber) else text


def _photo(request: ChangeRequest, item: FieldChange, when: str) -> str:
    return url_for("panel_request.photo", id=request.id, item=item.id, when=when)


def mask_comparison(delta: RoundComparison | None) -> RoundComparison | None:
    """The comparison with an earlier round, numbers masked."""
    if delta is None:
        return None
    fields = [
        replace(
            one,
            before_text=format_value(one.path, one.before_text, one.before_text, False),
            after_text=format_value(one.path, one.after_text, one.after_text, False),
        )
        for one in delta.fields
    ]
    return replace(delta, fields=tuple(fields))


def build_check_results(review: ReviewView) -> list[Any]:
    """Check results, failed ones first, then doubtful ones, then the rest."""
    return sorted(review.findings, key=lambda result: ORDER[result.outcome])


def history_of(session: Session, reader: EventReader, request: ChangeRequest) -> Sequence[Event]:
    """Events of this request that the visitor may read, the latest first."""
    return read_events(session, reader, Event.request_id == request.id, most=60)


def other_requests(session: Session, reader: EventReader, request: ChangeRequest) -> Sequence[ChangeRequest]:
    """Other submitted requests about the person or certificate that the visitor may see, the latest first."""
    about = [ChangeRequest.person_id == request.person_id] if request.person_id else []
    if request.certificate_id:
        about.append(ChangeRequest.certificate_id == request.certificate_id)
    if not about:
        return []
    return session.scalars(
        select(ChangeRequest)
        .where(or_(*about), ChangeRequest.id != request.id, *is_filed(reader.region))
        .order_by(ChangeRequest.id.desc())
        .limit(20)
    ).all()


def standing_decisions(decisions: Iterable[Decision]) -> list[Decision]:
    """Decisions that were not undone, the latest first."""
    return [one for one in reversed(list(decisions)) if one.undone_at is None]
