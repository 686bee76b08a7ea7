"""您现在要做的事: pending tasks of the holder, most urgent first."""

from collections.abc import Sequence

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.clock import format_day
from anguan.core.lifecycle import DRAFT, REJECTED, RETURNED
from anguan.domain.calendar import days_left, format_deadline, load_calendar
from anguan.models import Account, ChangeRequest
from anguan.portal.certificates import CertificateLine
from anguan.portal.formatting import TaskKind
from anguan.portal.profile import missing_facts
from anguan.portal.requests.progress import remarks_of
from anguan.portal.requests.reasons import reason_lines, standing_reason
from anguan.portal.tasks.certificate_tasks import expiring, not_in_force, open_matter
from anguan.portal.tasks.task import Task
from anguan.services.requests.drafts import definition
from anguan.services.requests.status import last_decision
from anguan.web.form_fields import name_certificate


def list_tasks(session: Session, me: Account, lines: Sequence[CertificateLine]) -> list[Task]:
    """Tasks: 补正, rejections, what was taken back, deadlines, certificates not in force, drafts, gaps."""
    mine = session.scalars(
        select(ChangeRequest)
        .where(ChangeRequest.filer_id == me.id, ChangeRequest.state.in_((RETURNED, REJECTED, DRAFT)))
        .order_by(ChangeRequest.id.desc())
    ).all()
    returned = [_returned(session, row) for row in mine if row.state == RETURNED]
    refused = [_refused(session, row) for row in mine if row.state == REJECTED and _is_last(session, row)]
    ending = [task for line in lines if (task := expiring(session, line))]
    ended = [task for line in lines if (task := not_in_force(session, line))]
    drafts = [row for row in mine if row.state == DRAFT]
    again = [_draft(session, row) for row in drafts if row.round]
    begun = [_draft(session, row) for row in drafts if not row.round]
    return [*returned, *refused, *again, *ending, *ended, *begun, *_gaps(me, lines)]


def _named(session: Session, row: ChangeRequest) -> str:
    return f"{definition(session, row).title} {row.number or ''}".strip()


def _returned(session: Session, row: ChangeRequest) -> Task:
    deadline = row.correction_due_at
    remarks = remarks_of(row)
    return Task(
        TaskKind.RETURNED,
        _named(session, row),
        f"{definition(session, row).submit_label}需补正，共 {len(remarks)} 项",
        "去补正",
        url_for("portal.edit", id=row.id),
        lines=reason_lines(last_decision(row)),
        until=f"{format_deadline(deadline)}交回",
        left=days_left(load_calendar(session), deadline, clock.now()) if deadline else 0,
        more=("查看审核意见", url_for("portal.request", id=row.id)),
    )


def _refused(session: Session, row: ChangeRequest) -> Task:
    return Task(
        TaskKind.REJECTED,
        _named(session, row),
        f"{definition(session, row).submit_label}没有通过",
        "重新补充信息",
        post=url_for("portal.revise", id=row.id),
        lines=reason_lines(last_decision(row)),
        more=("查看进度", url_for("portal.request", id=row.id)),
    )


def _is_last(session: Session, row: ChangeRequest) -> bool:
    """True when nothing newer was filed about the same record, else the rejection is out of date."""
    newer = select(ChangeRequest.id).where(
        ChangeRequest.filer_id == row.filer_id,
        ChangeRequest.subject_key == row.subject_key,
        ChangeRequest.id > row.id,
        ChangeRequest.submitted_at.is_not(None),
    )
    return session.scalar(newer.limit(1)) is None


def _draft(session: Session, row: ChangeRequest) -> Task:
    about = name_certificate(row.certificate) if row.certificate else ""
    standing = standing_reason(row)
    label = definition(session, row).submit_label
    lead = f"{format_day(row.changed_at)}保存。保存过不等于已申请，提交后才有受理编号。"
    if row.round:
        lead = "提交过的申请已取回，现在没有在审核。改好后请重新提交，受理编号不变。"
    return Task(
        TaskKind.UNSUBMITTED,
        f"{_named(session, row)} {about}".strip(),
        f"{label}{standing.title}，还没有重新提交" if standing else f"{label}还没有提交",
        "继续填写",
        url_for("portal.edit", id=row.id),
        lines=standing.lines if standing else (),
        lead=lead,
        turn=standing is not None,
        more=("查看进度", url_for("portal.request", id=row.id)) if row.round else None,
    )


def _mismatch(line: CertificateLine) -> Task:
    offer = line.amending
    return Task(
        TaskKind.MISMATCH,
        name_certificate(line.certificate),
        f"证书信息与个人信息不一致：{'、'.join(line.mismatch)}",
        f"按个人信息{offer.matter.action}" if offer else "查看证书",
        url_for("portal.start", code=offer.matter.code, certificate=line.certificate.id, fill=1)
        if offer
        else url_for("portal.certificates"),
        lead="系统会按个人信息填好，核对后提交。" if offer else "现在不能办理变更，原因见证书下面的说明。",
        turn=False,
    )


def _gaps(me: Account, lines: Sequence[CertificateLine]) -> list[Task]:
    tasks = []
    if missing := missing_facts(me):
        tasks.append(
            Task(
                TaskKind.INCOMPLETE,
                "个人信息",
                f"个人信息还缺{'、'.join(missing)}",
                "去补全",
                url_for("portal.profile"),
                lead="补全并审核通过后，才能办理证书业务。",
                turn=False,
            )
        )
    for line in lines:
        offer = open_matter(line, "certificate.number", "issued") if not line.certificate.number else None
        if offer is not None and offer.draft is None:
            tasks.append(
                Task(
                    TaskKind.PAPER,
                    name_certificate(line.certificate),
                    "纸质证书可以换发电子证书",
                    offer.matter.action,
                    url_for("portal.start", code=offer.matter.code, certificate=line.certificate.id),
                    lead="办理一次变更，审核通过后换发，首次发证日期不变。换发以后才能延续。",
                    turn=False,
                )
            )
        if line.mismatch and line.request is None:
            tasks.append(_mismatch(line))
    return tasks
