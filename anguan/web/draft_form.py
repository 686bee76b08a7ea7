"""A draft as a form, whoever fills it in: what was sent with it, and what keeps it from being submitted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy.orm import Session

from anguan.core.field import Field
from anguan.core.lifecycle import DRAFT, RETURNED
from anguan.core.matter import Matter
from anguan.domain.field_changes import FieldChange
from anguan.domain.register_fields import register_field
from anguan.services.refusals import FormError
from anguan.services.requests.drafts import ALTERNATIVE_PREFIX, Draft
from anguan.web.draft_errors import anchor_of, place_errors
from anguan.web.form_fields import build_alternatives, build_field, format_mirrors, format_value, is_secret
from anguan.web.forms import FormField
from anguan.web.upload_fields import UploadField

WORKING = (DRAFT, RETURNED)
"""The states in which a request is a form."""
MOVED = "这件申请的内容在别的窗口里改过，还没有提交。下面是最新的内容，请重新核对后再提交。"


class FormStyle(Protocol):
    """What differs between those who fill in a draft."""

    find_url: str
    """Where firms are searched for; '' when the form has no script for it."""
    revealed: str
    """The path of the number that is shown in full."""

    def describe(self, session: Session, change: FieldChange) -> FieldChange | None:
        """What the office knows already, in words; None when the form does not show it."""

    def adapt(self, session: Session, draft: Draft, field: Field, made: FormField) -> FormField | None:
        """The input of an asked fact as this form has it; None when it stands among the cards."""

    def cards(self, draft: Draft, placed: Mapping[str, str]) -> Sequence[UploadField]:
        """The papers and photos; `placed` maps items to what is wrong with them."""


@dataclass(frozen=True)
class DraftForm:
    """Everything to fill in. `errors` are the summary's lines: where they lead ('' nowhere), the sentence."""

    known: Sequence[FieldChange]
    fields: Sequence[FormField]
    questions: Sequence[FormField]
    sets: Sequence[FormField]
    cards: Sequence[UploadField]
    errors: Sequence[tuple[str, str]]

    @property
    def missing(self) -> int:
        """Number of required papers that are not there."""
        return sum(card.required and not card.files for card in self.cards)


class Unconfirmed(Exception):
    """The check page is shown again: with a notice when it was out of date, else with faults."""

    def __init__(self, draft: Draft, notice: str = "", faults: Sequence[FormError] = ()) -> None:
        super().__init__(notice)
        self.draft, self.notice, self.faults = draft, notice, faults


def read_typed(matter: Matter, form: Mapping[str, str]) -> dict[str, str]:
    """What a sent form brings for the asked fields and for the choices between sets of papers.

    A photo is a file: no text of a form is taken for it.
    """
    paths = [field.path for field in matter.asked if field.resolved.control != "photo"]
    typed = {path: form[path] for path in paths if path in form}
    return typed | {name: value for name, value in form.items() if name.startswith(ALTERNATIVE_PREFIX)}


def build_form(session: Session, draft: Draft, faults: Sequence[FormError], style: FormStyle) -> DraftForm:
    """The form as it was left, with these faults at their places."""
    placed = place_errors(draft, faults)
    fields, questions = [], []
    for field in draft.matter.asked:
        if not field.when(draft.dossier):
            continue
        error = placed.get(f"field:{field.path}", "")
        if field.mode == "answered":
            questions.append(build_field(session, draft, field, error))
            continue
        made = _build_field(session, draft, field, error, style)
        if (adapted := style.adapt(session, draft, field, made)) is not None:
            fields.append(adapted)
    cards = style.cards(draft, placed)
    known = [style.describe(session, change) for change in draft.changes if not change.mirror_of]
    return DraftForm(
        [change for change in known if change is not None],
        fields,
        questions,
        build_alternatives(draft),
        cards,
        [(_target(anchor_of(draft, fault), fields, cards), fault.sentence) for fault in faults],
    )


def _build_field(session: Session, draft: Draft, field: Field, error: str, style: FormStyle) -> FormField:
    item, revealed = f"field:{field.path}", style.revealed == field.path
    return replace(
        build_field(session, draft, field, error, style.find_url),
        before=format_value(session, register_field(field.path), draft.dossier.before(field.path), revealed),
        after=format_value(session, register_field(field.path), draft.dossier.asked(field.path), True),
        open=draft.reopened(item),
        places=format_mirrors(session, field.path, draft.changes),
        note=draft.flagged.get(item, ""),
        secret=is_secret(field.resolved),
        revealed=revealed,
    )


def _target(anchor: str, fields: Sequence[FormField], cards: Sequence[UploadField]) -> str:
    """The id on the page at which a fault is mended; '' where nothing can be changed now."""
    kind, _, name = anchor.partition(":")
    if kind == "paper":
        name = f"paper.{name}"
        return name if any(card.name == name and not card.kept for card in cards) else ""
    return "" if any(field.name == name and not field.open for field in fields) else name
