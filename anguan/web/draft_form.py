"""A draft as a form, for the portal and the panel: reading the posted values, building fields and errors."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from anguan.core.field import Field
from anguan.core.lifecycle import DRAFT, RETURNED
from anguan.core.matter import Matter
from anguan.domain.field_changes import FieldChange
from anguan.domain.register_fields import register_field
from anguan.services.refusals import FormError
from anguan.services.requests.corrections import ANSWER_PREFIX, LONGEST_ANSWER, Correction
from anguan.services.requests.drafts import ALTERNATIVE_PREFIX, Draft
from anguan.web.draft_errors import anchor_of, place_errors
from anguan.web.form_fields import (
    build_alternatives,
    build_field,
    format_mirrors,
    format_typed,
    format_value,
)
from anguan.web.forms import FormField
from anguan.web.seen_values import renewed_values, sign_values
from anguan.web.upload_fields import UploadField

WORKING = (DRAFT, RETURNED)
"""The states in which a request can be edited."""
MOVED = "这件申请的内容在别的窗口里改过，还没有提交。下面是最新的内容，请重新核对后再提交。"

SAVED_ELSEWHERE = "这份内容在另一个窗口改过，没有自动保存。请点“保存草稿”，再选择用哪一个。"


class FormStyle(Protocol):
    """What differs between the form of the portal and that of the office."""

    find_url: str
    """URL of the enterprise search; '' when the form has no script for it."""
    revealed: str
    """Path of the field whose numbers are shown in full."""
    echoed: Container[str]
    """Fields that this very request has sent: their inputs show what was typed, in full."""

    def describe(self, session: Session, change: FieldChange) -> FieldChange | None:
        """A known fact with its values in words; None when the form does not show it."""

    def adapt(self, session: Session, draft: Draft, field: Field, made: FormField) -> FormField | None:
        """The input of a field as this form shows it; None when it is among the upload cards."""

    def cards(self, draft: Draft, placed: Mapping[str, str]) -> Sequence[UploadField]:
        """Upload cards of materials and photos; `placed` maps anchors to error messages."""


@dataclass(frozen=True)
class DraftForm:
    """All inputs of a draft; `errors` is the error summary: target ('' for none) and message."""

    known: Sequence[FieldChange]
    fields: Sequence[FormField]
    questions: Sequence[FormField]
    sets: Sequence[FormField]
    cards: Sequence[UploadField]
    errors: Sequence[tuple[str, str]]
    seen: str = ""
    """What the form shows, for the hidden input by which a later save notices other changes."""
    corrections: Sequence[tuple[Correction, FormField]] = ()

    @property
    def missing(self) -> int:
        """Number of required materials without a document."""
        return sum(card.required and not card.files for card in self.cards)


class Unconfirmed(Exception):
    """Show the confirmation page again: with a notice when it was out of date, else with errors."""

    def __init__(self, draft: Draft, notice: str = "", faults: Sequence[FormError] = ()) -> None:
        super().__init__(notice)
        self.draft, self.notice, self.faults = draft, notice, faults


def read_typed(matter: Matter, form: Mapping[str, str]) -> dict[str, str]:
    """The posted values of asked fields, choices between alternative sets, and answers to a return.

    A photo is a file: text posted under its name is ignored.
    """
    paths = [field.path for field in matter.asked if field.resolved.control != "photo"]
    typed = {path: form[path] for path in paths if path in form}
    prefixes = (ALTERNATIVE_PREFIX, ANSWER_PREFIX)
    return typed | {name: value for name, value in form.items() if name.startswith(prefixes)}


def has_input(
    form: Mapping[str, str], made: DraftForm, matter: Matter, files: MultiDict[str, FileStorage]
) -> bool:
    """True when something was typed, chosen or uploaded that the form of an unsaved draft does not show."""
    if any(file.filename for several in files.listvalues() for file in several):
        return True
    shown = {field.name: field.value for field in (*made.fields, *made.questions, *made.sets)}
    return any(
        value.strip() != shown.get(name, "").strip() for name, value in read_typed(matter, form).items()
    )


def read_echoed(form: Mapping[str, str]) -> set[str]:
    """The fields that this request has sent with a value; see FormStyle.echoed."""
    return {name for name, value in form.items() if value}


def build_form(
    session: Session,
    draft: Draft,
    faults: Sequence[FormError],
    style: FormStyle,
    theirs: Mapping[str, str] | None = None,
) -> DraftForm:
    """Build the form of a draft with these errors at their fields.

    `theirs` are values that were saved elsewhere meanwhile; `draft` then holds what this person typed.
    """
    placed = place_errors(draft, faults)
    others = theirs or {}
    fields, questions = [], []
    for field in draft.matter.asked:
        if not field.when(draft.dossier):
            continue
        error = placed.get(f"field:{field.path}", "")
        if field.mode == "answered":
            made = build_field(session, draft, field, error, whole=field.path in style.echoed)
            questions.append(_add_theirs(session, made, field, others))
            continue
        made = _add_theirs(session, _build_field(session, draft, field, error, style), field, others)
        if (adapted := style.adapt(session, draft, field, made)) is not None:
            fields.append(adapted)
    cards = style.cards(draft, placed)
    known = [style.describe(session, change) for change in draft.changes if not change.mirror_of]
    sets = [_add_set(made, others) for made in build_alternatives(draft)]
    answers = [_add_plain(_answer_field(draft, one, placed), others) for one in draft.corrections]
    typed_in = (*fields, *questions, *sets, *answers)
    asked = [
        (made.name, f"{made.label}：您打开以后，别处改成了“{made.theirs}”，请选择用哪一个")
        for made in typed_in
        if made.theirs
    ]
    found = [(_target(anchor_of(draft, fault), fields, cards), fault.sentence) for fault in faults]
    return DraftForm(
        [change for change in known if change is not None],
        fields,
        questions,
        sets,
        cards,
        _in_page_order(
            [*asked, *found],
            [entry.name for part in (answers, fields, questions, sets, cards) for entry in part],
        ),
        renewed_values(others) if others else sign_values(_shown(draft, typed_in)),
        list(zip(draft.corrections, answers, strict=True)),
    )


def _in_page_order(errors: list[tuple[str, str]], names: list[str]) -> list[tuple[str, str]]:
    """First what no input mends, then the errors in the order of their inputs."""
    order = {name: place for place, name in enumerate(names)}
    return sorted(errors, key=lambda error: order.get(error[0], -1))


def _answer_field(draft: Draft, correction: Correction, placed: Mapping[str, str]) -> FormField:
    """The input in which the filer explains why a flagged item does not change."""
    name = f"{ANSWER_PREFIX}{correction.remark.item}"
    return FormField(
        name,
        "我已说明：不用改的，写明原因",
        "textarea",
        value=draft.typed.get(name, ""),
        error=placed.get(f"correction:{name}", ""),
        required=False,
        attributes={"rows": "2", "maxlength": str(LONGEST_ANSWER)},
    )


def _add_theirs(session: Session, made: FormField, field: Field, theirs: Mapping[str, str]) -> FormField:
    if field.path not in theirs:
        return made
    words = format_typed(session, field.resolved, theirs[field.path])
    return replace(made, theirs=words, unchanged=False)


def _add_set(made: FormField, theirs: Mapping[str, str]) -> FormField:
    if made.name not in theirs:
        return made
    return replace(made, theirs=dict(made.options).get(theirs[made.name], ""))


def _add_plain(made: FormField, theirs: Mapping[str, str]) -> FormField:
    return replace(made, theirs=theirs[made.name]) if made.name in theirs else made


def _shown(draft: Draft, fields: Sequence[FormField]) -> dict[str, tuple[str, str]]:
    """The value of each field as it is stored, and as the input shows it."""
    return {made.name: (draft.typed.get(made.name, made.value), made.value) for made in fields}


def _build_field(session: Session, draft: Draft, field: Field, error: str, style: FormStyle) -> FormField:
    item, whole = f"field:{field.path}", style.revealed == field.path
    known, before = register_field(field.path), draft.dossier.before(field.path)
    echoed = whole or field.path in style.echoed
    changed = draft.dossier.changes(field.path) or bool(error) or item in draft.flagged
    return replace(
        build_field(session, draft, field, error, style.find_url, echoed),
        before=format_value(session, known, before, whole),
        unchanged=bool(before) and not changed,
        after=format_value(session, known, draft.dossier.asked(field.path), whole),
        open=draft.reopened(item),
        places=format_mirrors(session, field.path, draft.changes),
        note=draft.flagged.get(item, ""),
        masked=field.resolved.sensitive and not whole and bool(before or draft.typed.get(field.path)),
    )


def _target(anchor: str, fields: Sequence[FormField], cards: Sequence[UploadField]) -> str:
    """The id of the element at which an error is corrected; '' where nothing can be changed now."""
    kind, _, name = anchor.partition(":")
    if kind == "paper":
        name = f"paper.{name}"
        return name if any(card.name == name and not card.kept for card in cards) else ""
    return "" if any(field.name == name and not field.open for field in fields) else name
