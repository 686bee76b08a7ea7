"""延续, 变更, 注销, 修改…: opens an empty form without saving anything; its first save makes the draft."""

from dataclasses import dataclass

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from anguan.core.record_ids import read_id
from anguan.extensions import db
from anguan.matters.in_force import in_force
from anguan.models import Account, ChangeRequest
from anguan.portal.blueprint import portal
from anguan.portal.requests.form_page import read_form
from anguan.portal.requests.printed_forms import print_form
from anguan.portal.requests.request_form import (
    ask_which,
    follow_button,
    read_search,
    save_documents,
    show_form,
)
from anguan.portal.visitor import current_account
from anguan.services.edit_conflicts import EditConflict
from anguan.services.refusals import NotFound, Refused
from anguan.services.requests import new_drafts
from anguan.services.requests.drafts import Draft, definition, read_draft
from anguan.web.access import require_roles
from anguan.web.draft_form import has_input, read_typed
from anguan.web.responses import is_autosave, is_slot_request
from anguan.web.seen_values import read_saw, read_theirs

KEEPING = ("save", "go", "again")
"""Buttons that make a draft even when nothing was typed."""


@dataclass(frozen=True)
class StartArguments:
    """What is started: the certificate, and whether to begin with the person's facts."""

    certificate: int | None
    fill: bool


@portal.get("/start/<code>", endpoint="start")
@require_roles("applicant")
def show_start(code: str) -> ResponseReturnValue:
    """The form of a matter; query: `certificate` (id), `fill`, `find` and `q`."""
    me = current_account()
    row = _open(me, code)
    if isinstance(row, Response):
        return row
    if row.id is not None:
        return redirect(url_for(".edit", id=row.id))
    return show_form(me, read_draft(db.session, row), search=read_search())


@portal.post("/start/<code>", endpoint="begin")
@require_roles("applicant")
def begin(code: str) -> ResponseReturnValue:
    """Save the form for the first time; a button pressed on an untouched form only leads on."""
    me, started = current_account(), _arguments()
    row = _open(me, code)
    if isinstance(row, Response):
        return row
    matter = definition(db.session, row)
    if row.id is None:
        draft = read_draft(db.session, row)
        if not _has_input(draft):
            return ("", 204) if is_autosave() else follow_button(me, row)
    try:
        typed = read_typed(matter, request.form)
        saved = new_drafts.begin(
            db.session,
            me,
            code,
            started.certificate,
            fill=started.fill,
            typed=typed,
            saw=read_saw(),
            theirs=read_theirs(),
        )
    except NotFound:
        raise
    except EditConflict as conflict:
        other = _open(me, code)
        return other if isinstance(other, Response) else ask_which(me, other.id, matter, conflict)
    except Refused as refused:
        return _refuse(refused)
    return save_documents(me, saved.id, matter)


@portal.get("/start/<code>/<any(application, commitment):paper>.pdf", endpoint="start_pdf")
@require_roles("applicant")
def download_start_form(code: str, paper: str) -> ResponseReturnValue:
    """申请表 or 承诺书 of a form that was not saved yet, filled with what is registered."""
    row = _open(current_account(), code)
    return row if isinstance(row, Response) else print_form(row, paper)


def _arguments() -> StartArguments:
    return StartArguments(read_id(request.values.get("certificate")), bool(request.values.get("fill")))


def _open(me: Account, code: str) -> ChangeRequest | Response:
    """The draft, saved or not; a redirect that says why there is none. Raises NotFound."""
    started = _arguments()
    try:
        in_force(db.session, code)
    except LookupError:
        abort(404)
    try:
        return new_drafts.unsaved_draft(db.session, me, code, started.certificate, started.fill)
    except NotFound:
        raise
    except Refused as refused:
        return _refuse(refused)


def _refuse(refused: Refused) -> Response:
    if is_autosave() or is_slot_request():
        return Response(refused.sentence, 409)
    flash(f"{refused.sentence}。", "warn")
    target = url_for(".certificates" if _arguments().certificate else ".profile")
    return Response(status=302, headers={"Location": target})


def _has_input(draft: Draft) -> bool:
    """True when something was typed, chosen or uploaded, or a button was pressed that saves."""
    if any(button in request.form for button in KEEPING):
        return True
    form, _ = read_form(db.session, draft)
    return has_input(request.form, form, draft.matter, request.files)
