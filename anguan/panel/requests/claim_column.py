"""领取人 column of the lists: who holds a request and until when, read once for all rows of a page."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import g
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.record_ids import read_id
from anguan.domain.region_scope import in_region
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.models import Account, ChangeRequest, Claim
from anguan.panel.common.formatting import QUIET
from anguan.panel.lists.filters import OneOf
from anguan.services.review.claims import is_claimed, minutes_left

HOLDERS = (("me", "我"), ("free", "无人领取"), ("others", "别人"))


def is_mine() -> ColumnElement[bool]:
    """Condition for requests claimed by this reviewer, snoozed ones (暂缓) included."""
    return exists().where(
        Claim.request_id == ChangeRequest.id,
        Claim.account_id == current_user.id,
        is_claimed(),
    )


def is_held(who: str) -> ColumnElement[bool]:
    """Condition for requests that nobody (`free`), this reviewer (`me`), a colleague (`others`) or the
    account with this id has claimed."""
    held = exists().where(Claim.request_id == ChangeRequest.id, is_claimed())
    if who == "free":
        return ~held
    if who == "me":
        return is_mine()
    if who == "others":
        return held.where(Claim.account_id != current_user.id)
    return held.where(Claim.account_id == (read_id(who) or 0))


def list_holders(session: Session) -> list[tuple[str, str]]:
    """Choices of the filter 领取人: the colleagues who hold a request of the visitor's region by name."""
    query = (
        select(Account.id, Account.name)
        .join(Claim, Claim.account_id == Account.id)
        .join(ChangeRequest, ChangeRequest.id == Claim.request_id)
        .where(is_claimed(), Account.id != current_user.id, *in_region(ChangeRequest, current_user.region))
    )
    found = session.execute(query.distinct().order_by(Account.name, Account.id).limit(100))
    return [*HOLDERS, *((str(id), name) for id, name in found)]


class HolderFilter(OneOf):
    """领取人: a colleague who holds nothing at the moment can still be asked for, as by a saved view."""

    def __init__(self) -> None:
        super().__init__("holder", "领取人", list_holders, is_held)

    def accepts(self, value: str) -> bool:
        """True for the general choices and for the id of an account."""
        return value in dict(HOLDERS) or read_id(value) is not None

    def title_of(self, value: str) -> str:
        """Name of the reviewer."""
        named = select(Account.name).where(Account.id == (read_id(value) or 0), Account.role.in_(REVIEWERS))
        return dict(HOLDERS).get(value) or db.session.scalar(named) or ""


def read_claims(rows: Iterable[ChangeRequest]) -> None:
    """Load the claims of these requests with one query."""
    found = db.session.scalars(select(Claim).where(Claim.request_id.in_([row.id for row in rows])))
    g.claims = {claim.request_id: claim for claim in found}


def format_claim(request: ChangeRequest) -> str:
    """Holder and end of the claim; '' when it is free. The holder also sees that a snooze has ended."""
    claim: Claim | None = g.get("claims", {}).get(request.id)
    if claim is None:
        return ""
    mine = _is_own(claim)
    if claim.until <= clock.now():
        return "我暂缓到期，该看了" if mine and claim.remind_at is not None else ""
    who = "我" if mine else claim.account.name
    if claim.remind_at is not None:
        return f"{who}暂缓，{_format_until(claim.until)} 提醒"
    if claim.transferred_by is not None:
        return (
            f"{who}，{claim.transferred_by.name}转来" if mine else f"{who}保留到 {_format_until(claim.until)}"
        )
    if mine:
        return f"我，保留到 {clock.beijing(claim.until):%H:%M}"
    return f"{who}还保留 {minutes_left(claim)} 分钟"


def render_claim(request: ChangeRequest) -> Any:
    """The claim as a table cell; the style tells own claims from those of others."""
    text = format_claim(request)
    if not text:
        return QUIET
    who, _, rest = text.partition(" ")
    kind = "mine" if _is_own(g.claims[request.id]) else "other"
    return Markup('<span class="held held--{}">{} <span class="num">{}</span></span>').format(kind, who, rest)


def _is_own(claim: Claim) -> bool:
    return bool(claim.account_id == current_user.id)


def _format_until(moment: datetime) -> str:
    here = clock.beijing(moment)
    return f"{here:%H:%M}" if here.date() == clock.today() else f"{here:%m-%d}"
