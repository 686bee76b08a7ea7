"""External records about people: 教育学时, 社保, 建造师. Each save is recorded as an event."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from wtforms import Form
from wtforms.validators import ValidationError

from anguan.core.field_types import normalise_login
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import Enterprise, Person
from anguan.panel.common import formatting
from anguan.panel.common.guard import current_account
from anguan.panel.common.search import begins_with, find_person, is_exactly, looks_like_document, matching_ids
from anguan.panel.lists.editing import EditedView
from anguan.panel.lists.filters import Hidden, OfRecord
from anguan.services.codes import Refusal
from anguan.services.refusals import Refused

TAKEN = "这个人的这一条已经登记过，请直接修改原来的"


class PersonField:
    """Form with the document number of a person."""

    def validate_person(self, field: Any) -> None:
        """Somebody has this number. Raises ValidationError."""
        if find_person(field.data) is None:
            raise ValidationError("没有登记这个证件号码的人")

    def validate_enterprise(self, field: Any) -> None:
        """An enterprise has this code. Raises ValidationError."""
        if (
            db.session.scalar(select(Enterprise.id).where(Enterprise.uscc == normalise_login(field.data)))
            is None
        ):
            raise ValidationError("没有登记这个统一社会信用代码的企业")


class ExternalRecordView(EditedView):
    """A record about a person."""

    allowed_roles = (*REVIEWERS, "administrator", "auditor")
    edits = ("senior_reviewer", "administrator")
    searches = "姓名、证件号码"
    cut = ("person", "enterprise")
    delete_note = "删除记入日志。"
    column_labels = {
        "person": "姓名", "document": "证件号码", "enterprise": "单位", "year": "年度", "hours": "学时",
        "first_month": "起始月", "last_month": "截止月", "number": "注册编号", "valid_until": "有效期至",
    }  # fmt: skip
    people = {
        "person": lambda row: row.person.name,
        "document": lambda row: formatting.document(row.person.document_number),
    }
    noted: Sequence[str] = ()

    def seek(self, text: str) -> ColumnElement[bool]:
        """The beginning of a name, or a whole document number."""
        people = matching_ids(
            Person.id, begins_with(Person.name, text), is_exactly(Person.document_number, text)
        )
        condition: ColumnElement[bool] = self.model.person_id.in_(select(Person.id).where(people))
        return condition

    def resolve(self, typed: str) -> dict[str, Any] | None:
        """Filter for the person with this number."""
        found = find_person(typed)
        return {"flt_person": found} if found is not None else None if looks_like_document(typed) else {}

    def adapt(self, form: Form, row: Any, sent: bool) -> None:
        """Person and enterprise of an existing row are fixed."""
        if row is not None:
            del form["person"]
            if "enterprise" in form:
                del form["enterprise"]

    def heading(self, row: Any) -> str:
        """Heading of the form; the word for a new row names its kind."""
        return str(self.new_word if row is None else super().heading(row))

    def describe_row(self, row: Any) -> str:
        """Name of the person."""
        return f"{row.person.name}的{self.name}"

    def columns_of(self, form: Form) -> dict[str, Any]:
        """Column values, with person and enterprise resolved to rows."""
        values = self.values(form)
        if "person" in values:
            number = values.pop("person")
            values["person_id"] = find_person(number)
        if "enterprise" in values:
            code = normalise_login(values.pop("enterprise"))
            values["enterprise_id"] = db.session.scalar(select(Enterprise.id).where(Enterprise.uscc == code))
        return values

    def create_model(self, form: Form) -> Any:
        """Insert the row, with an event on the person."""
        values = self.columns_of(form)
        return self._write(form, "登记", values["person_id"], lambda: self.model(**values), values)

    def update_model(self, form: Form, model: Any) -> Any:
        """Update the row, with before and after in the event."""
        key, values = model.id, self.columns_of(form)

        def take() -> Any:
            row = db.session.get(self.model, key, with_for_update={"of": self.model})
            if row is None:
                raise Refused(Refusal.ROW_DELETED)
            for name in self.kept(form, row):
                values.pop(name, None)
            return row

        return self._write(form, "修改", model.person_id, take, values)

    def delete_model(self, model: Any) -> bool:
        """Delete the row, with its old values in the event."""
        key, person_id = model.id, model.person_id
        who = actor_of(current_account())
        with transaction(db.session):
            row = db.session.get_one(self.model, key)
            words_ = f"删除{self.name}：{self._describe(row)}"
            record_event(
                db.session,
                "change_fact",
                words_,
                who,
                person=db.session.get(Person, person_id),
                before=self._describe(row),
            )
            db.session.delete(row)
        return True

    def _write(self, form: Form, verb: str, person_id: int, take: Any, values: dict[str, Any]) -> bool:
        who = actor_of(current_account())
        try:
            with transaction(db.session):
                row = take()
                before = self._describe(row) if row.id else ""
                for name, value in values.items():
                    setattr(row, name, value)
                db.session.add(row)
                db.session.flush()
                person = db.session.get_one(Person, person_id)
                after = self._describe(row)
                record_event(
                    db.session,
                    "change_fact",
                    f"{verb}{self.name}：{after}",
                    who,
                    person=person,
                    before=before,
                    after=after,
                )
        except IntegrityError:
            return self.fail(form, TAKEN)
        except Refused as refused:
            return self.fail(form, f"{refused}")
        return True

    def _describe(self, row: Any) -> str:
        return "，".join(f"{self.column_labels[name]} {getattr(row, name)}" for name in self.noted)


def of_person(model: Any) -> tuple[Hidden, ...]:
    """Filter set by links: one person."""
    return (OfRecord("person", "本人", model.person_id),)
