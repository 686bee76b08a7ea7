"""Number claims (我的号码被他人注册): file one with images of the document, and query its outcome."""

from typing import BinaryIO, cast

from flask import render_template, request

from anguan.account.blueprint import BOTH, Answer, account
from anguan.account.registration import RegistrationFields, identity_fields, read_identity
from anguan.auth.number_claims import ask, count_claim, file_claim
from anguan.extensions import db, storage
from anguan.infra.inspection import Clean, Unacceptable, inspect, read_upload
from anguan.web.access import require_roles
from anguan.web.forms import FormField, code_field, errors_of
from anguan.web.session_cookie import client_address

MISS = "没有查到。请核对申诉编号和查询码后再试。"
SIDES = (("front", "证件有照片的一面"), ("back", "证件的另一面"))


@account.route("/register/claim", endpoint="claim", methods=BOTH)
@require_roles("public")
def show_claim() -> Answer:
    """Render and process the form of a number claim."""
    fields = (*identity_fields(), *(_side(name, label) for name, label in SIDES))
    fields[1].hint = "被他人注册的号码"
    fields[3].hint = "审核员可能打电话核对"
    return _file(fields) if request.method == "POST" else _show(fields)


def _file(fields: RegistrationFields) -> Answer:
    claimant = read_identity(fields[:4])
    sides = fields[4:]
    for side in sides:
        sent = request.files.get(side.name)
        side.error = "" if sent and sent.filename else f"请{side.label}的照片。"
    if errors_of(*fields):
        return _show(fields), 400
    taken = count_claim(db.session, client_address())
    if not taken.allowed:
        fields[1].error = f"这个网络提交的次数太多，请 {taken.wait}后再试。"
        return _show(fields), 429
    front, back = (_inspect_image(side) for side in sides)
    if front is None or back is None:
        return _show(fields), 400
    slip = file_claim(db.session, storage(), claimant, front, back)
    return render_template("account/claim_filed.html", slip=slip)


def _inspect_image(side: FormField) -> Clean | None:
    """Inspect and re-encode the image; None with the error set on its field."""
    sent = request.files[side.name]
    name = sent.filename or ""
    try:
        return inspect(read_upload(cast(BinaryIO, sent.stream), name), name, ("image",))
    except Unacceptable as refused:
        side.error = refused.sentence
        return None


@account.route("/register/answer", endpoint="claim_answer", methods=BOTH)
@require_roles("public")
def show_answer() -> Answer:
    """Show the outcome of a claim to anyone who gives its number and query code."""
    number, code = _number(), code_field("code", "查询码", "提交申诉时给您的 15 位，横线可以不输")
    fields = (number, code)
    if request.method != "POST":
        return render_template("account/claim_ask.html", fields=fields, errors=[])
    number.read()
    typed = code.read()
    if errors_of(*fields):
        return render_template("account/claim_ask.html", fields=fields, errors=errors_of(*fields)), 400
    found = ask(db.session, number.value, typed, client_address())
    if found.state:
        return render_template("account/claim_answer.html", found=found)
    wait = "" if found.taken is None or found.taken.allowed else found.taken.wait
    code.error = f"查询次数太多，请 {wait}后再试。" if wait else MISS
    return render_template("account/claim_ask.html", fields=fields, errors=errors_of(*fields)), (
        429 if wait else 401
    )


def _number() -> FormField:
    habits = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters", "maxlength": "40"}
    return FormField("number", "申诉编号", hint="例如 SS2026-000001", width=20, attributes=habits)


def _side(name: str, label: str) -> FormField:
    limits = {"accept": "image/*", "data-limit": "10485760"}
    hint = f"{label}：JPG 或 PNG，不超过 10 MB，字迹清楚"
    return FormField(name, f"选择{label}", "file", hint, attributes=limits)


def _show(fields: RegistrationFields) -> str:
    return render_template("account/claim.html", fields=fields, errors=errors_of(*fields))
