"""号码申诉: claims to a document number that another account holds, decided once."""

from typing import Any

from flask import abort, flash, redirect, request
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select

from anguan.auth import account_takeover
from anguan.auth.accounts import NotAllowed
from anguan.core.field_types import DOCUMENT_TYPES
from anguan.core.record_ids import read_id
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.models import Account, ChangeRequest, NumberClaim, Person, StoredFile
from anguan.panel.accounts.account_forms import format_state
from anguan.panel.common import formatting
from anguan.panel.common.filters import Hidden, OneOf
from anguan.panel.common.guard import current_account
from anguan.panel.common.listing import GuardedView
from anguan.panel.common.routing import expose
from anguan.panel.common.search import begins_with, is_exactly, looks_like_document, matching_ids
from anguan.panel.register.register import seen_ids, url_of
from anguan.panel.requests.request_access import PURPOSES, send_attachment
from anguan.web.access import ask_password_again, require_roles
from anguan.web.status_signs import Sign

ID = "<id:id>"
STATES = (("open", "待核对"), ("accepted", "已更换"), ("refused", "未通过"))
SIGNS = {"open": Sign.WAITING, "accepted": Sign.GOOD, "refused": Sign.BAD}
SIDES = {"front": "证件有照片的一面", "back": "证件的另一面"}


class NumberClaimView(GuardedView):
    """号码申诉. One about a person who works in a region is not seen in the others."""

    allowed_roles = (*REVIEWERS, "auditor")
    stock_routes = frozenset({"index_view", "details_view"})
    can_export = False
    searches = "申诉编号、姓名、证件号码"
    cut = ("name", "reviewer")
    noun = "件"
    nothing = ("没有号码申诉。", "")
    details_template = "admin/number_claim.html"
    column_list = ("number", "name", "document_number", "created_at", "state", "reviewer")
    column_labels = {
        "number": "申诉编号", "name": "申诉人", "document_number": "证件号码", "created_at": "提交时间",
        "state": "状态", "reviewer": "办理人",
    }  # fmt: skip
    cells = {
        "number": lambda row: formatting.link(url_of("panel_number_claim", row.id), row.number),
        "document_number": lambda row: formatting.document(row.document_number),
        "created_at": lambda row: formatting.moment(row.created_at),
        "state": lambda row: formatting.signed(SIGNS[row.state], dict(STATES)[row.state]),
        "reviewer": lambda row: reviewer_of(row) or formatting.QUIET,
    }
    order = (NumberClaim.id.desc(),)
    column_filters = (
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
    def reveal(self, id: int) -> Any:
        """The page with full numbers, once, for a purpose that is recorded. Aborts with 400 without a
        purpose."""
        row, who = self.get_one(str(id)), actor_of(current_account())
        purpose = PURPOSES.get(request.form.get("purpose", ""), "")
        if not purpose:
            abort(400, "请选择查看完整号码的用途。")
        said = f"查看号码申诉 {row.number} 的完整号码：{purpose}"
        with transaction(db.session):
            record_event(db.session, "reveal", said, who, visible_to="audit")
        return self.show(self.get_one(str(id)), True)

    @expose(f"/{ID}/scan/<any(front, back):side>")
    def scan(self, id: int, side: str) -> Any:
        """Scan of one side of the claimant's document; viewing the side with the number is recorded."""
        row, who = self.get_one(str(id)), actor_of(current_account())
        kept = db.session.get_one(StoredFile, row.front_id if side == "front" else row.back_id)
        answer = send_attachment(kept, f"{SIDES[side]}.jpg")
        if side == "front":
            said = f"查看号码申诉 {row.number} 的证件影像"
            with transaction(db.session):
                record_event(db.session, "read_claim", said, who, visible_to="audit")
        return answer

    @expose(f"/{ID}/decide", methods=("POST",))
    @require_roles(*REVIEWERS)
    def decide(self, id: int) -> Any:
        """Accept or refuse the claim. Aborts with 400 on an unknown verdict."""
        self.get_one(str(id))
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
                "已更换：原账号停用，新账号等申诉人凭查询码领取口令。" if verdict == "accept"
                else "已记为不通过，申诉人查询时会看到理由。", "ok",
            )  # fmt: skip
        return redirect(self.link("details_view", id=id))

    def decides(self, row: NumberClaim) -> bool:
        """True when the claim is open and the visitor may decide it."""
        return row.state == "open" and bool(current_user.role in REVIEWERS)

    def show(self, row: NumberClaim, open_numbers: bool, errors: Any = ()) -> str:
        """Page of a claim."""
        person = account_takeover.registered_person(db.session, row)
        held = account_takeover.registered_account(db.session, row) if row.state == "open" else None
        return self.render(
            self.details_template,
            row=row,
            errors=errors,
            open_numbers=open_numbers,
            purposes=PURPOSES,
            pairs=_pairs(row, person, open_numbers),
            held=_describe_account(held),
            own_record=person is not None and account_takeover.is_own_record(db.session, person),
            person_url=url_of("panel_person", person.id) if person and seen_ids(Person, {person.id}) else "",
            others=_others(row),
            state=(SIGNS[row.state], dict(STATES)[row.state]),
            reviewer=reviewer_of(row),
            decides=self.decides(row),
            sides=SIDES,
        )


def reviewer_of(row: NumberClaim) -> str:
    """Name of the reviewer who decided; '' while it is open."""
    found = db.session.get(Account, row.reviewer_id) if row.reviewer_id else None
    return found.name if found else ""


def _numbers_like(id: str) -> Any:
    return select(NumberClaim.document_number).where(NumberClaim.id == (read_id(id) or 0))


def _pairs(row: NumberClaim, person: Person | None, open_numbers: bool) -> list[tuple[str, Any, Any]]:
    """Values of the claimant beside the registered ones."""
    types = dict(DOCUMENT_TYPES)
    number = formatting.number if open_numbers else formatting.document
    phone = formatting.number if open_numbers else formatting.phone
    return [
        ("姓名", row.name, person.name if person else ""),
        ("证件类型", types[row.document_type], types.get(person.document_type, "") if person else ""),
        ("证件号码", number(row.document_number), number(person.document_number) if person else ""),
        ("手机", phone(row.phone), phone(person.phone) if person else ""),
    ]


def _describe_account(held: Account | None) -> dict[str, Any] | None:
    """The account that holds the number now, with its number of open requests."""
    if held is None:
        return None
    count = select(func.count()).where(
        ChangeRequest.filer_id == held.id,
        ChangeRequest.state.in_(("draft", "submitted", "decided", "returned")),
    )
    return {
        "state": format_state(held),
        "opened": held.created_at,
        "phone": formatting.phone(held.phone),
        "requests": db.session.scalar(count) or 0,
    }


def _others(row: NumberClaim) -> list[NumberClaim]:
    """Other claims to the same number, the latest first."""
    same = NumberClaim.document_number == row.document_number
    query = (
        select(NumberClaim).where(same, NumberClaim.id != row.id).order_by(NumberClaim.id.desc()).limit(10)
    )
    return list(db.session.scalars(query))
