"""证书核验: verifies a certificate by QR code, or by number and name; every miss has the same answer."""

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from anguan.auth.throttle import Attempt, RateLimit, take_attempt
from anguan.core import clock
from anguan.domain.policies import load_policies
from anguan.extensions import db
from anguan.public.blueprint import public
from anguan.public.form_fields import check_fields
from anguan.public.verification_result import VerificationResult, check_number
from anguan.public.verification_result import check_token as judge_token
from anguan.public.words import Result
from anguan.web.access import require_roles
from anguan.web.forms import errors_of
from anguan.web.session_cookie import client_address

TYPED = RateLimit("check", 30)
"""Verifications by number and name from one network per 15 minutes; enough for a building site."""
SCANNED = RateLimit("scan", 120)
LONGEST = 200


@public.get("/check")
@require_roles("public")
def check() -> ResponseReturnValue:
    """Render the form; with both fields in the query string, the result."""
    number, name = check_fields(
        request.args.get("number", "")[:LONGEST], request.args.get("name", "")[:LONGEST]
    )
    if "number" not in request.args and "name" not in request.args:
        return _form((number, name))
    for field in (number, name):
        if not field.value.strip():
            field.error = f"请填写{field.label}。"
    if errors_of(number, name):
        return _form((number, name), code=400)
    taken = take_attempt(db.session, ((TYPED, client_address().network),))
    if not taken.allowed:
        return _too_often(taken)
    verdict = check_number(db.session, number.value, name.value)
    return _result(verdict) if verdict else _miss()


@public.get("/check/<token>")
@require_roles("public")
def check_token(token: str) -> ResponseReturnValue:
    """The result for the token of a certificate's QR code."""
    taken = take_attempt(db.session, ((SCANNED, client_address().network),))
    if not taken.allowed:
        return _too_often(taken)
    verdict = judge_token(db.session, token[:LONGEST])
    return _result(verdict) if verdict else _miss()


def _form(fields: tuple[object, ...], code: int = 200) -> ResponseReturnValue:
    errors = errors_of(*fields)  # type: ignore[arg-type]
    page = render_template("public/verification.html", fields=fields, errors=errors, crumbs=_crumbs())
    return page, code


def _result(verdict: VerificationResult) -> ResponseReturnValue:
    return render_template(
        "public/verification_result.html",
        verdict=verdict,
        checked_at=f"{clock.beijing(clock.now()):%Y-%m-%d %H:%M:%S}",
        issuer=load_policies(db.session).issuer_name,
        fields=check_fields(verdict.number if verdict.result == Result.SUPERSEDED else ""),
        crumbs=_crumbs("核验结果"),
    )


def _miss() -> ResponseReturnValue:
    """The same page for a wrong number, name or token, so that it discloses nothing."""
    page = render_template(
        "public/not_verified.html",
        checked_at=f"{clock.beijing(clock.now()):%Y-%m-%d %H:%M:%S}",
        fields=check_fields(),
        crumbs=_crumbs("核验结果"),
    )
    return page, 404


def _too_often(taken: Attempt) -> ResponseReturnValue:
    page = render_template("public/wait.html", wait=taken.wait, crumbs=_crumbs("核验结果"))
    answer = make_response(page, 429)
    answer.headers["Retry-After"] = str(taken.seconds)
    return answer


def _crumbs(last: str = "") -> list[tuple[str, str | None]]:
    way: list[tuple[str, str | None]] = [("首页", url_for("public.start"))]
    if not last:
        return [*way, ("证书核验", None)]
    return [*way, ("证书核验", url_for("public.check")), (last, None)]
