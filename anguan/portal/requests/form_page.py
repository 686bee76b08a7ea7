"""The form of a draft as the portal shows it, with photos, enterprise search and progress steps."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import url_for
from sqlalchemy.orm import Session

from anguan.core.field import Field
from anguan.core.field_types import PhotoHash
from anguan.domain.field_changes import FieldChange
from anguan.domain.register_fields import register_field
from anguan.models import Enterprise
from anguan.portal.requests.form_fields import add_photo_slot, add_search_result
from anguan.portal.requests.upload_fields import material_slot
from anguan.services.refusals import FormError
from anguan.services.requests.drafts import Draft
from anguan.services.requests.files_on_record import FilesOnRecord, files_on_record
from anguan.web.draft_errors import anchor_of, form_errors
from anguan.web.draft_form import DraftForm, build_form
from anguan.web.form_fields import format_value
from anguan.web.forms import FormField
from anguan.web.steps import Step, StepState
from anguan.web.upload_fields import UploadField


@dataclass(frozen=True)
class SearchBox:
    """A search in one reference field, and its result."""

    path: str
    words: str
    rows: Sequence[Enterprise]


@dataclass
class HolderStyle:
    """The form style of the portal."""

    session: Session
    search: SearchBox | None
    revealed: str
    echoed: Container[str]
    find_url: str
    again: FilesOnRecord | None = None

    def describe(self, session: Session, change: FieldChange) -> FieldChange | None:
        """A known or computed fact: current value, and the value after approval."""
        if change.mode not in ("shown", "computed", "issued"):
            return None
        after = change.after_text if change.mode == "computed" and change.changed else ""
        return replace(
            change,
            before_text=format_value(session, register_field(change.path), change.before),
            after_text="审核通过后生成" if change.mode == "issued" else after,
        )

    def adapt(self, session: Session, draft: Draft, field: Field, made: FormField) -> FormField:
        """A photo with its pictures, an enterprise with the search result."""
        if self.search is not None and self.search.path == field.path and made.open:
            made = add_search_result(made, self.search.rows, self.search.words)
        if isinstance(field.resolved, PhotoHash):
            return add_photo_slot(session, draft, field, made, self._on_record(draft)[field.path])
        return made

    def cards(self, draft: Draft, placed: Mapping[str, str]) -> Sequence[UploadField]:
        """Upload cards with printable forms and documents on record."""
        again = self._on_record(draft)
        return [
            material_slot(
                draft, slot, placed.get(f"paper:{slot.material.code}", ""), again[slot.material.code]
            )
            for slot in draft.slots
        ]

    def _on_record(self, draft: Draft) -> FilesOnRecord:
        if self.again is None:
            self.again = files_on_record(self.session, draft)
        return self.again


def read_form(
    session: Session,
    draft: Draft,
    *,
    check: bool = False,
    refusals: Sequence[FormError] = (),
    search: SearchBox | None = None,
    revealed: str = "",
    echoed: Container[str] = (),
    theirs: Mapping[str, str] | None = None,
) -> tuple[DraftForm, list[Step]]:
    """The form and its progress steps; `check` shows all errors, else only typed values and refusals."""
    faults = form_errors(draft, check, refusals)
    style = HolderStyle(session, search, revealed, echoed, url_for("portal.find_enterprises"))
    form = build_form(session, draft, faults, style, theirs)
    return form, _form_steps(draft, faults, form)


def _form_steps(draft: Draft, faults: Sequence[FormError], form: DraftForm) -> list[Step]:
    if form.corrections:
        done = sum(one.done for one, _ in form.corrections)
        state = StepState.DONE if done == len(form.corrections) else StepState.TURN
        return [
            ("补正", f"{done}/{len(form.corrections)}", state),
            ("核对并提交", "尚未提交", StepState.TODO),
        ]
    anchors = [anchor_of(draft, fault) for fault in faults]
    flagged_materials = sum(anchor.startswith("paper:") for anchor in anchors)
    fields = sum(anchor.startswith("field:") for anchor in anchors)
    steps: list[Step] = []
    if form.known:
        steps.append(("核对信息", "已核对", StepState.DONE))
    if form.fields or form.questions:
        word = (
            "填写内容"
            if draft.matter.subject == "certificate" and draft.matter.requires_confirmation
            else "变更内容"
        )
        steps.append(
            (word, f"{fields} 项要补正", StepState.FAULT) if fields else (word, "填写中", StepState.NOW)
        )
    if form.cards:
        if flagged_materials:
            steps.append(("材料", f"{flagged_materials} 项要补正", StepState.FAULT))
        else:
            steps.append(
                ("材料", f"还差 {form.missing} 份", StepState.NOW)
                if form.missing
                else ("材料", "已齐", StepState.DONE)
            )
    return [*steps, ("核对并提交", "尚未提交", StepState.TODO)]
