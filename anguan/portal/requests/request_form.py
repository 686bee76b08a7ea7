"""The form of a draft: fill in, save at any time, upload documents, and go on to the confirmation."""

from collections.abc import Mapping
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from anguan.core import clock
from anguan.core.lifecycle import DRAFT, RETURNED
from anguan.core.matter import Matter
from anguan.domain.calendar import days_left, load_calendar
from anguan.extensions import db, storage
from anguan.matters.in_force import all_in_force
from anguan.models import Account, ChangeRequest
from anguan.portal.blueprint import portal
from anguan.portal.enterprise_search import search_enterprises
from anguan.portal.requests.form_page import SearchBox, read_form
from anguan.portal.requests.not_saved import show_not_saved
from anguan.portal.requests.reasons import standing_reason
from anguan.portal.visitor import crumbs, current_account
from anguan.services.edit_conflicts import EditConflict
from anguan.services.refusals import FormError, NotFound, Refused
from anguan.services.requests import attachments
from anguan.services.requests.attachments import SavedForm
from anguan.services.requests.drafts import Draft, definition, read_draft
from anguan.services.requests.eligibility import may_file
from anguan.services.requests.filing import own_request
from anguan.services.requests.status import resumable_request
from anguan.web.access import require_roles
from anguan.web.draft_form import SAVED_ELSEWHERE, WORKING, read_echoed, read_typed
from anguan.web.form_fields import name_certificate
from anguan.web.responses import is_autosave, is_slot_request
from anguan.web.seen_values import read_saw, read_theirs, renewed_values
from anguan.web.unsaved import say_late
from anguan.web.uploads import FormUploads, press_slot_button, read_uploads, save_uploads


@portal.get("/requests/<id:id>/edit", endpoint="edit")
@require_roles("applicant")
def edit(id: int) -> ResponseReturnValue:
    """The saved form; `check` shows all errors, `find` and `q` search a reference field."""
    me = current_account()
    row = own_request(db.session, me, id)
    if row.state not in WORKING:
        return redirect(url_for(".request", id=id))
    draft = read_draft(db.session, row)
    return show_form(me, draft, check="check" in request.args, search=read_search())


@portal.post("/requests/<id:id>/edit", endpoint="save")
@require_roles("applicant")
def save(id: int) -> ResponseReturnValue:
    """Save the typed values and valid files, then redirect as the pressed button says. Raises NotFound."""
    me = current_account()
    row = own_request(db.session, me, id)
    matter = definition(db.session, row)
    typed = read_typed(matter, request.form)
    sent = read_uploads(db.session, storage(), row, matter, request.files)
    try:
        saved = attachments.save_form(
            db.session, storage(), me, id, sent.inspected, typed, read_saw(), read_theirs()
        )
    except NotFound:
        raise
    except EditConflict as conflict:
        return ask_which(me, id, matter, conflict, sent)
    except Refused as refused:
        row = own_request(db.session, me, id)
        if not is_autosave() and (page := show_not_saved(row, matter, typed, say_late(refused))):
            return page, 409
        return _refuse(id, refused)
    return follow_form(me, id, matter, sent.explain(saved.refusals), saved)


def ask_which(
    me: Account, id: int, matter: Matter, conflict: EditConflict, sent: FormUploads | None = None
) -> ResponseReturnValue:
    """The form with what was typed, beside what another tab has saved; files are stored. Raises NotFound."""
    if is_autosave():
        return jsonify(words=SAVED_ELSEWHERE)
    typed = read_typed(matter, request.form)
    row = own_request(db.session, me, id)
    sent = sent or read_uploads(db.session, storage(), row, matter, request.files)
    refusals = save_uploads(db.session, storage(), me, id, sent)
    draft = read_draft(db.session, own_request(db.session, me, id)).typed_over(typed)
    return show_form(me, draft, refusals=refusals, theirs=conflict.now), 409


def read_search() -> SearchBox | None:
    """The search in a reference field that the URL asks for."""
    if not (path := request.args.get("find")):
        return None
    words = request.args.get("q", "").strip()
    return SearchBox(path, words, search_enterprises(db.session, words))


def save_documents(me: Account, id: int, matter: Matter) -> ResponseReturnValue:
    """Store the files of a form whose text is saved, then go where its button leads. Raises NotFound."""
    sent = read_uploads(db.session, storage(), own_request(db.session, me, id), matter, request.files)
    try:
        refusals = save_uploads(db.session, storage(), me, id, sent)
    except NotFound:
        raise
    except Refused as refused:
        return _refuse(id, refused)
    return follow_form(me, id, matter, refusals)


def follow_form(
    me: Account, id: int, matter: Matter, refusals: list[FormError], saved: SavedForm | None = None
) -> ResponseReturnValue:
    """Go where the button of a saved form leads; `refusals` name the files not attached. Raises NotFound.

    `saved` is the form as it was saved by this request, if nothing has to be read again.
    """
    try:
        slot = press_slot_button(db.session, me, id)
    except NotFound:
        raise
    except Refused as refused:
        return _refuse(id, refused)
    if is_autosave():
        return jsonify(seen=renewed_values(read_typed(matter, request.form)), url=url_for(".edit", id=id))
    if slot or saved is None:  # the button has changed the draft
        saved = SavedForm(own_request(db.session, me, id))
    if is_slot_request():
        return show_form(me, saved.read(db.session), check="check" in request.form, refusals=refusals)
    if slot and not refusals:
        return redirect(url_for(".edit", id=id, _anchor=slot))
    return _go_on(me, saved, refusals)


def _refuse(id: int, refused: Refused) -> ResponseReturnValue:
    if is_autosave() or is_slot_request():
        return refused.sentence, 409
    flash(f"{refused.sentence}。", "warn")
    return redirect(url_for(".request", id=id))


def _go_on(me: Account, saved: SavedForm, refusals: list[FormError]) -> ResponseReturnValue:
    if "go" in request.form:
        draft = saved.read(db.session)
        if refusals or draft.faults:
            return show_form(me, draft, check=True, refusals=refusals), 422
        return redirect(url_for(".review", id=saved.request.id))
    if refusals:
        return show_form(me, saved.read(db.session), refusals=refusals), 422
    return follow_button(me, saved.request)


def follow_button(me: Account, row: ChangeRequest) -> ResponseReturnValue:
    """Where a button leads that neither submits nor was refused; the draft may not have been saved yet."""
    form = request.form
    if path := form.get("find"):
        words = form.get(f"{path}.find", "").strip()[:50]
        return redirect(form_url(row, find=path, q=words, _anchor=path))
    if path := form.get("reveal"):
        return show_form(me, read_draft(db.session, row), revealed=path)
    leave = form.get("leave")
    if leave == "photo":
        return redirect(url_for(".photo_tool", next=form_url(row)))
    if leave in ("profile", "amend"):
        if row.id is not None:
            flash("草稿已保存。之后从“办理进度”继续填写。", "ok")
        amending = _amending(me)
        if leave == "amend" and amending is not None and row.certificate_id is not None:
            return redirect(url_for(".start", code=amending.code, certificate=row.certificate_id))
        return redirect(url_for(".profile"))
    if row.id is None:
        return redirect(form_url(row))
    flash("草稿已保存，尚未提交。提交后才有受理编号。", "news")
    return redirect(url_for(".edit", id=row.id))


def form_url(row: ChangeRequest, **more: Any) -> str:
    """URL of the form, to open and to post; it is another one until the first save."""
    if row.id is not None:
        return url_for(".edit", id=row.id, **more)
    fill = request.values.get("fill") or None
    return url_for(".start", code=row.matter, certificate=row.certificate_id, fill=fill, **more)


def _amending(me: Account) -> Matter | None:
    """The matter by which this holder corrects a certificate."""
    return next((one for one in all_in_force(db.session) if one.amends and may_file(one, me)), None)


def show_form(
    me: Account,
    draft: Draft,
    *,
    check: bool = False,
    refusals: list[FormError] | None = None,
    search: SearchBox | None = None,
    revealed: str = "",
    theirs: Mapping[str, str] | None = None,
) -> str:
    """Render the form page."""
    row, matter = draft.request, draft.matter
    form, steps = read_form(
        db.session,
        draft,
        check=check,
        refusals=refusals or (),
        search=search,
        revealed=revealed,
        echoed=read_echoed(request.form),
        theirs=theirs,
    )
    certificate = row.certificate
    deadline = row.correction_due_at if row.state == RETURNED else None
    return render_template(
        "portal/request_form.html",
        crumbs=crumbs(
            ("我的证书", url_for(".certificates")) if certificate else ("个人信息", url_for(".profile")),
            (matter.title, None),
        ),
        row=row,
        matter=matter,
        form=form,
        checked=check,
        form_steps=steps,
        errors=form.errors,
        certificate=certificate,
        form_url=form_url(row),
        earlier=resumable_request(db.session, row) if row.id is None else None,
        amending=_amending(me) if row.state == DRAFT and certificate else None,
        named=name_certificate(certificate) if certificate else "",
        standing=standing_reason(row) if row.state == DRAFT else None,
        deadline=deadline,
        days_left=days_left(load_calendar(db.session), deadline, clock.now()) if deadline else 0,
    )
