"""Activation page: whoever has an activation code sets their own password (设置您自己的密码)."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from anguan.account.blueprint import BOTH, Answer, account
from anguan.auth import activation_codes, passwords, sessions
from anguan.auth.accounts import lock_account, record_own_event
from anguan.auth.authentication import confirm_login_name, next_stage, start_login
from anguan.auth.hashing import hash_secret
from anguan.auth.identity import FULL
from anguan.core.field_types import InvalidValue, Phone
from anguan.domain.policies import load_policies
from anguan.extensions import db, settings
from anguan.infra.transaction import transaction
from anguan.models import Account
from anguan.web.access import STAGE_PAGES, current_visitor, next_page, require_roles
from anguan.web.forms import FormField, errors_of, secret_field
from anguan.web.session_cookie import clear_session, client_address, rotate_session

GONE = "初始密码或一次性口令已经失效。请到考核管理部门领新的一次性口令。"
ActivationFields = tuple[FormField, FormField, FormField, FormField]


@account.route("/activate", methods=BOTH)
@require_roles("activation")
def activate() -> Answer:
    """Render and process the activation page while the code is valid; shows nothing else of the account."""
    account = db.session.get_one(Account, current_visitor().id)
    if not activation_codes.is_active(account, load_policies(db.session)):
        return _refuse()
    return _set_up(account) if request.method == "POST" else _show(account, _fields(account))


def _set_up(account: Account) -> Answer:
    """Validate the form; the registered name is checked last because a wrong one counts as an attempt."""
    fields = _fields(account)
    name, phone, password, again = fields
    chosen, login = request.form.get("password", ""), account.login
    for entry in fields:
        entry.read()
    try:
        phone.value = Phone(mobile=True).parse(phone.value)
    except InvalidValue as fault:
        phone.error = fault.sentence
    profile = passwords.PROFILES[load_policies(db.session).password_profile]
    password.error = password.error or passwords.find_password_error(chosen, login, profile)
    if not password.error and passwords.was_used(db.session, account, chosen):
        password.error = "这个密码最近用过，请换一个新的。"
    again.error = again.error or ("" if request.form.get("again") == chosen else "两次输入的密码不一样。")
    if errors_of(*fields):
        return _show(account, fields), 400
    if taken := confirm_login_name(db.session, account, name.value, client_address()):
        name.error = (
            "法定代表人姓名和登记的不一致，请按营业执照填写。"
            if account.enterprise_id
            else "登记姓名和系统里的不一致，请按证件填写。"
        )
        if not taken.allowed:
            name.block(f"输错次数太多，请 {taken.wait}后再试，或到考核管理部门领一次性口令。")
        return _show(account, fields), 400 if taken.allowed else 429
    return _finish(account.id, hash_secret(chosen), phone.value)


def _finish(account_id: int, hashed: str, phone: str) -> Response:
    visitor = current_visitor()
    with transaction(db.session):
        account = lock_account(db.session, account_id)
        limits = load_policies(db.session)
        if account.disabled_at is not None or not activation_codes.is_active(account, limits):
            token = ""
        else:
            passwords.set_password(db.session, account, hashed)
            account.phone = phone
            sessions.end_sessions(db.session, account)
            stage = next_stage(account, limits, settings().demands_second_factor)
            token = start_login(db.session, account, stage, client_address(), visitor.session_id)
            record_own_event(db.session, "activated", "激活账号，设置了自己的密码", account)
    if not token:
        return _refuse()
    who = rotate_session(token)
    flash("密码已经设置好，今后用它登录。", "ok")
    return redirect(next_page(who, "") if stage == FULL else url_for(STAGE_PAGES[stage]))


def _refuse() -> Response:
    """End the session of an expired or locked activation code and redirect to the login page."""
    who = current_visitor()
    if who.session_id is not None:
        with transaction(db.session):
            sessions.end(db.session, who.session_id)
    clear_session()
    flash(GONE, "bad")
    return redirect(url_for("account.login"))


def _fields(account: Account) -> ActivationFields:
    firm = account.enterprise_id is not None
    kind = Phone(mobile=True)
    return (
        FormField(
            "name",
            "法定代表人姓名" if firm else "登记姓名",
            hint="与营业执照一致" if firm else "与身份证一致；间隔号“·”可以直接粘贴",
            attributes={"autocomplete": "name", "spellcheck": "false", "maxlength": "200"},
        ),
        FormField("phone", "手机号码", hint="考核管理部门用它联系您", width=14, attributes=kind.attributes),
        secret_field("password", "新密码", "不能含账号中连续 6 位", new=True),
        secret_field("again", "再输一次新密码", new=True),
    )


def _show(account: Account, fields: ActivationFields) -> str:
    profile = passwords.PROFILES[load_policies(db.session).password_profile]
    return render_template(
        "account/activate.html",
        fields=fields,
        errors=errors_of(*fields),
        rules=profile.rules(),
        login=account.login,
        firm=account.enterprise_id is not None,
        by_code=account.initial == "code",
    )
