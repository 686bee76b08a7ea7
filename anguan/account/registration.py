"""Self-registration of new persons (新用户注册); the answer is the same for a known and an unknown number."""

from flask import redirect, render_template, request, url_for

from anguan.account.blueprint import BOTH, Answer, account
from anguan.auth import passwords
from anguan.auth.hashing import hash_secret
from anguan.auth.registration import Registration, count_try, register
from anguan.core.field_types import DOCUMENT_TYPES, DocumentNumber, FieldType, InvalidValue, Name, Phone
from anguan.domain.policies import load_policies
from anguan.extensions import db
from anguan.infra.printing import parse_printable
from anguan.web.access import require_roles
from anguan.web.forms import FormField, errors_of, secret_field
from anguan.web.session_cookie import client_address

RegistrationFields = tuple[FormField, ...]


@account.route("/register", endpoint="register", methods=BOTH)
@require_roles("public")
def show_register() -> Answer:
    """Render and process the registration form while the policy allows registration."""
    if not load_policies(db.session).self_registration:
        return render_template("account/register_closed.html")
    fields = (*identity_fields(), *_secret_fields(), _consent())
    fields[1].attributes = {**fields[1].attributes, "autocomplete": "username"}
    return _try(fields) if request.method == "POST" else _show(fields)


@account.get("/register/sent")
@require_roles("public")
def registered() -> Answer:
    """The page shown after every registration, whatever its outcome."""
    return render_template("account/register_sent.html")


def _try(fields: RegistrationFields) -> Answer:
    newcomer = read_identity(fields[:4])
    password, again, consent = fields[4:]
    chosen = password.read()
    again.read()
    login = newcomer.document_number
    profile = passwords.PROFILES[load_policies(db.session).password_profile]
    password.error = password.error or passwords.find_password_error(chosen, login, profile)
    again.error = again.error or ("" if request.form.get("again") == chosen else "两次输入的密码不一样。")
    consent.value = request.form.get("consent", "")
    consent.error = "" if consent.value else "请阅读个人信息处理说明，同意后再注册。"
    if errors_of(*fields):
        return _show(fields), 400
    taken = count_try(db.session, client_address())
    if not taken.allowed:
        fields[1].block(f"这个网络注册的次数太多，请 {taken.wait}后再试。")
        return _show(fields), 429
    register(db.session, newcomer, hash_secret(chosen))
    return redirect(url_for("account.registered"))


def identity_fields() -> RegistrationFields:
    """The fields of identity document and phone number."""
    number = dict(DocumentNumber().attributes)
    return (
        FormField("document_type", "证件类型", "choice", value=DOCUMENT_TYPES[0][0], options=DOCUMENT_TYPES),
        FormField("document_number", "证件号码", hint="注册后就是您的登录账号", width=24, attributes=number),
        FormField("name", "姓名", hint="与证件一致", width=20, attributes=Name().attributes),
        FormField(
            "phone",
            "手机号码",
            hint="考核管理部门用它联系您",
            width=14,
            attributes=Phone(mobile=True).attributes,
        ),
    )


def read_identity(fields: RegistrationFields) -> Registration:
    """Parse these four fields to canonical form; each error is set on its field."""
    kind, number, name, phone = fields
    for entry in fields:
        entry.read()
    if not kind.error and kind.value not in dict(DOCUMENT_TYPES):
        kind.error, kind.value = "请从列表中选择一项。", ""
    return parse_identity(kind.value, DocumentNumber(type_path="type"), number, name, phone)


def parse_identity(
    kind: str, reader: FieldType, number: FormField, name: FormField, phone: FormField
) -> Registration:
    """Parse number (with this reader), name and phone; each error is set on its field."""
    found = {}
    for entry, parser in ((number, reader), (name, Name()), (phone, Phone(mobile=True))):
        try:
            found[entry.name] = parse_printable(parser, entry.value, {"type": kind})
            entry.error = entry.error or ("" if found[entry.name] else f"请填写{entry.label}。")
        except InvalidValue as fault:
            entry.error = entry.error or fault.sentence
    return Registration(kind, found.get("document_number", ""), found.get("name", ""), found.get("phone", ""))


def _secret_fields() -> RegistrationFields:
    return (
        secret_field("password", "密码", new=True),
        secret_field("again", "再输一次密码", new=True),
    )


def _consent() -> FormField:
    return FormField("consent", "我已阅读并同意《个人信息处理说明》", "checkbox")


def _show(fields: RegistrationFields) -> str:
    profile = passwords.PROFILES[load_policies(db.session).password_profile]
    rules = profile.rules()
    rules.insert(-1, ("apart:document_number", "不含证件号码中连续 6 位"))
    return render_template("account/register.html", fields=fields, errors=errors_of(*fields), rules=rules)
