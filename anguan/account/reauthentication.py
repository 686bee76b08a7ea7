"""Asks for the password again before an operation that cannot be undone (再次确认)."""

from flask import redirect, render_template, request
from sqlalchemy import update

from anguan.account.blueprint import BOTH, Answer, account, own_login
from anguan.auth.authentication import reauthenticate
from anguan.core import clock
from anguan.extensions import db
from anguan.infra.transaction import transaction
from anguan.models import Account, LoginSession
from anguan.web.access import current_visitor, next_page, require_roles
from anguan.web.forms import FormField, errors_of, secret_field
from anguan.web.redirects import is_local
from anguan.web.session_cookie import client_address


@account.route("/reauth", methods=BOTH)
@require_roles("everyone")
def reauth() -> Answer:
    """Render and process the password form."""
    return _prove_again() if request.method == "POST" else _show(_field())


def _prove_again() -> Answer:
    """Mark the session as freshly authenticated for ten minutes."""
    visitor, entry = current_visitor(), _field()
    typed = entry.read()
    if entry.error:
        return _show(entry), 400
    came = reauthenticate(db.session, db.session.get_one(Account, visitor.id), typed, client_address())
    if not came.stage:
        entry.error = "密码不对，请再试一次。"
        if came.wait:
            entry.block(f"输错次数太多，请 {came.wait}后再试。")
        return _show(entry), 429 if came.wait else 401
    with transaction(db.session):
        db.session.execute(
            update(LoginSession).where(LoginSession.id == visitor.session_id).values(proved_at=clock.now())
        )
    return redirect(next_page(visitor, request.form.get("next", "")))


def _field() -> FormField:
    return secret_field("password", "密码")


def _show(entry: FormField) -> str:
    target = request.values.get("next", "")
    return render_template(
        "account/reauth.html",
        login=own_login(),
        fields=(entry,),
        errors=errors_of(entry),
        next=target if is_local(target) else "",
    )
