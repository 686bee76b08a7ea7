"""工作台: what waits for whom, and the one button that goes on."""

from typing import Any

from flask_admin import AdminIndexView, expose
from flask_login import current_user
from sqlalchemy import ColumnElement, func, select

from anguan.gate.store import db
from anguan.grammar.lifecycle import RETURNED
from anguan.models import Account, ChangeRequest, Decision, Event, Production
from anguan.panel.guard import REGISTER, REVIEWERS, Guarded
from anguan.panel.listing import COUNTED
from anguan.panel.requests import is_due, is_reachable, is_waiting
from anguan.panel.words import VERDICTS


class HomeView(Guarded, AdminIndexView):
    """The first page of everybody in the office; each role reads what concerns it."""

    opens_to = ("staff",)

    def __init__(self) -> None:
        super().__init__(name="工作台", endpoint="panel", url="/panel")
        self.static_folder = None

    @expose("/")
    def index(self) -> str:
        """Counts, the next button, my last decisions."""
        role = current_user.role
        return self.render(
            "admin/home.html",
            counts=count_queue() if role in (*REVIEWERS, "auditor") else None,
            decisions=last_decisions() if role in REVIEWERS else (),
            verdicts=VERDICTS,
            failed=_count(Production.id, Production.state == "failed"),
            accounts=count_accounts() if role == "administrator" else None,
            productions=self.get_url("panel_production.index_view", flt_state="failed")
            if role in REGISTER
            else "",
            events=last_events() if role in ("administrator", "auditor") else (),
        )


def count_queue() -> dict[str, int]:
    """How much waits, and how urgently."""
    reach = is_reachable()
    return {
        "waiting": _count(ChangeRequest.id, *is_waiting(), *reach),
        "overdue": _count(ChangeRequest.id, *is_waiting(), *reach, is_due("overdue")),
        "soon": _count(ChangeRequest.id, *is_waiting(), *reach, is_due("soon")),
        "returned": _count(ChangeRequest.id, ChangeRequest.state == RETURNED, *reach),
    }


def last_decisions() -> list[Any]:
    """What this reviewer decided last, as (decision, request)."""
    rows = db.session.execute(
        select(Decision, ChangeRequest)
        .join(ChangeRequest, ChangeRequest.id == Decision.request_id)
        .where(Decision.actor_id == current_user.id, Decision.undone_at.is_(None))
        .order_by(Decision.id.desc())
        .limit(8)
    )
    return [tuple(row) for row in rows]


def count_accounts() -> dict[str, int]:
    """Accounts that are open, and those that are shut."""
    return {
        "open": _count(Account.id, Account.disabled_at.is_(None)),
        "shut": _count(Account.id, Account.disabled_at.is_not(None)),
    }


def last_events() -> list[Event]:
    """What happened last."""
    return list(db.session.scalars(select(Event).order_by(Event.id.desc()).limit(10)))


def _count(key: Any, *conditions: ColumnElement[bool]) -> int:
    rows = select(key).where(*conditions).limit(COUNTED + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(rows)) or 0
