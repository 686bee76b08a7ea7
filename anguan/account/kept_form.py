"""What was typed before the login ended: its author sees it after the login, and sends or drops it."""

from flask import redirect, render_template, url_for

from anguan.account.blueprint import Answer, account
from anguan.auth.kept_forms import find_kept_form, forget_kept_form
from anguan.core.masks import mask_documents
from anguan.extensions import db
from anguan.web.access import current_visitor, require_roles
from anguan.web.redirects import home_url

HIDDEN = ("seen", "key", "id", "digest")
"""Beginnings of technical inputs, which are sent again but not shown."""


@account.get("/unsent", endpoint="kept_form")
@require_roles("everyone")
def show_kept_form() -> Answer:
    """The kept form with a button that sends it; without one the first page."""
    kept = find_kept_form(db.session, current_visitor().id)
    if kept is None:
        return redirect(home_url(current_visitor()))
    typed = [
        mask_documents(text)
        for name, texts in kept.values.items()
        for text in texts
        if text.strip() and not name.startswith(HIDDEN) and not text.isascii()
    ]
    return render_template("account/kept_form.html", kept=kept, typed=typed)


@account.post("/unsent/drop", endpoint="drop_kept_form")
@require_roles("everyone")
def drop_kept_form() -> Answer:
    """不要了: delete it."""
    forget_kept_form(db.session, current_visitor().id)
    return redirect(url_for("account.kept_form"))
