"""Editable panel lists: every save is one transaction with an event or a setting version."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, request
from sqlalchemy import ColumnElement
from werkzeug.exceptions import NotFound
from wtforms import Form

from anguan.extensions import db
from anguan.infra import settings
from anguan.infra.events import actor_of
from anguan.panel.common.form_fields import ask_which, build_form, errors_of, texts_of
from anguan.panel.common.guard import WRITES, current_account
from anguan.panel.common.routing import expose
from anguan.panel.lists.listing import GuardedView
from anguan.services.codes import Refusal
from anguan.services.edit_conflicts import EditConflict, fields_to_keep
from anguan.services.refusals import Refused
from anguan.web.access import ask_password_again
from anguan.web.seen_values import read_saw, read_theirs, renewed_values, sign_values

DELETED = "这一条已经被别人删除，没有保存。您填的内容都在下面，仍然需要的，点下面的按钮保存为新的一条。"


class EditedView(GuardedView):
    """A list whose rows may be created, edited and deleted by the roles in `edits`; subclasses implement
    the write."""

    can_create = can_edit = can_delete = True
    can_view_details = can_export = False
    stock_routes = frozenset({"index_view"}) | WRITES
    edits: tuple[str, ...] = ("administrator",)
    create_template = edit_template = "admin/model/form.html"
    row_actions = True
    asks_again = False
    """True where a change is dangerous: the password is asked for once more."""
    new_word = "新增"
    create_label = "保存"
    delete_note = "删除后可以在“版本与恢复”里找回。"
    help = ""

    def has(self, name: str) -> bool:
        """True when the view offers this route; routes that are switched off do not exist."""
        closed = {"create_view": self.can_create, "edit_view": self.can_edit, "delete_view": self.can_delete}
        return super().has(name) and closed.get(name, True)

    def describe_row(self, row: Any) -> str:
        """Name of a row in questions and in the event log."""
        return str(row)

    def prefill(self) -> Any:
        """Initial values of an empty form; None for no values."""
        return None

    def adapt(self, form: Form, row: Any, sent: bool) -> None:
        """Remove fields that cannot be changed in an existing row; `sent` is False for a form to be shown."""

    def shown(self, row: Any) -> dict[str, str]:
        """The text of each field as the form of this row shows it."""
        form = self.edit_form(row)
        for field in form:
            field.raw_data = None  # what was sent, which a number field would show again
        form.process(obj=row)
        self.adapt(form, row, sent=False)
        return texts_of(form)

    def kept(self, form: Form, row: Any) -> set[str]:
        """The fields that stay as they are; call it in the transaction that writes. Raises EditConflict."""
        return fields_to_keep(self.shown(row), texts_of(form), read_saw(), read_theirs())

    def heading(self, row: Any) -> str:
        """Heading of the form."""
        return f"修改{self.name}" if row is not None else f"{self.new_word}：{self.name}"

    def back_word(self, row: Any) -> str:
        """Title of the page to which the form returns."""
        return str(self.name)

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """Show the empty form, or create the row."""
        return self._edit(None)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """Show the form of one row, or save it."""
        try:
            row = self.get_one(request.args.get("id", ""))
        except NotFound:
            if request.method != "POST" or not (self.can_create and self.may("create_view")):
                raise
            return self._show_deleted(), 404
        return self._edit(row)

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

    def _show_deleted(self) -> str:
        """What was typed into the form of a row that is gone, as a form that makes a new one of it."""
        form = self.create_form(None)
        self.adapt(form, None, True)
        return self.render(
            self.create_template,
            row=None,
            fields=build_form(form, {}),
            faults=[("", DELETED)],
            action=self.link("create_view"),
            seen=sign_values({}),
            heading=self.heading(None),
            back=self.link("index_view"),
            back_word=self.back_word(None),
            help=self.help,
        )

    def _edit(self, row: Any) -> Any:
        if self.asks_again and (away := ask_password_again()):
            return away
        sent = request.method == "POST"
        obj = row if row is not None else self.prefill()
        form = self.edit_form(obj) if row is not None else self.create_form(obj)
        self.adapt(form, row, sent)
        theirs: Mapping[str, str] = {}
        if sent and form.validate():
            back = self.get_save_return_url(row if row is not None else form)
            try:
                made = self.update_model(form, row) if row is not None else self.create_model(form)
            except EditConflict as conflict:
                made, theirs = False, conflict.now
            if isinstance(made, str):
                return made
            if made:
                flash("已保存，立即生效。", "ok")
                return redirect(back)
        answer = self.render(
            self.edit_template,
            row=row,
            fields=build_form(form, theirs),
            faults=[*errors_of(form), *ask_which(form, theirs)],
            seen=renewed_values(theirs) if sent else sign_values(texts_of(form)),
            heading=self.heading(row),
            back=self.get_save_return_url(row if row is not None else form),
            back_word=self.back_word(row),
            help=self.help,
        )
        return (answer, 409 if theirs else 400) if sent else answer

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        """URL of the list."""
        return self.link("index_view")

    def values(self, form: Form) -> dict[str, Any]:
        """Values of the declared fields only, whatever else was sent."""
        return {field.name: "" if field.data is None and _is_text(field) else field.data for field in form}

    def fail(self, form: Form | None, sentence: str) -> bool:
        """Put the reason of a refused write on the first field."""
        first = next(iter(form), None) if form is not None else None
        if first is not None:
            first.errors = (*first.errors, sentence)
        else:
            flash(sentence, "bad")
        return False


class SettingView(EditedView):
    """Rows of a settings scope: each save publishes a new version of the whole scope."""

    allowed_roles = ("administrator", "auditor")
    one_line = False

    def scope(self, values: Mapping[str, Any]) -> str:
        """Scope to which a row with these values belongs; subclasses must override it
        (NotImplementedError)."""
        raise NotImplementedError

    def within(self) -> Sequence[ColumnElement[bool]]:
        """Settings hold for the whole province."""
        return ()

    def versions_scope(self) -> str:
        """Scope whose versions the list links to; '' where another page links to them."""
        return ""

    def scope_of_row(self, row: Any) -> str:
        """Scope of an existing row."""
        return self.scope({column.key: getattr(row, column.key) for column in self.model.__table__.columns})

    def complete(self, values: dict[str, Any]) -> dict[str, Any]:
        """Values that the form does not ask for."""
        return values

    def create_model(self, form: Form) -> Any:
        """Insert the row and publish a version."""
        values = self.complete(self.values(form))
        row = self.model(**values)
        words = f"新增{self.name}“{self.describe_row(row)}”"
        return self._publish(form, self.scope(values), words, lambda session: session.add(row))

    def update_model(self, form: Form, model: Any) -> Any:
        """Update the row and publish a version."""
        key, scope, words = (
            self.get_pk_value(model),
            self.scope_of_row(model),
            f"修改{self.name}“{self.describe_row(model)}”",
        )
        values = self.values(form)

        def write(session: Any) -> None:
            row = session.get(self.model, key)
            if row is None:
                raise Refused(Refusal.ROW_DELETED)
            kept = self.kept(form, row)
            for name, value in values.items():
                if name not in kept:
                    setattr(row, name, value)

        return self._publish(form, scope, words, write)

    def delete_model(self, model: Any) -> bool:
        """Delete the row and publish a version."""
        key, scope, words = (
            self.get_pk_value(model),
            self.scope_of_row(model),
            f"删除{self.name}“{self.describe_row(model)}”",
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
    """A code from a URL; aborts with 404 when it is unknown."""
    if code not in among:
        abort(404)
    return code
