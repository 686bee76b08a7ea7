"""首页: pending tasks, certificates, progress of requests, latest messages."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from anguan.core.lifecycle import OPEN
from anguan.domain.policies import load_policies
from anguan.extensions import db
from anguan.models import ChangeRequest, Notice
from anguan.portal.blueprint import portal
from anguan.portal.certificates import own_certificates, read_line
from anguan.portal.formatting import format_today
from anguan.portal.requests.progress_steps import progress_steps
from anguan.portal.tasks.task_list import list_tasks
from anguan.portal.visitor import current_account
from anguan.services.requests.drafts import definition
from anguan.web.access import require_roles

CARDS = 3


@portal.get("/", endpoint="home")
@require_roles("applicant", "enterprise")
def show_home() -> ResponseReturnValue:
    """The first page after login, of a holder or an enterprise."""
    me = current_account()
    if me.person_id is None:
        return render_template("portal/enterprise.html", enterprise=me.enterprise, home=True)
    lines = [read_line(db.session, me, row) for row in own_certificates(db.session, me)]
    tasks = list_tasks(db.session, me, lines)
    filed = db.session.scalar(
        select(ChangeRequest)
        .where(ChangeRequest.filer_id == me.id, ChangeRequest.state.in_(OPEN))
        .order_by(ChangeRequest.changed_at.desc(), ChangeRequest.id.desc())
        .limit(1)
    )
    matter = definition(db.session, filed) if filed else None
    notices = select(Notice).where(Notice.account_id == me.id).order_by(Notice.id.desc()).limit(3)
    return render_template(
        "portal/home.html",
        name=me.name,
        today=format_today(),
        tasks=tasks[:CARDS],
        more=len(tasks) - CARDS,
        lines=lines,
        filed=filed,
        matter=matter,
        way=progress_steps(db.session, filed, matter) if filed and matter else (),
        notices=db.session.scalars(notices).all(),
        ready_hours=load_policies(db.session).ready_hours,
    )
