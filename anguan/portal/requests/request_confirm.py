"""核对并提交: summary of the request, the commitment, and submission."""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from anguan.core import clock
from anguan.core.check_result import Outcome
from anguan.domain.calendar import promised_until
from anguan.domain.masking import is_sensitive
from anguan.extensions import db
from anguan.infra.idempotency import body_digest
from anguan.portal.blueprint import portal
from anguan.portal.requests.changes import is_announced, list_changes
from anguan.portal.visitor import crumbs, current_account
from anguan.services.refusals import FormError, InvalidSubmission, NotFound, Refused, StaleRequest
from anguan.services.requests import filing
from anguan.services.requests.drafts import Draft, digest_of, read_draft
from anguan.services.requests.filing import own_request
from anguan.web.access import ask_password_again, require_roles
from anguan.web.draft_form import MOVED, WORKING, Unconfirmed
from anguan.web.form_fields import name_certificate
from anguan.web.forms import FormField

LAST_DIGITS = 4


@dataclass(frozen=True)
class Confirmation:
    """Extra confirmation of an irreversible matter: the last digits of the number, or a second checkbox."""

    field: FormField
    wanted: str

    def given(self, typed: str) -> bool:
        """True when the right digits were typed or the box was ticked."""
        plain = "".join(unicodedata.normalize("NFKC", typed).split()).upper()
        return plain == self.wanted


class _PasswordAsked(Exception):
    """Nothing is submitted: the password is asked for again first; `answer` leads there."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


@portal.route("/requests/<id:id>/confirm", methods=("GET", "POST"), endpoint="review")
@require_roles("applicant")
def show_confirm(id: int) -> ResponseReturnValue:
    """The confirmation page, with full numbers for a POST; while the draft has errors the form."""
    row = own_request(db.session, current_account(), id)
    if row.state not in WORKING:
        return redirect(url_for(".request", id=id))
    draft = read_draft(db.session, row)
    if draft.faults:
        return redirect(url_for(".edit", id=id, check=1))
    if draft.matter.requires_confirmation and (redirected := ask_password_again()):
        return redirected
    return _show(draft, whole=request.method == "POST")


@portal.post("/requests/<id:id>/submit", endpoint="submit")
@require_roles("applicant")
def submit(id: int) -> ResponseReturnValue:
    """Submit the draft, idempotent per key; a page that is out of date is shown again.

    Raises NotFound and StaleRequest, which have pages of their own.
    """
    me, form = current_account(), request.form
    promised, key = bool(form.get("promise")), form.get("key", "")[:64]

    def check(draft: Draft) -> None:
        if draft.matter.requires_confirmation and (redirected := ask_password_again()):
            raise _PasswordAsked(redirected)
        if form.get("seen") != digest_of(draft):
            raise Unconfirmed(draft, MOVED)
        if (faults := _missing(draft, promised)) and not draft.faults:
            raise Unconfirmed(draft, faults=faults)

    said = body_digest((name, value) for name, value in form.items(multi=True) if name != "csrf_token")
    try:
        filing.submit(db.session, me, id, promised, key, said, check)
    except (NotFound, StaleRequest):
        raise
    except _PasswordAsked as asked:
        return asked.answer
    except Unconfirmed as again:
        return _show(again.draft, again.faults, again.notice), 409 if again.notice else 422
    except InvalidSubmission:
        return redirect(url_for(".edit", id=id, check=1))
    except Refused as refused:
        flash(f"{refused.sentence}。", "news")
        return redirect(url_for(".request", id=id))
    return redirect(url_for(".receipt", id=id))


def confirmation_of(draft: Draft) -> Confirmation | None:
    """The confirmation that an irreversible matter asks for; None for any other."""
    if not draft.matter.requires_confirmation:
        return None
    certificate = draft.request.certificate
    number = (certificate.number or certificate.paper_number or "") if certificate else ""
    if len(number) < LAST_DIGITS:
        label = f"我知道{draft.matter.title}后不能恢复，仍然要办理"
        return Confirmation(FormField("confirm", label, "checkbox"), "1")
    return Confirmation(
        FormField(
            "confirm",
            f"输入证书编号的最后 {LAST_DIGITS} 位，确认{draft.matter.action}",
            hint=f"证书编号 {number}",
            width=6,
            attributes={"autocomplete": "off", "inputmode": "numeric", "maxlength": "20"},
        ),
        number[-LAST_DIGITS:].upper(),
    )


def _missing(draft: Draft, promised: bool) -> list[FormError]:
    faults = [] if promised else [FormError("promise", "请勾选承诺后再提交")]
    asked = confirmation_of(draft)
    if asked and not asked.given(request.form.get("confirm", "")):
        word = "请勾选确认" if asked.field.control == "checkbox" else f"请输入证书编号的最后 {LAST_DIGITS} 位"
        faults.append(FormError("confirm", word))
    return faults


def _show(draft: Draft, faults: Sequence[FormError] = (), notice: str = "", whole: bool = False) -> str:
    row, matter = draft.request, draft.matter
    changes = list_changes(db.session, draft.changes, draft, whole)
    asked = confirmation_of(draft)
    errors = [(fault.anchor, fault.sentence) for fault in faults]
    if asked:
        asked.field.error = dict(errors).get("confirm", "")
    return render_template(
        "portal/request_confirm.html",
        crumbs=crumbs(
            ("我的证书", url_for(".certificates")) if row.certificate else ("个人信息", url_for(".profile")),
            (matter.title, url_for(".edit", id=row.id)),
            ("核对并提交", None),
        ),
        row=row,
        matter=matter,
        named=name_certificate(row.certificate) if row.certificate else "",
        changed=[change for change in changes if is_announced(change)],
        same=[change for change in changes if not is_announced(change)],
        may_reveal=not whole and any(change.changed and is_sensitive(change.path) for change in changes),
        slots=draft.slots,
        warnings=[found for found in draft.findings if found.outcome == Outcome.WARN],
        asked=asked,
        promise=FormField(
            "promise",
            "我已看过以上内容，并作出上述承诺",
            "checkbox",
            value=request.form.get("promise", ""),
            error=dict(errors).get("promise", ""),
        ),
        errors=errors,
        notice=notice,
        key=secrets.token_urlsafe(24),
        seen=digest_of(draft),
        due=promised_until(db.session, row, matter, clock.now()),
    )
