"""Keeps the text of a form that came too late, for the account that had opened it."""

import hmac

from flask import Flask, Response, g, request

from anguan.auth import kept_forms
from anguan.auth.encryption import fingerprint
from anguan.auth.identity import ANONYMOUS
from anguan.extensions import db
from anguan.web.access import current_visitor

FILLED_BY = "filled_by"
"""Hidden input of every form: which account had it open, as a keyed hash."""
RESENT = "kept_form"
"""Input of the page that sends a kept form again."""
KEEP_ONLY = "X-Keep-Form"
"""Header of a page that is about to leave for the login: nothing is done but keeping the text."""
LEFT_OUT = frozenset({"csrf_token", FILLED_BY, RESENT})
CLOSED = frozenset({"account"})
"""Blueprints whose forms hold passwords and codes, which are never stored."""


def register_kept_forms(app: Flask) -> None:
    """Register the hooks; before the check of the CSRF token, which a late form no longer has."""
    app.before_request(keep_only)
    app.after_request(forget_resent)
    app.add_template_global(filled_by)


def keep_only() -> tuple[str, int] | None:
    """Answer a page that leaves for the login. Another site cannot send the header."""
    if KEEP_ONLY not in request.headers or request.method != "POST":
        return None
    keep_late_form()
    return "", 204


def forget_resent(response: Response) -> Response:
    """Delete the kept form once it has been sent again: its text stands on the page that answers."""
    who = current_visitor() if "who" in g else ANONYMOUS
    done = response.status_code not in (400, 403, 500, 503)
    if request.method == "POST" and who.is_authenticated and done and RESENT in request.form:
        kept_forms.forget_kept_form(db.session, who.id)
    return response


def filled_by() -> str:
    """The hidden input for this visitor; '' before the login."""
    who = current_visitor()
    return _mark(who.id) if who.is_authenticated else ""


def keep_late_form() -> bool:
    """Keep the text of this POST for its account; False when there is no text or no account.

    The account is that of the session, ended by time or still open, and the form must have been opened by it.
    """
    account_id = g.get("timed_out_id") or (current_visitor().id if current_visitor().is_authenticated else 0)
    if request.method != "POST" or request.blueprint in CLOSED or not account_id:
        return False
    if not hmac.compare_digest(request.form.get(FILLED_BY, ""), _mark(account_id)):
        return False
    values = {name: request.form.getlist(name) for name in request.form if name not in LEFT_OUT}
    if not any(text.strip() for texts in values.values() for text in texts):
        return False
    path = request.full_path if request.query_string else request.path
    return kept_forms.keep_form(db.session, account_id, path, values)


def _mark(account_id: int) -> str:
    return fingerprint(FILLED_BY, str(account_id))[:24]
