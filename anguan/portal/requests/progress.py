"""办理进度: all requests, and one request with its reason, remarks, steps and history."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from anguan.core import clock
from anguan.core.lifecycle import DRAFT, RETURNED, WITHDRAWN, Verb, is_allowed
from anguan.core.matter import Matter
from anguan.core.record_ids import read_id
from anguan.domain.calendar import days_left, load_calendar
from anguan.domain.policies import policies_of
from anguan.extensions import db
from anguan.infra.events import read_events
from anguan.models import Account, Attachment, ChangeRequest, Event, Remark
from anguan.portal.blueprint import portal
from anguan.portal.formatting import format_outcome
from anguan.portal.requests.changes import is_announced, list_changes
from anguan.portal.requests.progress_steps import progress_steps
from anguan.portal.requests.reasons import standing_reason
from anguan.portal.requests.upload_fields import describe_file
from anguan.portal.visitor import crumbs, current_account, page_url
from anguan.services.refusals import NotFound, Refused
from anguan.services.requests import filing, reminders
from anguan.services.requests.drafts import definition, working_round
from anguan.services.requests.filing import own_request
from anguan.services.requests.status import last_decision, request_status
from anguan.services.review.review_view import round_changes
from anguan.web.access import require_roles
from anguan.web.form_fields import name_certificate
from anguan.web.upload_fields import SlotFile

PAGE = 20


@dataclass(frozen=True)
class RequestDocument:
    """One material of a request with its documents."""

    title: str
    files: tuple[SlotFile, ...]


def remarks_of(row: ChangeRequest) -> list[Remark]:
    """The remarks of the last return, item by item."""
    decision = last_decision(row)
    return list(decision.remarks) if decision is not None and decision.verdict == "return" else []


def documents_of(row: ChangeRequest, matter: Matter) -> list[RequestDocument]:
    """The current documents in the order of the matter, without photos."""
    wanted = working_round(row) if row.state == RETURNED else row.round
    there: dict[str, list[Attachment]] = {}
    for attachment in row.attachments:
        if attachment.round == wanted and "." not in attachment.material:
            there.setdefault(attachment.material, []).append(attachment)
    titles = matter.material_titles
    return [
        RequestDocument(titles.get(code, code), tuple(describe_file(file) for file in there[code]))
        for code in sorted(there, key=lambda code: list(titles).index(code) if code in titles else 99)
    ]


@portal.get("/requests", endpoint="requests")
@require_roles("applicant")
def list_requests() -> ResponseReturnValue:
    """All requests of this account, latest first."""
    me = current_account()
    own = ChangeRequest.filer_id == me.id
    total = db.session.scalar(select(func.count()).where(own)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(read_id(request.args.get("page")) or 1, pages)
    rows = db.session.scalars(
        select(ChangeRequest)
        .where(own)
        .order_by(ChangeRequest.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    lines = [(row, definition(db.session, row), request_status(db.session, row)) for row in rows]
    return render_template(
        "portal/requests.html",
        crumbs=crumbs(("办理进度", None)),
        lines=[
            (row, matter, status, name_certificate(row.certificate) if row.certificate else "个人信息")
            for row, matter, status in lines
        ],
        page=page,
        pages=pages,
        page_url=page_url,
        total=total,
    )


@portal.get("/requests/<id:id>", endpoint="request")
@require_roles("applicant")
def show_request(id: int) -> ResponseReturnValue:
    """One request in any state: reason, pending action, steps, changes, history."""
    me = current_account()
    row = own_request(db.session, me, id)
    matter, status = definition(db.session, row), request_status(db.session, row)
    limits = policies_of(db.session, row)
    deadline = row.correction_due_at if row.state == RETURNED else row.due_at
    changes = list_changes(db.session, round_changes(row))
    return render_template(
        "portal/request.html",
        crumbs=crumbs(("办理进度", url_for(".requests")), (row.number or matter.title, None)),
        row=row,
        matter=matter,
        status=status,
        outcome=format_outcome(matter, status),
        decision=last_decision(row),
        standing=standing_reason(row) if row.state in (DRAFT, WITHDRAWN) else None,
        remarks=remarks_of(row),
        deadline=deadline,
        days_left=days_left(load_calendar(db.session), deadline, clock.now()) if deadline else 0,
        named=name_certificate(row.certificate) if row.certificate else "",
        way=progress_steps(db.session, row, matter),
        changed=[change for change in changes if is_announced(change)],
        documents=documents_of(row, matter),
        events=_history(row),
        may_withdraw=is_allowed(row.state, Verb.WITHDRAW),
        may_revise=is_allowed(row.state, Verb.REVISE),
        may_remind=reminders.may_remind(row),
        overdue=reminders.is_overdue(row),
        ready_hours=limits.ready_hours,
    )


@portal.post("/requests/<id:id>/withdraw", endpoint="withdraw")
@require_roles("applicant")
def withdraw(id: int) -> ResponseReturnValue:
    """撤销申请."""
    if not _run_action(lambda me: filing.withdraw(db.session, me, id)):
        return redirect(url_for(".request", id=id))
    flash("申请已撤销。需要时可以点“重新补充信息”，改好后再提交，编号不变。", "ok")
    return redirect(url_for(".request", id=id))


@portal.post("/requests/<id:id>/revise", endpoint="revise")
@require_roles("applicant")
def revise(id: int) -> ResponseReturnValue:
    """重新补充信息: back to draft, with all values kept."""
    if not _run_action(lambda me: filing.revise(db.session, me, id)):
        return redirect(url_for(".request", id=id))
    flash("申请已取回，现在尚未提交。改好后请重新提交，编号不变。", "warn")
    return redirect(url_for(".edit", id=id))


@portal.post("/requests/<id:id>/remind", endpoint="urge")
@require_roles("applicant")
def remind_office(id: int) -> ResponseReturnValue:
    """催办: the due date has passed."""
    if _run_action(lambda me: reminders.remind(db.session, me, id)):
        flash("已催办，审核人员会优先办理。", "ok")
    return redirect(url_for(".request", id=id))


@portal.post("/requests/<id:id>/discard", endpoint="discard")
@require_roles("applicant")
def discard(id: int) -> ResponseReturnValue:
    """删除草稿."""
    if not _run_action(lambda me: filing.discard(db.session, me, id)):
        return redirect(url_for(".request", id=id))
    number = own_request(db.session, current_account(), id).number
    flash(f"申请 {number} 已作废。需要办理的，请重新申请。" if number else "草稿已删除。", "ok")
    return redirect(url_for(".home"))


def _run_action(action: Callable[[Account], None]) -> bool:
    """Run the action; False when it was refused, with the reason flashed on the next page."""
    try:
        action(current_account())
    except NotFound:
        raise
    except Refused as refused:
        flash(f"{refused.sentence}。", "warn")
        return False
    return True


def _history(row: ChangeRequest) -> list[Event]:
    return list(read_events(db.session, current_account(), Event.request_id == row.id, most=100))
