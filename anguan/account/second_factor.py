"""Second factor of staff after the password (二次验证): entering a code, and enrolment."""

import base64

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from anguan.account.blueprint import BOTH, Answer, account
from anguan.auth import sessions, totp
from anguan.auth.accounts import lock_account, record_own_event
from anguan.auth.authentication import after_second_factor, factor_buckets
from anguan.auth.guess_limits import FACTOR
from anguan.auth.identity import FULL
from anguan.auth.throttle import return_attempt, take_attempt
from anguan.domain.policies import load_policies
from anguan.extensions import db
from anguan.infra.transaction import transaction
from anguan.models import Account, LoginSession
from anguan.pdf.qr import render_qr
from anguan.web.access import STAGE_PAGES, current_visitor, next_page, require_roles
from anguan.web.forms import FormField, code_field, errors_of
from anguan.web.redirects import home_url
from anguan.web.session_cookie import clear_session, client_address, rotate_session

WRONG = "验证码不对，或者已经用过。请等手机上换了新的一组数字再输。"


@account.route("/second-factor", methods=BOTH)
@require_roles("second_factor")
def second_factor() -> Answer:
    """Ask for the code; without an enrolled factor, show the enrolment."""
    return _try_factor() if request.method == "POST" else _show(_field())


def _try_factor() -> Answer:
    """Check the code; the attempt is counted before the comparison."""
    visitor, entry = current_visitor(), _field()
    typed = entry.read()
    if entry.error:
        return _show(entry), 400
    account = db.session.get_one(Account, visitor.id)
    buckets = factor_buckets(db.session, account, client_address())
    db.session.rollback()
    taken = take_attempt(db.session, buckets)
    if not taken.allowed:
        entry.block(f"输错次数太多，请 {taken.wait}后再试。")
        return _show(entry), 429
    codes: list[str] = []
    with transaction(db.session):
        account = lock_account(db.session, visitor.id)
        row = db.session.get_one(LoginSession, visitor.session_id)
        if enrols := account.totp_secret is None:
            right = bool(codes := totp.enrol(db.session, account, row, typed))
        else:
            right = totp.check(db.session, account, typed)
        if right:
            stage = after_second_factor(account, load_policies(db.session))
            token = sessions.start(db.session, account, stage, client_address(), visitor.session_id)
            words = "设置了二次验证" if enrols else "通过二次验证"
            record_own_event(db.session, "second_factor_set" if enrols else "second_factor", words, account)
    if not right:
        entry.error, entry.value = WRONG, ""
        return _show(entry), 401
    return_attempt(db.session, taken, wholly=(FACTOR.place.name,))
    who = rotate_session(token)
    target = next_page(who, request.form.get("next", "")) if stage == FULL else url_for(STAGE_PAGES[stage])
    if codes:
        return render_template(
            "account/recovery.html", codes=codes, onward=home_url(who) if stage == FULL else target
        )
    return redirect(target)


def _field() -> FormField:
    return code_field("code", "验证码", "手机验证器上的 6 位数字；手机不在身边时填一个备用码")


def _show(entry: FormField) -> Response | str:
    visitor = current_visitor()
    account = db.session.get_one(Account, visitor.id)
    words = {"fields": (entry,), "errors": errors_of(entry), "next": request.values.get("next", "")}
    if account.totp_secret is not None:
        return render_template("account/second_factor.html", **words)
    secret = totp.pending_secret(db.session.get_one(LoginSession, visitor.session_id))
    if not secret:
        return _start_over()
    entry.hint = "手机验证器上现在显示的 6 位数字"
    picture = base64.b64encode(render_qr(totp.otpauth_uri(secret, account.login), 5)).decode()
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return render_template("account/enrol.html", picture=picture, secret=spaced, **words)


def _start_over() -> Response:
    """The pending secret cannot be decrypted (the key has changed): a new login creates another one."""
    with transaction(db.session):
        sessions.end(db.session, current_visitor().session_id or 0)
    clear_session()
    flash("请重新登录，再设置二次验证。", "warn")
    return redirect(url_for("account.login"))
