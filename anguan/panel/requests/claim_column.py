"""领取人 column of the lists: who holds a request and until when, read once for all rows of a page."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import g
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import ColumnElement, exists, select

from anguan.core import clock
from anguan.extensions import db
from anguan.models import ChangeRequest, Claim
from anguan.panel.common.formatting import QUIET
from anguan.services.review.claims import is_claimed, minutes_left


def is_mine() -> ColumnElement[bool]:
    """Condition for requests claimed by this reviewer, snoozed ones (暂缓) included."""
    return exists().where(
        Claim.request_id == ChangeRequest.id,
        Claim.account_id == current_user.id,
        is_claimed(),
    )


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
            f"{who} {claim.transferred_by.name}转来" if mine else f"{who} 留到 {_format_until(claim.until)}"
        )
    if mine:
        return f"我，保留到 {clock.beijing(claim.until):%H:%M}"
    return f"{who} 还有 {minutes_left(claim)} 分"


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
