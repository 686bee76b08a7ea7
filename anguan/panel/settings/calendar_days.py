"""工作日历: the days that are not what their weekday says, changed day by day or a year at once."""

from typing import Any

from flask import flash, redirect, request
from sqlalchemy import delete
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.extensions import db
from anguan.infra import settings
from anguan.infra.events import actor_of
from anguan.models import CalendarDay
from anguan.panel.common.guard import GuardedMixin, current_account
from anguan.panel.common.routing import expose
from anguan.panel.settings.calendar_lines import (
    FIRST,
    KINDS,
    LAST,
    InvalidLine,
    build_year,
    read_day,
    read_lines,
    write_lines,
    year_of,
)
from anguan.web.access import require_roles

SCOPE = "calendar"
ANNOUNCED = 11
"""The month in which the State Council announces the holidays of the coming year."""


class CalendarView(GuardedMixin):
    """One year as twelve months; each change is a version that can be taken back."""

    allowed_roles = ("administrator", "auditor")

    @expose("/")
    def index_view(self) -> str:
        """The year in the address, else this one."""
        return self._show(self._year(), "", [])

    @expose("/day", methods=("POST",))
    @require_roles("administrator")
    def set_day(self) -> Any:
        """One day becomes free or worked."""
        try:
            day = read_day(*(request.form.get(name, "") for name in ("day", "kind", "name")))
        except InvalidLine as faulty:
            return self._show(self._year(), "", [("day", str(faulty))]), 400
        on, kind, name = day.day, day.kind, day.name

        def write(session: Session) -> None:
            session.merge(CalendarDay(day=on, kind=kind, name=name))

        words = f"{on} {KINDS[kind]} {name}".strip()
        settings.change(db.session, actor_of(current_account()), SCOPE, f"工作日历：{words}", write)
        flash(f"已保存：{words}。新提交的申请按它计算承诺日期。", "ok")
        return redirect(self.link("index_view", year=on.year))

    @expose("/remove", methods=("POST",))
    @require_roles("administrator")
    def remove(self) -> Any:
        """One day becomes again what its weekday says."""
        try:
            on = read_day(request.form.get("day", ""), "holiday", "").day
        except InvalidLine:
            return redirect(self.link("index_view"))

        def write(session: Session) -> None:
            session.execute(delete(CalendarDay).where(CalendarDay.day == on))

        settings.change(db.session, actor_of(current_account()), SCOPE, f"工作日历：{on} 恢复平常", write)
        flash(f"{on} 已恢复平常。", "ok")
        return redirect(self.link("index_view", year=on.year))

    @expose("/lines", methods=("POST",))
    @require_roles("administrator")
    def lines(self) -> Any:
        """A whole year from pasted lines, in the place of what stood there."""
        year, typed = self._year(), request.form.get("lines", "")[:20_000]
        days, faults = read_lines(typed, year)
        if faults:
            return self._show(year, typed, [("lines", sentence) for sentence in faults]), 400
        fresh = [(day.day, day.kind, day.name) for day in days]

        def write(session: Session) -> None:
            session.execute(delete(CalendarDay).where(year_of(year)))
            session.add_all(CalendarDay(day=on, kind=kind, name=name) for on, kind, name in fresh)

        words = f"{year} 年换成粘贴的 {len(fresh)} 天"
        settings.change(db.session, actor_of(current_account()), SCOPE, f"工作日历：{words}", write)
        flash(f"{words}。新提交的申请按它计算承诺日期。", "ok")
        return redirect(self.link("index_view", year=year))

    def _year(self) -> int:
        text = request.values.get("year", "")
        year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else clock.today().year
        return min(max(year, FIRST), LAST)

    def _show(self, year: int, typed: str, faults: list[tuple[str, str]]) -> str:
        drawn = build_year(db.session, year)
        return self.render(
            "admin/calendar.html",
            year=year,
            first=FIRST,
            last=LAST,
            drawn=drawn,
            missing=format_missing(db.session),
            kinds=KINDS,
            form=request.form if faults else {},
            typed=typed or write_lines(drawn.days),
            faults=faults,
            may_edit=self.may("set_day"),
        )


def format_missing(session: Session) -> list[str]:
    """What promised days that reach into a year would be counted wrong without."""
    today = clock.today()
    years = [today.year, *([today.year + 1] if today.month >= ANNOUNCED else [])]
    return [
        f"{year} 年还没有录入国务院办公厅公布的放假调休安排，现在只按法定节日和周末推算，承诺日期会算错。"
        for year in years
        if not build_year(session, year).worked
    ]
