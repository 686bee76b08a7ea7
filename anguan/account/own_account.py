"""Change of one's own password (修改密码) and the list of logged-in devices (登录设备)."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from anguan.account.blueprint import BOTH, Answer, account, own_login
from anguan.auth import passwords, sessions
from anguan.auth.accounts import lock_account, record_own_event
from anguan.auth.authentication import reauthenticate
from anguan.auth.hashing import hash_secret
from anguan.auth.identity import FULL
from anguan.auth.user_agents import format_user_agent
from anguan.core.record_ids import read_id
from anguan.domain.policies import load_policies
from anguan.extensions import db
from anguan.infra.transaction import transaction
from anguan.models import Account
from anguan.web.access import current_visitor, next_page, require_roles
from anguan.web.forms import FormField, errors_of, secret_field
from anguan.web.session_cookie import client_address, rotate_session

PasswordFields = tuple[FormField, FormField, FormField]


@account.route("/password", methods=BOTH)
@require_roles("everyone", "rotation")
def password() -> Answer:
    """Render and process the page 修改密码."""
    return _change_password() if request.method == "POST" else _show(_fields())


def _change_password() -> Answer:
    """Change it, or show every fault at once: those of the new password and a wrong current one."""
    visitor, fields = current_visitor(), _fields()
    current, new, again = fields
    account = db.session.get_one(Account, visitor.id)
    old, chosen = current.read(), new.read()
    again.read()
    profile = passwords.PROFILES[load_policies(db.session).password_profile]
    new.error = new.error or passwords.find_password_error(chosen, account.login, profile)
    again.error = again.error or ("" if request.form.get("again") == chosen else "两次输入的密码不一样。")
    before = account.password_hash
    came = None if current.error else reauthenticate(db.session, account, old, client_address())
    if came is not None and not came.stage:
        current.error = "当前密码不对。"
        if came.wait:
            current.block(f"输错次数太多，请 {came.wait}后再试。")
    if errors_of(*fields):
        return _show(fields), 429 if came is not None and came.wait else 400
    if passwords.was_used(db.session, account, chosen):
        new.error = f"最近 {passwords.KEPT} 次用过的密码不能再用，请换一个新的。"
        return _show(fields), 400
    hashed = hash_secret(chosen)
    with transaction(db.session):
        account = lock_account(db.session, visitor.id)
        if account.password_hash != before or account.disabled_at is not None:
            abort(409, "密码刚刚在别处改过，请重新登录后再试。")
        passwords.set_password(db.session, account, hashed)
        sessions.end_sessions(db.session, account)
        token = sessions.start(db.session, account, FULL, client_address(), visitor.session_id)
        record_own_event(db.session, "password_changed", "修改密码", account)
    who = rotate_session(token)
    flash("密码已修改。其他设备上的登录已全部退出。", "ok")
    return redirect(url_for("account.password") if visitor.stage == FULL else next_page(who, ""))


@account.route("/sessions", methods=BOTH, endpoint="sessions")
@require_roles("everyone")
def show_sessions() -> Answer:
    """List the devices on which the account is logged in."""
    if request.method == "POST":
        return _end_session()
    visitor = current_visitor()
    account = db.session.get_one(Account, visitor.id)
    minutes = sessions.idle_minutes(account.role, load_policies(db.session))
    rows = [
        {
            "id": row.id,
            "browser": format_user_agent(row.browser),
            "network": row.network,
            "started_at": row.started_at,
            "seen_at": row.seen_at,
            "is_this": row.id == visitor.session_id,
        }
        for row in sessions.living_sessions(db.session, account, minutes)
    ]
    return render_template("account/sessions.html", rows=rows)


def _end_session() -> Response:
    """End one other session, or all others."""
    visitor = current_visitor()
    chosen = request.form.get("end", "")
    with transaction(db.session):
        account = lock_account(db.session, visitor.id)
        others = {row.id for row in sessions.living_sessions(db.session, account)} - {visitor.session_id}
        wanted = others if chosen == "others" else {read_id(chosen) or 0} if chosen else set()
        if not wanted <= others:
            abort(404)
        for row_id in wanted:
            sessions.end(db.session, row_id)
        if wanted:
            record_own_event(db.session, "sessions_ended", f"退出其他设备（{len(wanted)} 个）", account)
    flash("所选设备已退出登录。" if wanted else "没有其他设备在登录。", "ok")
    return redirect(url_for("account.sessions"))


@account.post("/extend")
@require_roles("everyone")
def extend() -> tuple[str, int]:
    """Extend the session: the request itself resets the idle timer."""
    return "", 204


def _fields() -> PasswordFields:
    return (
        secret_field("current", "当前密码"),
        secret_field("password", "新密码", "不能含账号中连续 6 位", new=True),
        secret_field("again", "再输一次新密码", new=True),
    )


def _show(fields: PasswordFields) -> str:
    profile = passwords.PROFILES[load_policies(db.session).password_profile]
    return render_template(
        "account/password.html",
        login=own_login(),
        fields=fields,
        errors=errors_of(*fields),
        rules=profile.rules(),
        due=current_visitor().stage == "rotation",
    )
