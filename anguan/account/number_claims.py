"""Claims by people who cannot log in: number claims and licences of enterprises; filing, and the outcome.

我的号码被他人注册, 上传营业执照激活企业账号, 查询结果.
"""

from typing import BinaryIO, cast

from flask import render_template, request

from anguan.account.blueprint import BOTH, Answer, account
from anguan.account.registration import RegistrationFields, identity_fields, parse_identity, read_identity
from anguan.auth import licence_claims
from anguan.auth.accounts import NotAllowed
from anguan.auth.number_claims import ask, count_claim, file_claim
from anguan.auth.registration import Registration
from anguan.core.field_types import Name, Phone, Uscc
from anguan.domain.policies import LICENCE
from anguan.extensions import db, storage
from anguan.infra.inspection import Clean, Unacceptable, inspect, read_upload
from anguan.web.access import require_roles
from anguan.web.forms import FormField, code_field, errors_of
from anguan.web.session_cookie import client_address

MISS = "没有查到。请核对编号和查询码后再试。"
CLAIM_PAGE, LICENCE_PAGE = "account/claim.html", "account/licence.html"


@account.route("/register/claim", endpoint="claim", methods=BOTH)
@require_roles("public")
def show_claim() -> Answer:
    """Render and process the form of a number claim."""
    identity = identity_fields()
    identity[1].hint = "被他人注册的号码"
    identity[3].hint = "审核人员可能打电话核对"
    sides = (_side("front", "证件有照片的一面"), _side("back", "证件的另一面"))
    if request.method != "POST":
        return _show(CLAIM_PAGE, (*identity, *sides))
    return _file(CLAIM_PAGE, read_identity(identity), identity, sides)


@account.route("/register/licence", endpoint="licence", methods=BOTH)
@require_roles("public")
def show_licence() -> Answer:
    """Render and process the form of a licence, while the authority takes any."""
    if not licence_claims.is_open(db.session):
        return render_template("account/licence_closed.html")
    identity = _clerk_fields()
    sides = (_side("front", "加盖公章的营业执照"), _side("back", "经办人身份证有照片的一面"))
    if request.method != "POST":
        return _show(LICENCE_PAGE, (*identity, *sides))
    for entry in identity:
        entry.read()
    number, name, phone = identity
    return _file(LICENCE_PAGE, parse_identity(LICENCE, Uscc(), number, name, phone), identity, sides)


def _file(
    page: str, claimant: Registration, identity: RegistrationFields, sides: RegistrationFields
) -> Answer:
    fields = (*identity, *sides)
    for side in sides:
        sent = request.files.get(side.name)
        side.error = "" if sent and sent.filename else f"请{side.label}的照片。"
    if errors_of(*fields):
        return _show(page, fields), 400
    taken = count_claim(db.session, client_address())
    if not taken.allowed:
        fields[0].block(f"这个网络提交的次数太多，请 {taken.wait}后再试。")
        return _show(page, fields), 429
    front, back = (_inspect_image(side) for side in sides)
    if front is None or back is None:
        return _show(page, fields), 400
    try:
        slip = file_claim(db.session, storage(), claimant, front, back)
    except NotAllowed:  # closed in this very moment
        return render_template("account/licence_closed.html")
    return render_template("account/claim_filed.html", slip=slip, of_enterprise=page == LICENCE_PAGE)


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
    number, code = _number(), code_field("code", "查询码", "提交时给您的 15 位，横线可以不输")
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
    code.error = MISS
    if wait:
        code.block(f"查询次数太多，请 {wait}后再试。")
    return render_template("account/claim_ask.html", fields=fields, errors=errors_of(*fields)), (
        429 if wait else 401
    )


def _clerk_fields() -> RegistrationFields:
    return (
        FormField("document_number", "统一社会信用代码", hint="18 位，与营业执照一致", width=24,
                  attributes=Uscc().attributes),
        FormField("name", "经办人姓名", hint="与身份证一致", width=20, attributes=Name().attributes),
        FormField("phone", "经办人手机号码", hint="审核人员可能打电话核对", width=14,
                  attributes=Phone(mobile=True).attributes),
    )  # fmt: skip


def _number() -> FormField:
    habits = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters", "maxlength": "40"}
    return FormField(
        "number",
        "申诉编号或激活编号",
        hint="例如 SS2026-000001、QY2026-000001",
        width=20,
        attributes=habits,
    )


def _side(name: str, label: str) -> FormField:
    limits = {"accept": "image/*", "data-limit": "10485760"}
    hint = f"{label}：JPG 或 PNG，不超过 10 MB，字迹清楚"
    return FormField(name, f"选择{label}", "file", hint, attributes=limits)


def _show(page: str, fields: RegistrationFields) -> str:
    return render_template(page, fields=fields, errors=errors_of(*fields))
