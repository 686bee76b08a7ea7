"""Rows that may be written in the panel: every save goes through the ledger, none through the form."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request
from wtforms import Form

from anguan.extensions import db
from anguan.infra import settings
from anguan.infra.events import actor_of
from anguan.panel.common.form_fields import build_form, errors_of
from anguan.panel.common.guard import WRITES, current_account
from anguan.panel.common.listing import GuardedView
from anguan.panel.common.routing import expose
from anguan.services.codes import Refusal
from anguan.services.refusals import Refused
from anguan.web.access import ask_password_again


class EditedView(GuardedView):
    """A list whose rows can be made, changed and deleted by `edits`; subclasses say how that is written."""

    can_create = can_edit = can_delete = True
    can_view_details = can_export = False
    offers = frozenset({"index_view"}) | WRITES
    edits: tuple[str, ...] = ("administrator",)
    create_template = edit_template = "admin/model/form.html"
    row_deeds = True
    asks_again = False
    """True where a change is dangerous: the password is asked for once more."""
    new_word = "新增"
    create_label = "保存"
    delete_note = "删除后可以在“版本与恢复”里找回。"
    help = ""

    def has(self, name: str) -> bool:
        """What is switched off has no address."""
        closed = {"create_view": self.can_create, "edit_view": self.can_edit, "delete_view": self.can_delete}
        return super().has(name) and closed.get(name, True)

    def say_row(self, row: Any) -> str:
        """What a row is called in questions and in the log."""
        return str(row)

    def prefill(self) -> Any:
        """What stands in an empty form."""
        return None

    def adapt(self, form: Form, row: Any) -> None:
        """Take out what cannot be changed in a row that is there."""

    def heading(self, row: Any) -> str:
        """The heading of the form."""
        return f"修改{self.name}" if row is not None else f"{self.new_word}：{self.name}"

    def back_word(self, row: Any) -> str:
        """The page to which the form goes back."""
        return str(self.name)

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """The empty form, and what comes of it."""
        return self._edit(None)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """The form of one row."""
        return self._edit(self.get_one(request.args.get("id", "")))

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> Any:
        """Delete one row."""
        if self.asks_again and (away := ask_password_again()):
            return away
        row = self.get_one(request.form.get("id", ""))
        back = self.get_save_return_url(row)
        if self.delete_model(row):
            flash("已删除。", "ok")
        return redirect(back)

    def _edit(self, row: Any) -> Any:
        if self.asks_again and (away := ask_password_again()):
            return away
        sent = request.method == "POST"
        obj = row if row is not None else self.prefill()
        form = self.edit_form(obj) if row is not None else self.create_form(obj)
        self.adapt(form, row)
        if sent and form.validate():
            back = self.get_save_return_url(row if row is not None else form)
            made = self.update_model(form, row) if row is not None else self.create_model(form)
            if isinstance(made, str):
                return made
            if made:
                flash("已保存，立即生效。", "ok")
                return redirect(back)
        answer = self.render(
            self.edit_template,
            row=row,
            fields=build_form(form),
            faults=errors_of(form),
            heading=self.heading(row),
            back=self.get_save_return_url(row if row is not None else form),
            back_word=self.back_word(row),
            help=self.help,
        )
        return (answer, 400) if sent else answer

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        """Back to the list."""
        return self.link("index_view")

    def values(self, form: Form) -> dict[str, Any]:
        """The columns that the form writes: declared fields only, whatever else was sent."""
        return {field.name: "" if field.data is None and _is_text(field) else field.data for field in form}

    def fail(self, form: Form | None, sentence: str) -> bool:
        """Say why it was not written, at the first field."""
        first = next(iter(form), None) if form is not None else None
        if first is not None:
            first.errors = (*first.errors, sentence)
        else:
            flash(sentence, "bad")
        return False


class SettingView(EditedView):
    """Rows of a scope: each save publishes a new version of the whole scope."""

    allowed_roles = ("administrator", "auditor")

    def scope(self, values: Mapping[str, Any]) -> str:
        """The scope to which a row with these values belongs."""
        raise NotImplementedError

    def versions_scope(self) -> str:
        """The scope whose versions the list leads to; '' where that is said elsewhere."""
        return ""

    def scope_of_row(self, row: Any) -> str:
        """The scope of a row that is there."""
        return self.scope({column.key: getattr(row, column.key) for column in self.model.__table__.columns})

    def complete(self, values: dict[str, Any]) -> dict[str, Any]:
        """Values that the form does not ask for."""
        return values

    def create_model(self, form: Form) -> Any:
        """Insert the row and publish."""
        values = self.complete(self.values(form))
        row = self.model(**values)
        words = f"新增{self.name}“{self.say_row(row)}”"
        return self._publish(form, self.scope(values), words, lambda session: session.add(row))

    def update_model(self, form: Form, model: Any) -> Any:
        """Change the row and publish."""
        key, scope, words = (
            self.get_pk_value(model),
            self.scope_of_row(model),
            f"修改{self.name}“{self.say_row(model)}”",
        )
        values = self.values(form)

        def write(session: Any) -> None:
            row = session.get(self.model, key)
            if row is None:
                raise Refused(Refusal.ROW_DELETED)
            for name, value in values.items():
                setattr(row, name, value)

        return self._publish(form, scope, words, write)

    def delete_model(self, model: Any) -> bool:
        """Delete the row and publish."""
        key, scope, words = (
            self.get_pk_value(model),
            self.scope_of_row(model),
            f"删除{self.name}“{self.say_row(model)}”",
        )

        def write(session: Any) -> None:
            row = session.get(self.model, key)
            if row is not None:
                session.delete(row)

        return bool(self._publish(None, scope, words, write))

    def _publish(self, form: Form | None, scope: str, words: str, work: Any) -> bool:
        try:
            settings.change(db.session, actor_of(current_account()), scope, words, work)
        except (settings.CodeTaken, Refused) as refused:
            return self.fail(form, f"{refused}")
        return True


def _is_text(field: Any) -> bool:
    return field.type in ("StringField", "TextAreaField", "SelectField")


def known(code: str, among: Any) -> str:
    """A code out of an address; 404 when nobody has it."""
    if code not in among:
        abort(404)
    return code
