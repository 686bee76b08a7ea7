"""Login, password-reset and logout views."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from anguan.account.blueprint import BOTH, Answer, account
from anguan.auth import sessions
from anguan.auth.authentication import LoginResult, authenticate
from anguan.auth.identity import FULL
from anguan.auth.kept_forms import find_kept_form
from anguan.domain.policies import load_policies
from anguan.extensions import db, settings
from anguan.infra.transaction import transaction
from anguan.web.access import STAGE_PAGES, current_visitor, next_page, require_roles
from anguan.web.forms import FormField, code_field, errors_of, login_field, secret_field
from anguan.web.redirects import is_local
from anguan.web.session_cookie import clear_session, client_address, rotate_session

WRONG = "账号或密码不对。请核对后再试；多次不成功，可能是账号已停用或初始密码已过期，请拨技术支持电话。"
WRONG_CODE = "账号或一次性口令不对。请核对后再试；口令用过一次或过期就会失效，请到考核管理部门领新的。"


@account.route("/login", methods=BOTH)
@require_roles("public")
def login() -> Answer:
    """Log in with account name and password; a logged-in visitor is redirected to their first page."""
    if request.method == "POST":
        return _try_login()
    who = current_visitor()
    if who.is_authenticated:
        return redirect(next_page(who, request.args.get("next", "")))
    return show_login(login_field(), secret_field("password", "密码"))


def _try_login() -> Answer:
    name, secret = login_field(), secret_field("password", "密码")
    name.read(), secret.read()
    if errors_of(name, secret):
        return show_login(name, secret), 400
    came = _try(name.value, request.form.get("password", ""))
    if came.is_in:
        return go_on(came)
    refuse(secret, came, WRONG)
    return show_login(name, secret), 429 if came.wait else 401


@account.route("/forgot", methods=BOTH)
@require_roles("public")
def forgot() -> Answer:
    """Explain the password reset and accept a one-time code issued by the office."""
    if request.method == "POST":
        return _try_code()
    return _show_forgot(login_field(), _code_field())


def _try_code() -> Answer:
    name, code = login_field(), _code_field()
    name.read()
    typed = code.read()
    if errors_of(name, code):
        return _show_forgot(name, code), 400
    came = _try(name.value, typed)
    if came.is_in:
        return go_on(came)
    refuse(code, came, WRONG_CODE)
    return _show_forgot(name, code), 429 if came.wait else 401


@account.post("/logout")
@require_roles("public")
def logout() -> Response:
    """End the session on the server and clear what the browser has stored."""
    who = current_visitor()
    if who.session_id is not None:
        with transaction(db.session):
            sessions.end(db.session, who.session_id)
    clear_session()
    flash("您已退出登录。", "ok")
    answer = make_response(redirect(url_for("account.login")))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def go_on(came: LoginResult) -> Response:
    """Redirect after a successful login: to the next login stage, or to the requested page."""
    who = rotate_session(came.token)
    target = request.form.get("next", "")
    if came.stage != FULL:
        keep = target if is_local(target) and came.stage != "activation" else None
        return redirect(url_for(STAGE_PAGES[came.stage], next=keep))
    if find_kept_form(db.session, who.id) is not None:
        return redirect(url_for("account.kept_form"))
    return redirect(next_page(who, target))


def refuse(entry: FormField, came: LoginResult, otherwise: str) -> None:
    """Say at the field why the attempt failed; the same whether or not the account exists."""
    entry.error = otherwise
    if came.wait:
        entry.block(
            f"这个账号或这个网络输错的次数多，请 {came.wait}后再试。急用时换一台登录过这个账号的电脑或手机，"
            "或者点“忘记密码”凭一次性口令登录，都不用等。"
        )


def show_login(name: FormField, secret: FormField) -> str:
    """Render the login page with these fields."""
    return render_template(
        "account/login.html",
        fields=(name, secret),
        errors=errors_of(name, secret),
        next=target if is_local(target := request.values.get("next", "")) else "",
        timed_out="timed_out" in request.args,
    )


def _try(typed_login: str, secret: str) -> LoginResult:
    return authenticate(
        db.session,
        typed_login,
        secret,
        client_address(),
        current_visitor().session_id,
        settings().demands_second_factor,
    )


def _code_field() -> FormField:
    return code_field("code", "一次性口令", "考核管理部门给您的 10 位口令，横线可以不输")


def _show_forgot(name: FormField, code: FormField) -> str:
    days = load_policies(db.session).initial_days
    return render_template(
        "account/forgot.html", fields=(name, code), errors=errors_of(name, code), days=days
    )
