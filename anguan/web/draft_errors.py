"""Errors of a draft, and their positions on the form page."""

from collections.abc import Mapping, Sequence

from anguan.services.refusals import FormError
from anguan.services.requests.drafts import Draft

PLACES: Mapping[str, tuple[str, ...]] = {
    "people.number_is_free": ("person.document_number", "certificate.document_number"),
    "employment.is_insured_at_new": ("certificate.unit",),
}
"""Rules about one field, whose message is shown at its input."""


def form_errors(draft: Draft, check: bool, refusals: Sequence[FormError]) -> list[FormError]:
    """With `check` all errors of the draft; else only those of typed values, and the latest refusals."""
    refused = {fault.anchor for fault in refusals if fault.anchor}
    found = [fault for fault in draft.faults if check or _is_typed(draft, fault)]
    return [*refusals, *(fault for fault in found if fault.anchor not in refused)]


def place_errors(draft: Draft, faults: Sequence[FormError]) -> dict[str, str]:
    """Messages by anchor, without the label of the field that they stand at."""
    placed: dict[str, list[str]] = {}
    for fault in faults:
        named = fault.anchor.startswith(("field:", "paper:"))
        words = fault.sentence.split("：", 1)[-1] if named else fault.sentence
        placed.setdefault(anchor_of(draft, fault), []).append(words)
    return {place: "；".join(sentences) for place, sentences in placed.items()}


def anchor_of(draft: Draft, fault: FormError) -> str:
    """The anchor of an error: a field, a material, or '' when it cannot be corrected on this page."""
    kind, _, code = fault.anchor.partition(":")
    if kind != "rule":
        return fault.anchor
    asked = {field.path for field in draft.matter.asked}
    for path in PLACES.get(code, ()):
        if path in asked:
            return f"field:{path}"
    proof = next((finding.proof for finding in draft.findings if finding.rule == code), "")
    if proof in {slot.material.code for slot in draft.slots}:
        return f"paper:{proof}"
    return ""


def _is_typed(draft: Draft, fault: FormError) -> bool:
    """True for an error of a typed value; a missing value is not reported before submission."""
    kind, _, path = fault.anchor.partition(":")
    return kind == "field" and bool(draft.typed.get(path, "").strip())
