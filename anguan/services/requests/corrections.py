"""Corrections after a return (补正): which flagged items changed, and which the filer explained instead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from anguan.core.lifecycle import RETURN, RETURNED
from anguan.core.matter import Matter
from anguan.models import Attachment, ChangeItem, ChangeRequest, Decision, Remark

ANSWER_PREFIX = "answer."
"""Before the item, the name of the input in which the filer explains why it does not change."""
LONGEST_ANSWER = 500

Files = tuple[tuple[int, int], ...]
"""Id of each stored file and the degrees by which it is turned, in their order."""


@dataclass(frozen=True)
class Correction:
    """One flagged item of a return: its remark, and whether it differs from the round that was returned."""

    remark: Remark
    changed: bool

    @property
    def done(self) -> bool:
        """True when the item was changed, or the filer has explained why not."""
        return self.changed or bool(self.remark.answer.strip())


@dataclass(frozen=True)
class RoundContent:
    """What a round asks for: canonical value by path, and stored files by slot in their order, with turn."""

    values: Mapping[str, str]
    files: Mapping[str, Files]


def standing_return(request: ChangeRequest) -> Decision | None:
    """The last return that was not undone, or None."""
    for decision in reversed(request.decisions):
        if decision.verdict == RETURN and decision.undone_at is None:
            return decision
    return None


def flagged_items(request: ChangeRequest, matter: Matter) -> dict[str, str]:
    """Items that the last return asks to correct: item to sentence, with what may replace a material."""
    decision = standing_return(request)
    found = {remark.item: remark.sentence for remark in decision.remarks} if decision else {}
    for item, sentence in tuple(found.items()):
        found |= {
            f"paper:{code}": sentence for code in slots_of(item, matter) if f"paper:{code}" not in found
        }
    return found


def reopened(request: ChangeRequest, matter: Matter, item: str) -> bool:
    """True when a returned request lets this field or material be changed."""
    return request.state == RETURNED and item in flagged_items(request, matter)


def slots_of(item: str, matter: Matter) -> list[str]:
    """The slot of a flagged material and those of the alternatives to it; none for a field."""
    kind, _, code = item.partition(":")
    if kind != "paper":
        return []
    others = [
        paper.code
        for material in matter.materials
        if material.code == code
        for alternative in material.alternatives
        for paper in alternative.materials
    ]
    return [code, *others]


def content_of(request: ChangeRequest, round_: int) -> RoundContent:
    """What a submitted round asked for."""
    values = {
        item.path: item.after or "" for item in request.items if item.round == round_ and _is_asked(item)
    }
    return RoundContent(values, files_of(row for row in request.attachments if row.round == round_))


def files_of(attachments: Iterable[Attachment]) -> dict[str, Files]:
    """Stored files by slot, as they are shown."""
    found: dict[str, Files] = {}
    for row in attachments:
        found[row.material] = (*found.get(row.material, ()), (row.file_id, row.turn))
    return found


def compare_rounds(
    remarks: Iterable[Remark], matter: Matter, before: RoundContent, now: RoundContent
) -> tuple[Correction, ...]:
    """Each flagged item with the difference between the returned round and the next one."""
    return tuple(
        Correction(remark, _part(remark.item, matter, before) != _part(remark.item, matter, now))
        for remark in remarks
    )


def answered_corrections(request: ChangeRequest, matter: Matter) -> tuple[Correction, ...]:
    """How the filer answered the last return, once the request was submitted again; for the reviewer."""
    decision = standing_return(request)
    if decision is None or decision.round >= request.round:
        return ()
    before, now = content_of(request, decision.round), content_of(request, decision.round + 1)
    return compare_rounds(decision.remarks, matter, before, now)


def answers_of(request: ChangeRequest) -> dict[str, str]:
    """The explanations of the flagged items of the return that stands, by the name of their input."""
    decision = standing_return(request) if request.state == RETURNED else None
    return {f"{ANSWER_PREFIX}{one.item}": one.answer for one in decision.remarks} if decision else {}


def write_answers(request: ChangeRequest, typed: Mapping[str, str]) -> None:
    """Store the explanations among the typed values, cut to LONGEST_ANSWER characters."""
    decision = standing_return(request) if request.state == RETURNED else None
    for remark in decision.remarks if decision else ():
        name = f"{ANSWER_PREFIX}{remark.item}"
        if name in typed:
            remark.answer = typed[name][:LONGEST_ANSWER]


def _part(item: str, matter: Matter, content: RoundContent) -> object:
    if slots := slots_of(item, matter):
        return [(slot, content.files.get(slot, ())) for slot in slots]
    return content.values.get(item.partition(":")[2], "")


def _is_asked(item: ChangeItem) -> bool:
    return not item.mirror_of and item.mode in ("asked", "answered")
