"""消息: notices of the office to the holder, read and unread."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select, update

from anguan.core import clock
from anguan.core.record_ids import read_id
from anguan.extensions import db
from anguan.infra.transaction import transaction
from anguan.models import Notice
from anguan.portal.blueprint import portal
from anguan.portal.visitor import crumbs, current_account, page_url
from anguan.services.codes import Refusal
from anguan.services.refusals import NotFound
from anguan.web.access import require_roles

PAGE = 20


@portal.get("/messages", endpoint="messages")
@require_roles("applicant", "enterprise")
def list_messages() -> ResponseReturnValue:
    """The messages, latest first."""
    own = Notice.account_id == current_account().id
    total = db.session.scalar(select(func.count()).where(own)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(read_id(request.args.get("page")) or 1, pages)
    rows = db.session.scalars(
        select(Notice).where(own).order_by(Notice.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    return render_template(
        "portal/messages.html",
        crumbs=crumbs(("消息", None)),
        rows=rows,
        page=page,
        pages=pages,
        page_url=page_url,
        total=total,
    )


@portal.post("/messages/<id:id>/read", endpoint="message_read")
@require_roles("applicant", "enterprise")
def read_message(id: int) -> ResponseReturnValue:
    """Mark a message as read and redirect to its target. Raises NotFound."""
    me = current_account().id
    with transaction(db.session):
        row = db.session.scalar(select(Notice).where(Notice.id == id, Notice.account_id == me))
        if row is None:
            raise NotFound(Refusal.NO_MESSAGE)
        row.read_at = row.read_at or clock.now()
        target = row.request_id
    return redirect(url_for(".request", id=target) if target else url_for(".messages"))


@portal.post("/messages/read", endpoint="messages_read")
@require_roles("applicant", "enterprise")
def read_all() -> ResponseReturnValue:
    """全部标为已读."""
    me = current_account().id
    with transaction(db.session):
        db.session.execute(
            update(Notice)
            .where(Notice.account_id == me, Notice.read_at.is_(None))
            .values(read_at=clock.now())
        )
    return redirect(url_for(".messages"))
