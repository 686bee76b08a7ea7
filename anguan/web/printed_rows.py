"""The rows of a printed form: subject of the request, and requested changes."""

from dataclasses import replace

from sqlalchemy.orm import Session

from anguan.core.field_types import PhotoHash
from anguan.domain.employers import current_employer
from anguan.domain.field_changes import FieldChange
from anguan.domain.register_fields import REGISTER_FIELDS, register_field
from anguan.models import ChangeRequest
from anguan.pdf.form import FormRow

FILER = (
    ("姓名", "person.name"),
    ("性别", "person.gender"),
    ("证件号码", "person.document_number"),
    ("手机号码", "person.phone"),
)


def rows_about(session: Session, row: ChangeRequest) -> list[FormRow]:
    """The person, their enterprise and the certificate that the request is about."""
    if row.person is None:
        return [FormRow("申请人", row.applicant_name)]
    rows = []
    for label, path in FILER:
        known = register_field(path)
        rows.append(FormRow(label, known.text(session, known.read(row.person))))
    unit = row.certificate.enterprise if row.certificate else current_employer(row.person)
    rows.append(FormRow("工作单位", unit.name if unit else ""))
    if row.certificate:
        number = row.certificate.number or f"{row.certificate.paper_number or ''}（纸质证书）"
        rows.append(FormRow("证书编号", number))
    return rows


def printed(change: FieldChange) -> FieldChange:
    """A change as the form prints it; a photo is a picture of its own, not a line of text."""
    if change.path in REGISTER_FIELDS and isinstance(REGISTER_FIELDS[change.path].kind, PhotoHash):
        before = "见登记照片" if change.before else ""
        return replace(
            change, before_text=before, after_text="另附新照片" if change.changed else "见登记照片"
        )
    after = "审核通过后生成" if change.mode == "issued" and not change.after else change.after_text
    return replace(change, after_text=change.before_text if change.mode == "shown" else after)
