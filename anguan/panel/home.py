"""工作台: dashboard with the visitor's tasks and the figures of the office."""

from typing import Any

from flask_admin import AdminIndexView
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from anguan.core import clock
from anguan.domain.region_scope import in_region
from anguan.domain.review_permissions import REVIEWERS, is_filed
from anguan.extensions import db
from anguan.infra.events import read_events
from anguan.models import Account, Base, ChangeRequest, Claim, Decision, Event
from anguan.panel.common import formatting
from anguan.panel.common.guard import REGISTER, GuardedMixin
from anguan.panel.common.routing import expose
from anguan.panel.lists.list_query import COUNTED
from anguan.panel.reports import charts
from anguan.panel.reports.metrics import flow, waiting
from anguan.services.review.claims import is_claimed
from anguan.services.words import VERDICT_WORDS

DAYS = 30


class HomeView(GuardedMixin, AdminIndexView):  # type: ignore[misc]  # Flask-Admin ships no types
    """Dashboard of all office roles; the sections depend on the role."""

    allowed_roles = ("staff",)

    def __init__(self) -> None:
        super().__init__(name="工作台", endpoint="panel", url="/panel")
        self.static_folder = None

    @expose("/")
    def index(self) -> str:
        """Next task, own claims and last decisions, then the figures of the office."""
        role = current_user.role
        queues = self.get_url("panel_queue.index_view") if role in (*REVIEWERS, "auditor") else ""
        return self.render(
            "admin/home.html",
            **(
                office_figures(current_user.region, queues)
                if role in REGISTER
                else {"queue": None, "drawn": ()}
            ),
            queues=queues,
            claims=list_claims() if role in REVIEWERS else (),
            done=flow.count_actor(db.session, current_user.id, clock.today(), clock.today()),
            decisions=last_decisions() if role in REVIEWERS else (),
            drawn_for_me=self.menu_count("panel_audit"),
            verdicts=VERDICT_WORDS,
            titles=formatting.matter_titles(db.session),
            failed=self.menu_count("panel_certificate_job"),
            accounts=count_accounts() if role == "administrator" else None,
            productions=self.get_url("panel_certificate_job.index_view", flt_state="failed")
            if role in REGISTER
            else "",
            events=last_events() if role in ("administrator", "auditor") else (),
        )


def office_figures(region: str | None, queues: str) -> dict[str, Any]:
    """Figures and charts of one region, or of all; `queues` is the URL of the queue or ''."""
    queue = waiting.count_queue(db.session, region)
    first, last = charts.last_days(DAYS)
    urls = {-1: f"{queues}?flt_due=overdue", 0: f"{queues}?flt_due=today"} if queues else {}
    return {
        "queue": queue,
        "took": flow.working_days(db.session, region, first, last),
        "days": DAYS,
        "drawn": (
            charts.chart_days_left(queue, {left: url for left, url in urls.items() if queue.left[left]}),
            charts.chart_waiting_days(db.session, queue),
            *charts.chart_decisions(db.session, region, first, last),
            charts.chart_expiring(db.session, region),
        ),
    }


def list_claims() -> list[dict[str, Any]]:
    """Claims of this reviewer, snoozed and transferred ones included: due reminders first, then by due
    date."""
    now = clock.now()
    rows = db.session.scalars(
        select(Claim)
        .join(ChangeRequest, ChangeRequest.id == Claim.request_id)
        .where(
            Claim.account_id == current_user.id,
            is_claimed(),
            *waiting.waiting_in(current_user.region),
        )
        .options(joinedload(Claim.request))
        .order_by(Claim.remind_at.is_(None), Claim.remind_at, ChangeRequest.due_at, Claim.id)
        .limit(50)
    )
    return [
        {
            "claim": row,
            "asked": row.request,
            "snoozed": row.remind_at is not None,
            "called": row.remind_at is not None and row.remind_at <= now,
            "left": formatting.gauge(row.request.due_at),
        }
        for row in rows
    ]


def last_decisions() -> list[Any]:
    """Last decisions of this reviewer as (decision, request)."""
    rows = db.session.execute(
        select(Decision, ChangeRequest)
        .join(ChangeRequest, ChangeRequest.id == Decision.request_id)
        .where(Decision.actor_id == current_user.id, Decision.undone_at.is_(None))
        .where(*is_filed(current_user.region))
        .order_by(Decision.id.desc())
        .limit(8)
    )
    return [tuple(row) for row in rows]


def count_accounts() -> dict[str, int]:
    """Numbers of active and of disabled accounts."""
    return {
        "open": _count(Account, Account.disabled_at.is_(None)),
        "shut": _count(Account, Account.disabled_at.is_not(None)),
    }


def last_events() -> list[Event]:
    """Latest events."""
    return list(read_events(db.session, current_user, most=10))


def _count(model: type[Base], *conditions: ColumnElement[bool]) -> int:
    inside = in_region(model, current_user.region)
    rows = select(model.__table__.c.id).where(*conditions, *inside).limit(COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(rows)) or 0
