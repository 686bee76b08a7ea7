"""工作日历: days that differ from their weekday, edited singly or a year at once."""

from collections.abc import Collection, Mapping
from datetime import date
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
from anguan.services.edit_conflicts import EditConflict, fields_to_keep
from anguan.web.access import require_roles
from anguan.web.seen_values import read_saw, read_theirs, renewed_values, sign_values

SCOPE = "calendar"
NOTHING = "没有单独安排"
ANNOUNCED = 11
"""Month in which the State Council announces the holidays of the coming year."""


class CalendarView(GuardedMixin):
    """One year as twelve months; each change is a version that can be restored."""

    allowed_roles = ("administrator", "auditor")

    @expose("/")
    def index_view(self) -> str:
        """The year in the URL, else the current one."""
        return self._show(self._year(), "", [])

    @expose("/day", methods=("POST",))
    @require_roles("administrator")
    def set_day(self) -> Any:
        """Make one day a holiday or a working day."""
        try:
            day = read_day(*(request.form.get(name, "") for name in ("day", "kind", "name")))
        except InvalidLine as faulty:
            return self._show(self._year(), "", [("day", str(faulty))]), 400
        on, kind, name = day.day, day.kind, day.name
        words = write_lines([day])
        theirs = {str(on)} if "day" in read_theirs() else set()

        def write(session: Session) -> None:
            if not _stays(session, on, words, theirs):
                session.merge(CalendarDay(day=on, kind=kind, name=name))

        try:
            settings.change(db.session, actor_of(current_account()), SCOPE, f"工作日历：{words}", write)
        except EditConflict as conflict:
            return self._show(self._year(), "", [], {"day": conflict.now[str(on)]}, conflict.now), 409
        said = f"已保存：{words}。新提交的申请按它计算承诺办结日期。"
        flash(f"{on} 保留了别人改的安排。" if theirs else said, "ok")
        return redirect(self.link("index_view", year=on.year))

    @expose("/remove", methods=("POST",))
    @require_roles("administrator")
    def remove(self) -> Any:
        """Remove the entry of one day."""
        try:
            on = read_day(request.form.get("day", ""), "holiday", "").day
        except InvalidLine:
            return redirect(self.link("index_view"))

        def write(session: Session) -> None:
            _stays(session, on, "", ())
            session.execute(delete(CalendarDay).where(CalendarDay.day == on))

        try:
            settings.change(db.session, actor_of(current_account()), SCOPE, f"工作日历：{on} 恢复平常", write)
        except EditConflict as conflict:
            flash(
                f"没有删除：您打开以后，别人把它改成了“{conflict.now[str(on)] or NOTHING}”。请看过再删。",
                "warn",
            )
        else:
            flash(f"{on} 已恢复平常。", "ok")
        return redirect(self.link("index_view", year=on.year))

    @expose("/lines", methods=("POST",))
    @require_roles("administrator")
    def lines(self) -> Any:
        """Replace the entries of a whole year by pasted lines."""
        year, typed = self._year(), request.form.get("lines", "")[:20_000]
        days, faults = read_lines(typed, year)
        if faults:
            return self._show(year, typed, [("lines", sentence) for sentence in faults]), 400
        fresh = [(day.day, day.kind, day.name) for day in days]

        def write(session: Session) -> None:
            now = {"lines": write_lines(build_year(session, year).days)}
            if fields_to_keep(now, {"lines": typed}, read_saw(), read_theirs()):
                return
            session.execute(delete(CalendarDay).where(year_of(year)))
            session.add_all(CalendarDay(day=on, kind=kind, name=name) for on, kind, name in fresh)

        words = f"{year} 年换成粘贴的 {len(fresh)} 天"
        try:
            settings.change(db.session, actor_of(current_account()), SCOPE, f"工作日历：{words}", write)
        except EditConflict as conflict:
            return self._show(year, typed, [], conflict.now, conflict.now), 409
        said = f"{words}。新提交的申请按它计算承诺办结日期。"
        flash(f"{year} 年保留了别人改的安排。" if read_theirs() else said, "ok")
        return redirect(self.link("index_view", year=year))

    def _year(self) -> int:
        text = request.values.get("year", "")
        year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else clock.today().year
        return min(max(year, FIRST), LAST)

    def _show(
        self,
        year: int,
        typed: str,
        faults: list[tuple[str, str]],
        theirs: Mapping[str, str] | None = None,
        now: Mapping[str, str] | None = None,
    ) -> str:
        """The page; `theirs` are values that others saved meanwhile, by input; `now` by what is edited."""
        shown = build_year(db.session, year)
        others = {name: "；".join(text.splitlines()) or NOTHING for name, text in (theirs or {}).items()}
        asked = [(name, f"您打开以后，别人改成了“{text}”，请选择用哪一个") for name, text in others.items()]
        entries = {str(day.day): write_lines([day]) for day in shown.days}
        sent = request.method == "POST"
        return self.render(
            "admin/calendar.html",
            year=year,
            first=FIRST,
            last=LAST,
            drawn=shown,
            missing=format_missing(db.session),
            kinds=KINDS,
            form=request.form if sent else {},
            typed=typed or write_lines(shown.days),
            faults=[*faults, *asked],
            theirs=others,
            seen=renewed_values(now or {})
            if sent
            else sign_values({**entries, "lines": write_lines(shown.days)}),
            may_edit=self.may("set_day"),
        )


def _stays(session: Session, on: date, words: str, theirs: Collection[str]) -> bool:
    """True when the person chose the entry that the day has now. Raises EditConflict for an unseen one."""
    row = session.get(CalendarDay, on)
    now = {str(on): write_lines([row]) if row else ""}
    if fields_to_keep(now, {str(on): words}, read_saw(), theirs) and str(on) not in theirs:
        raise EditConflict(now)
    return str(on) in theirs


def format_missing(session: Session) -> list[str]:
    """Warnings for years without announced holidays, in which due dates would be wrong."""
    today = clock.today()
    years = [today.year, *([today.year + 1] if today.month >= ANNOUNCED else [])]
    return [
        f"{year} 年还没有录入国务院办公厅公布的放假调休安排，现在只按法定节日和周末推算，承诺办结日期会算错。"
        for year in years
        if not build_year(session, year).worked
    ]
