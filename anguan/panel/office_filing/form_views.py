"""填写, 核对 and 提交 of an office request, as routes of 我发起的."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import abort, flash, jsonify, redirect, request, url_for

from anguan.core.check_result import Outcome
from anguan.core.matter import Matter
from anguan.domain.field_changes import FieldChange
from anguan.extensions import db, storage
from anguan.infra.idempotency import body_digest
from anguan.models import ChangeRequest
from anguan.panel.common import formatting
from anguan.panel.common.guard import GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.panel.office_filing.office_request_form import build_office_form, mask_value
from anguan.panel.register.register import url_of
from anguan.services.edit_conflicts import EditConflict
from anguan.services.refusals import FormError, InvalidSubmission, NotFound, Refused, StaleRequest
from anguan.services.requests import attachments, filing
from anguan.services.requests.drafts import Draft, definition, digest_of, read_draft
from anguan.services.requests.filing import own_request
from anguan.web.access import ask_password_again
from anguan.web.draft_form import MOVED, SAVED_ELSEWHERE, WORKING, Unconfirmed, read_echoed, read_typed
from anguan.web.form_fields import format_mirrors
from anguan.web.forms import FormField
from anguan.web.responses import is_autosave, is_slot_request
from anguan.web.seen_values import read_saw, read_theirs, renewed_values
from anguan.web.unsaved import list_unsaved, say_late
from anguan.web.uploads import FormUploads, press_slot_button, read_uploads, save_uploads

ID = "<id:id>"


def own(id: int) -> ChangeRequest:
    """The request if this visitor filed it; aborts with 404 for all others, existing or not."""
    try:
        return own_request(db.session, current_account(), id)
    except NotFound:
        abort(404)


def record_of(row: ChangeRequest) -> tuple[str, str]:
    """Title and page of the record that the request is about."""
    if row.certificate is not None:
        number = row.certificate.number or f"纸质 {row.certificate.paper_number or ''}"
        return f"{row.certificate.holder_name} {number}", url_of("panel_certificate", row.certificate.id)
    return row.applicant_name, url_of("panel_person", row.person_id or 0)


def start_url(row: ChangeRequest) -> str:
    """URL of the form before its first save."""
    about = {"certificate": row.certificate_id} if row.certificate_id else {"person": row.person_id}
    return url_for("panel_filing.start", code=row.matter, **about)


def list_changes(changes: Sequence[FieldChange]) -> list[FieldChange]:
    """What approval writes, mirrored fields included; numbers are masked."""
    return [
        replace(
            change,
            before_text=""
            if change.mode == "answered"
            else mask_value(change, change.before, change.before_text),
            after_text=mask_value(change, change.after or "", change.after_text),
            places=format_mirrors(db.session, change.path, changes),
        )
        for change in changes
        if change.changed and not change.mirror_of
    ]


class FormMixin(GuardedMixin):
    """The pages on which a draft is filled in and submitted."""

    @expose(f"/{ID}/edit")
    def edit(self, id: int) -> Any:
        """The form as it was left; `check` shows every error."""
        row = own(id)
        if row.state not in WORKING:
            return redirect(self.link("progress", id=id))
        return self._form(read_draft(db.session, row), check="check" in request.args)

    @expose(f"/{ID}/edit", methods=("POST",))
    def save(self, id: int) -> Any:
        """Save everything typed and every acceptable file, then do what the button says. Aborts with 404."""
        row = own(id)
        matter = definition(db.session, row)
        typed = read_typed(matter, request.form)
        sent = read_uploads(db.session, storage(), row, matter, request.files)
        try:
            saved = attachments.save_form(
                db.session, storage(), current_account(), id, sent.inspected, typed, read_saw(), read_theirs()
            )
        except NotFound:
            abort(404)
        except EditConflict as conflict:
            return self.ask_which(id, matter, typed, conflict, sent)
        except Refused as refused:
            rows = list_unsaved(db.session, own(id), matter, typed)
            if rows and not is_autosave():
                return self._show_unsaved(own(id), matter, rows, say_late(refused)), 409
            return self._not_saved(id, refused)
        return self.follow_form(id, typed, sent.explain(saved.refusals))

    def ask_which(
        self,
        id: int,
        matter: Matter,
        typed: Mapping[str, str],
        conflict: EditConflict,
        sent: FormUploads | None = None,
    ) -> Any:
        """Somebody else has saved a field meanwhile: the form with both values of it."""
        if is_autosave():
            return jsonify(words=SAVED_ELSEWHERE)
        sent = sent or read_uploads(db.session, storage(), own(id), matter, request.files)
        refusals = save_uploads(db.session, storage(), current_account(), id, sent)
        draft = read_draft(db.session, own(id)).typed_over(typed)
        return self._form(draft, False, refusals, conflict.now), 409

    def save_documents(self, id: int, matter: Matter, typed: Mapping[str, str]) -> Any:
        """Store the files of a form whose text is saved, then go where its button leads. Aborts with 404."""
        sent = read_uploads(db.session, storage(), own(id), matter, request.files)
        try:
            refusals = save_uploads(db.session, storage(), current_account(), id, sent)
        except NotFound:
            abort(404)
        except Refused as refused:
            return self._not_saved(id, refused)
        return self.follow_form(id, typed, refusals)

    def follow_form(self, id: int, typed: Mapping[str, str], refusals: list[FormError]) -> Any:
        """Where the pressed button of a saved form leads. Aborts with 404."""
        try:
            slot = press_slot_button(db.session, current_account(), id)
        except NotFound:
            abort(404)
        except Refused as refused:
            return self._not_saved(id, refused)
        if is_autosave():
            return jsonify(seen=renewed_values(typed), url=self.link("save", id=id))
        if is_slot_request():
            return self._form(read_draft(db.session, own(id)), "check" in request.form, refusals)
        going = "go" in request.form
        if refusals or going:
            draft = read_draft(db.session, own(id))
            if refusals or draft.faults:
                return self._form(draft, going, refusals), 422
        if going:
            return redirect(self.link("check", id=id))
        if not slot:
            flash("草稿已保存，尚未提交。提交后才有受理编号。", "news")
        return redirect(self.link("edit", id=id, _anchor=slot or None))

    def _show_unsaved(
        self, row: ChangeRequest, matter: Matter, rows: Sequence[tuple[str, str]], sentence: str
    ) -> str:
        """What became of the request, and what was typed."""
        return self.render(
            "admin/office_not_saved.html",
            row=row,
            matter=matter,
            state=formatting.STATES[row.state],
            sentence=sentence,
            rows=rows,
        )

    def _not_saved(self, id: int, refused: Refused) -> Any:
        if is_autosave() or is_slot_request():
            return refused.sentence, 409
        flash(f"{refused.sentence}。", "warn")
        return redirect(self.link("progress", id=id))

    @expose(f"/{ID}/check")
    def check(self, id: int) -> Any:
        """Confirmation page before submission; with errors left it redirects to the form."""
        row = own(id)
        if row.state not in WORKING:
            return redirect(self.link("progress", id=id))
        draft = read_draft(db.session, row)
        if draft.faults:
            return redirect(self.link("edit", id=id, check=1))
        return (ask_password_again() if draft.matter.requires_confirmation else None) or self._check(draft)

    @expose(f"/{ID}/submit", methods=("POST",))
    def submit(self, id: int) -> Any:
        """Submit once per idempotency key; a stale page is shown again. Aborts with 409."""
        row, form = own(id), request.form
        promised, key = bool(form.get("promise")), form.get("key", "")[:64]
        confirmed = row.state in WORKING and definition(db.session, row).requires_confirmation
        if confirmed and (away := ask_password_again()):
            return away

        def check(draft: Draft) -> None:
            if form.get("seen") != digest_of(draft):
                raise Unconfirmed(draft, MOVED)
            if not promised and not draft.faults:
                raise Unconfirmed(draft, faults=[FormError("promise", "请勾选后再提交")])

        said = body_digest((name, value) for name, value in form.items(multi=True) if name != "csrf_token")
        try:
            filed = filing.submit(db.session, current_account(), id, promised, key, said, check)
        except Unconfirmed as again:
            return self._check(again.draft, again.notice, again.faults), 409 if again.notice else 422
        except InvalidSubmission:
            return redirect(self.link("edit", id=id, check=1))
        except StaleRequest:
            abort(409)
        except Refused as refused:
            flash(f"{refused.sentence}。", "news")
        else:
            flash(f"已提交，受理编号 {filed.number}。由其他人员审核，您不能审核自己提出的申请。", "ok")
        return redirect(self.link("progress", id=id))

    def _form(
        self,
        draft: Draft,
        check: bool = False,
        refusals: list[FormError] | None = None,
        theirs: Mapping[str, str] | None = None,
    ) -> str:
        row = draft.request
        return self.render(
            "admin/office_form.html",
            row=row,
            matter=draft.matter,
            checked=check,
            about=record_of(row),
            save_url=self.link("save", id=row.id) if row.id is not None else start_url(row),
            form=build_office_form(
                db.session, draft, check, refusals or (), read_echoed(request.form), theirs
            ),
        )

    def _check(self, draft: Draft, notice: str = "", faults: Sequence[FormError] = ()) -> str:
        row, errors = draft.request, [(fault.anchor, fault.sentence) for fault in faults]
        promise = "以上内容我已逐项核对，并作出上述承诺"
        return self.render(
            "admin/office_confirm.html",
            row=row,
            matter=draft.matter,
            about=record_of(row),
            changed=list_changes(draft.changes),
            slots=draft.slots,
            warnings=[found for found in draft.findings if found.outcome == Outcome.WARN],
            notice=notice,
            promise=FormField("promise", promise, "checkbox", error=dict(errors).get("promise", "")),
            errors=errors,
            key=secrets.token_urlsafe(24),
            seen=digest_of(draft),
        )
