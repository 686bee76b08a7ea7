"""更正, 处理: opens an empty form without saving anything; its first save makes the draft."""

from typing import Any

from flask import abort, flash, redirect, request

from anguan.core.record_ids import read_id
from anguan.extensions import db
from anguan.matters import catalog
from anguan.models import ChangeRequest
from anguan.panel.common.guard import current_account
from anguan.panel.common.routing import expose
from anguan.panel.office_filing.form_views import FormMixin, start_url
from anguan.panel.office_filing.office_request_form import build_office_form
from anguan.services.edit_conflicts import EditConflict
from anguan.services.refusals import NotFound, Refused
from anguan.services.requests import new_drafts
from anguan.services.requests.drafts import definition, read_draft
from anguan.web.draft_form import has_input, read_typed
from anguan.web.responses import is_autosave, is_slot_request
from anguan.web.seen_values import read_saw, read_theirs

OWN = tuple((one.code, one.title) for one in catalog.CATALOG if one.filed_by == "office")
KEEPING = ("save", "go", "again")
"""Buttons that make a draft even when nothing was typed."""


class StartMixin(FormMixin):
    """The form of an office request before its first save."""

    @expose("/start/<code>")
    def start(self, code: str) -> Any:
        """The form about the certificate or person in the query, or the draft that exists; writes nothing."""
        row = self._open(code)
        if not isinstance(row, ChangeRequest):
            return row
        if row.id is not None:
            return redirect(self.link("edit", id=row.id))
        return self._form(read_draft(db.session, row))

    @expose("/start/<code>", methods=("POST",))
    def begin(self, code: str) -> Any:
        """Save the form for the first time. Aborts with 404."""
        row = self._open(code)
        if not isinstance(row, ChangeRequest):
            return row
        matter = definition(db.session, row)
        if row.id is None and not any(button in request.form for button in KEEPING):
            made = build_office_form(db.session, read_draft(db.session, row))
            if not has_input(request.form, made, matter, request.files):
                return ("", 204) if is_autosave() else redirect(start_url(row))
        typed, who = read_typed(matter, request.form), current_account()
        certificate, person = _about()
        try:
            draft = new_drafts.begin(
                db.session,
                who,
                code,
                certificate,
                person_id=person,
                typed=typed,
                saw=read_saw(),
                theirs=read_theirs(),
            )
        except NotFound:
            abort(404)
        except EditConflict as conflict:
            other = self._open(code)
            return self.ask_which(other.id, matter, typed, conflict) if other.id else redirect(start_url(row))
        except Refused as refused:
            return self._refuse(refused)
        return self.save_documents(draft.id, matter, typed)

    def _open(self, code: str) -> Any:
        """The draft, saved or not; a redirect that says why there is none. Aborts with 404."""
        if code not in dict(OWN):
            abort(404)
        certificate, person = _about()
        try:
            return new_drafts.unsaved_draft(
                db.session, current_account(), code, certificate, person_id=person
            )
        except NotFound:
            abort(404)
        except Refused as refused:
            return self._refuse(refused)

    def _refuse(self, refused: Refused) -> Any:
        if is_autosave() or is_slot_request():
            return refused.sentence, 409
        flash(f"{refused.sentence}。", "warn")
        certificate, person = _about()
        view = "panel_certificate" if certificate else "panel_person"
        return redirect(self.get_url(f"{view}.details_view", id=certificate or person))


def _about() -> tuple[int | None, int | None]:
    """The certificate and the person in the query or form."""
    return read_id(request.values.get("certificate")), read_id(request.values.get("person"))
