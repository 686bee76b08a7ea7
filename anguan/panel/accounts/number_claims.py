"""申诉与企业激活: claims to a number that another account holds, and licences; each is decided once."""

from typing import Any

from flask import abort, flash, redirect, request
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select

from anguan.auth import account_takeover, licence_claims
from anguan.auth.accounts import NotAllowed
from anguan.core.record_ids import read_id
from anguan.domain.policies import LICENCE
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import NumberClaim, Person, StoredFile
from anguan.panel.accounts.number_claim_facts import (
    KINDS,
    account_of,
    account_url,
    compare,
    describe_account,
    number_of,
    reviewer_of,
    sides_of,
    title_of,
)
from anguan.panel.common import formatting
from anguan.panel.common.guard import REGISTER, current_account
from anguan.panel.common.routing import expose
from anguan.panel.common.search import begins_with, is_exactly, looks_like_document, matching_ids
from anguan.panel.lists.filters import Hidden, OneOf
from anguan.panel.lists.list_query import Order
from anguan.panel.lists.listing import GuardedView
from anguan.panel.register.register import seen_ids, url_of
from anguan.panel.requests.request_access import PURPOSES, send_attachment
from anguan.web.access import ask_password_again, current_visitor, may_open, require_roles
from anguan.web.status_signs import Sign

ID = "<id:id>"
COMPARING = (*REVIEWERS, "auditor")
"""Roles that see the scans of a claim."""
STATES = (("open", "待核对"), ("accepted", "已核实"), ("refused", "未通过"))
SIGNS = {"open": Sign.WAITING, "accepted": Sign.GOOD, "refused": Sign.BAD}


class NumberClaimView(GuardedView):
    """申诉与企业激活. A claim about a person or enterprise of one region is not seen in the others.

    Administrators read what reviewers wrote, without scans and numbers, and reset the account.
    """

    allowed_roles = REGISTER
    stock_routes = frozenset({"index_view", "details_view"})
    can_export = False
    cut = ("name", "reviewer")
    searches = "编号、姓名、证件号码或信用代码"
    noun = "件"
    nothing = ("没有号码申诉，也没有企业激活。", "")
    details_template = "admin/number_claim.html"
    column_list = ("number", "kind", "name", "document_number", "created_at", "state", "reviewer")
    column_labels = {
        "number": "编号", "kind": "类别", "name": "提交人", "document_number": "证件号码或信用代码",
        "created_at": "提交时间", "state": "状态", "reviewer": "办理人",
    }  # fmt: skip
    cells = {
        "number": lambda row: formatting.link(url_of("panel_number_claim", row.id), row.number),
        "kind": lambda row: title_of(row),
        "document_number": lambda row: number_of(row),
        "created_at": lambda row: formatting.moment(row.created_at),
        "state": lambda row: formatting.signed(SIGNS[row.state], dict(STATES)[row.state]),
        "reviewer": lambda row: reviewer_of(row) or formatting.QUIET,
    }
    order = Order(NumberClaim.id, descending=True)
    sorts = {"number": NumberClaim.number, "created_at": NumberClaim.id}
    column_filters = (
        OneOf("kind", "类别", KINDS, lambda v: (NumberClaim.document_type == LICENCE) == (v == LICENCE)),
        OneOf("state", "状态", STATES, lambda v: NumberClaim.state == v),
        Hidden("number", "这个号码", lambda v: NumberClaim.document_number.in_(_numbers_like(v))),
    )

    def seek(self, text: str) -> ColumnElement[bool]:
        """A whole claim number, or the beginning of a name."""
        return matching_ids(
            NumberClaim.id, is_exactly(NumberClaim.number, text), begins_with(NumberClaim.name, text)
        )

    def resolve(self, typed: str) -> dict[str, Any] | None:
        """Filter for the claims to this document number, as a claim id: the number stays out of the URL."""
        wanted = is_exactly(NumberClaim.document_number, typed)
        found = db.session.scalar(select(func.max(NumberClaim.id)).where(wanted))
        return {"flt_number": found} if found is not None else None if looks_like_document(typed) else {}

    @expose("/details/")
    def details_view(self) -> Any:
        """One claim. Opening it to decide, with its scans, needs a freshly entered password."""
        row = self.get_one(request.args.get("id", ""))
        return (ask_password_again() if self.decides(row) else None) or self.show(row, False)

    @expose(f"/{ID}/reveal", methods=("POST",))
    @require_roles(*COMPARING)
    def reveal(self, id: int) -> Any:
        """The page with full numbers, once, for a purpose that is recorded. Aborts with 400 without a
        purpose."""
        row, who = self.get_one(str(id)), actor_of(current_account())
        purpose = PURPOSES.get(request.form.get("purpose", ""), "")
        if not purpose:
            abort(400, "请选择查看完整号码的用途。")
        said = f"查看{title_of(row)} {row.number} 的完整号码：{purpose}"
        with transaction(db.session):
            record_event(db.session, "reveal", said, who, visible_to="audit")
        return self.show(self.get_one(str(id)), True)

    @expose(f"/{ID}/scan/<any(front, back):side>")
    @require_roles(*COMPARING)
    def scan(self, id: int, side: str) -> Any:
        """Scan of one side of the claimant's document; viewing a side with a number is recorded."""
        row, who = self.get_one(str(id)), actor_of(current_account())
        kept = db.session.get_one(StoredFile, row.front_id if side == "front" else row.back_id)
        answer = send_attachment(kept, f"{sides_of(row)[side]}.jpg")
        if side == "front" or row.document_type == LICENCE:
            said = f"查看{title_of(row)} {row.number} 的证件影像"
            with transaction(db.session):
                record_event(db.session, "read_claim", said, who, visible_to="audit")
        return answer

    @expose(f"/{ID}/decide", methods=("POST",))
    @require_roles(*REVIEWERS)
    def decide(self, id: int) -> Any:
        """Accept or refuse the claim. Aborts with 400 on an unknown verdict."""
        row = self.get_one(str(id))
        if away := ask_password_again():
            return away
        verdict, opinion = request.form.get("verdict", ""), request.form.get("opinion", "")
        if verdict not in ("accept", "refuse"):
            abort(400, "请选择核实更换或不通过。")
        if not opinion.strip():
            fault = "请写明核对的结果或不通过的理由。"
            return self.show(self.get_one(str(id)), False, (("opinion", fault),)), 400
        reviewer = current_account()
        try:
            with transaction(db.session):
                account_takeover.decide_claim(db.session, reviewer, id, verdict == "accept", opinion)
        except NotAllowed as refused:
            flash(refused.sentence, "bad")
        else:
            flash(
                "已记为不通过，提交人查询时会看到理由。" if verdict != "accept"
                else "已核实：经办人凭查询码领取一次性口令。" if row.document_type == LICENCE
                else "已更换：原账号停用，新账号等申诉人凭查询码领取口令。", "ok",
            )  # fmt: skip
        return redirect(self.link("details_view", id=id))

    def decides(self, row: NumberClaim) -> bool:
        """True when the claim is open and the visitor may decide it."""
        return row.state == "open" and bool(current_user.role in REVIEWERS)

    def show(self, row: NumberClaim, open_numbers: bool, errors: Any = ()) -> str:
        """Page of a claim."""
        person, account = account_takeover.registered_person(db.session, row), account_of(row)
        return self.render(
            self.details_template,
            row=row,
            errors=errors,
            open_numbers=open_numbers,
            purposes=PURPOSES,
            pairs=compare(row, open_numbers),
            title=title_of(row),
            licence=row.document_type == LICENCE,
            enterprise=licence_claims.registered_enterprise(db.session, row),
            held=describe_account(account) if row.state == "open" else None,
            in_use=account is not None and account.password_hash is not None and row.state != "accepted",
            account_url=account_url(account),
            resets=may_open(current_visitor(), "panel_account.reset"),
            compares=self.may("scan"),
            own_record=person is not None and account_takeover.is_own_record(db.session, person),
            person_url=url_of("panel_person", person.id) if person and seen_ids(Person, {person.id}) else "",
            others=_others(row),
            state=(SIGNS[row.state], dict(STATES)[row.state]),
            reviewer=reviewer_of(row),
            decides=self.decides(row),
            sides=sides_of(row),
        )


def _numbers_like(id: str) -> Any:
    return select(NumberClaim.document_number).where(NumberClaim.id == (read_id(id) or 0))


def _others(row: NumberClaim) -> list[NumberClaim]:
    """Other claims to the same number, the latest first."""
    same = NumberClaim.document_number == row.document_number
    query = (
        select(NumberClaim).where(same, NumberClaim.id != row.id).order_by(NumberClaim.id.desc()).limit(10)
    )
    return list(db.session.scalars(query))
