"""统计: monthly figures, frequent reasons, overdue requests, and the report files."""

from datetime import date

from flask import Response, abort, request
from flask_login import current_user

from anguan.core import clock
from anguan.domain.calendar import promised_day
from anguan.domain.review_permissions import REVIEWERS
from anguan.extensions import db
from anguan.infra.events import actor_of, record_event
from anguan.infra.transaction import transaction
from anguan.panel.common import formatting, spreadsheets
from anguan.panel.common.guard import REGISTER, GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.panel.reports import reports
from anguan.panel.reports.metrics import waiting
from anguan.panel.reports.metrics.days import months_from
from anguan.panel.reports.reports import LONGEST, Period
from anguan.panel.requests.claim_column import format_claim, read_claims

BACK = 24
"""Number of months that can be chosen."""
YEARS = 5
COMPARING = ("senior_reviewer", "administrator")


class StatisticsView(GuardedMixin):
    """统计."""

    allowed_roles = REGISTER

    @expose("/")
    def index(self) -> str:
        """The month, its charts and the overdue requests."""
        period = read_period(request.args.get("month", ""), request.args.get("region", ""))
        overdue = waiting.list_overdue(db.session, period.region, LONGEST)
        read_claims(overdue)
        return self.render(
            "admin/statistics.html",
            period=period,
            now=clock.now(),
            head=reports.headline(db.session, period),
            drawn=reports.all_tables(db.session, period, compares_reviewers()),
            overdue=[
                (row, promised_day(row.due_at), formatting.days_left(row.due_at)[1], format_claim(row))
                for row in overdue
                if row.due_at
            ],
            titles=formatting.matter_titles(db.session),
            region_name=formatting.region_name,
            months=list_months(),
            regions=() if current_user.region else formatting.regions(db.session),
            years=list_years(),
            queues=self.get_url("panel_queue.index_view", flt_due="overdue")
            if current_user.role in (*REVIEWERS, "auditor")
            else "",
            opens_requests=current_user.role in (*REVIEWERS, "auditor"),
            transfers=current_user.role == "senior_reviewer",
        )

    @expose("/tables", methods=("POST",))
    def tables(self) -> Response:
        """The tables of the page as a workbook."""
        period = read_period(request.form.get("month", ""), request.form.get("region", ""))
        pages = reports.pages_of(reports.all_tables(db.session, period, compares_reviewers()))
        self._note(f"导出统计表：{period.title}，{formatting.region_name(period.region)}")
        return spreadsheets.send_book(f"统计表-{period.month:%Y%m}", pages)

    @expose("/year", methods=("POST",))
    def year(self) -> Response:
        """年度报表 as a workbook; aborts with 400 for a year that cannot be chosen."""
        region = read_region(request.form.get("region", ""))
        chosen = request.form.get("year", "")
        if chosen not in map(str, list_years()):
            abort(400, "请选择年度。")
        pages = reports.year_pages(db.session, region, int(chosen))
        self._note(f"导出年度报表：{chosen} 年，{formatting.region_name(region)}")
        return spreadsheets.send_book(f"年度报表-{chosen}", pages)

    def _note(self, sentence: str) -> None:
        who = actor_of(current_account())
        with transaction(db.session):
            record_event(db.session, "export", sentence, who, visible_to="audit")


def compares_reviewers() -> bool:
    """True for roles that see the figures of each reviewer."""
    return current_user.role in COMPARING


def list_months() -> list[date]:
    """Months that can be chosen, the current one first."""
    this = clock.today().replace(day=1)
    return months_from(clock.add_months(this, 1 - BACK), BACK)[::-1]


def list_years() -> list[int]:
    """Years that can be chosen, the current one first."""
    return [clock.today().year - back for back in range(YEARS)]


def read_region(text: str) -> str | None:
    """The chosen region; staff of a region always get their own. Aborts with 404 for an unknown one."""
    if current_user.region:
        own: str = current_user.region
        return own
    if text and text not in dict(formatting.regions(db.session)):
        abort(404)
    return text or None


def read_period(month: str, region: str) -> Period:
    """The chosen month and region, the current month by default. Aborts with 404 for an unknown month."""
    months = {f"{one:%Y-%m}": one for one in list_months()}
    if month and month not in months:
        abort(404)
    return Period(months.get(month) or clock.today().replace(day=1), read_region(region))
