"""Form of an office draft: masked numbers, and decisions without a preselected value."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from anguan.core.field import Field
from anguan.domain.field_changes import FieldChange
from anguan.domain.masking import is_picture, mask
from anguan.panel.office_filing.upload_fields import build_document_field, build_photo_field
from anguan.services.refusals import FormError
from anguan.services.requests.drafts import Draft
from anguan.services.requests.files_on_record import files_on_record
from anguan.web.draft_errors import form_errors
from anguan.web.draft_form import DraftForm, build_form
from anguan.web.forms import FormField
from anguan.web.upload_fields import UploadField


class OfficeStyle:
    """Form style of the panel."""

    find_url = ""
    revealed = ""

    def __init__(self, session: Session, echoed: Container[str]) -> None:
        self.session, self.echoed = session, echoed

    def describe(self, _session: Session, change: FieldChange) -> FieldChange | None:
        """The current value, for fields that are only shown."""
        if change.mode != "shown":
            return None
        return replace(change, before_text=mask_value(change, change.before, change.before_text))

    def adapt(self, session: Session, draft: Draft, field: Field, made: FormField) -> FormField | None:
        """A decision and its reason have no initial value."""
        if field.resolved.is_picture:
            return None
        if "placeholder" in made.attributes:
            made = replace(made, attributes={**made.attributes, "placeholder": f"请输入{field.label}"})
        if draft.matter.requires_confirmation:
            if not field.resolved.sensitive:
                made = replace(made, value=draft.typed.get(field.path, ""))
            made = replace(made, width=made.width and max(made.width, 14))
            if made.before:
                hint = "。".join(part for part in (f"现在：{made.before}", made.hint) if part)
                made = replace(made, hint=hint)
        return made

    def cards(self, draft: Draft, placed: Mapping[str, str]) -> Sequence[UploadField]:
        """Upload fields: photos first, then documents."""
        again = files_on_record(self.session, draft)
        photos = [
            build_photo_field(draft, field, placed.get(f"field:{field.path}", ""), again[field.path])
            for field in draft.matter.asked
            if field.when(draft.dossier) and field.resolved.is_picture
        ]
        return [
            *photos,
            *(
                build_document_field(
                    draft, slot, placed.get(f"paper:{slot.material.code}", ""), again[slot.material.code]
                )
                for slot in draft.slots
            ),
        ]


def build_office_form(
    session: Session,
    draft: Draft,
    check: bool = False,
    refusals: Sequence[FormError] = (),
    echoed: Container[str] = (),
    theirs: Mapping[str, str] | None = None,
) -> DraftForm:
    """The form as it was left. `check` shows every error; else only those of what was typed or uploaded."""
    return build_form(
        session, draft, form_errors(draft, check, refusals), OfficeStyle(session, echoed), theirs
    )


def mask_value(cell: FieldChange, canonical: str, words: str) -> str:
    """A value in words, numbers masked."""
    if is_picture(cell.path):
        return "照片" if canonical else ""
    return mask(cell.path, canonical, words)
