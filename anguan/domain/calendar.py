"""The work calendar: working days and the due dates that are counted in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.core.lifecycle import RETURNED
from anguan.core.matter import Matter
from anguan.domain.memo import read_once
from anguan.models import CalendarDay, ChangeRequest

SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """Weekdays with exceptions by date: `holiday`, or `workday` for a working day on a weekend (调休)."""

    others: Mapping[date, str] = field(default_factory=dict)

    def is_worked(self, day: date) -> bool:
        """True when the day is a working day."""
        kind = self.others.get(day)
        return kind == "workday" if kind else day.weekday() < SATURDAY

    def add(self, day: date, days: int) -> date:
        """The day `days` working days after `day`; for 0 days `day` itself or the next working day."""
        while days > 0 or not self.is_worked(day):
            day += timedelta(days=1)
            days -= self.is_worked(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative when `last` is earlier."""
        if last < first:
            return -self.between(last, first)
        days = (first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1))
        return sum(map(self.is_worked, days))


def load_calendar(session: Session) -> Calendar:
    """The current calendar; read once per transaction."""
    return read_once(session, "calendar", lambda: _read(session))


def _read(session: Session) -> Calendar:
    rows = session.execute(select(CalendarDay.day, CalendarDay.kind))
    return Calendar(dict(rows.all()))


def due_at(calendar: Calendar, moment: datetime, days: int) -> datetime:
    """The end (24:00 in Beijing) of the day `days` working days after `moment`, in UTC."""
    last = calendar.add(clock.beijing(moment).date(), days)
    return clock.midnight(last + timedelta(days=1))


def days_granted(request: ChangeRequest, matter: Matter) -> int:
    """Working days from the next submission: all that the matter promises, or those left when returned."""
    if request.state == RETURNED and request.paused_days is not None:
        return max(request.paused_days, 0)
    return matter.promised_days


def promised_until(session: Session, request: ChangeRequest, matter: Matter, moment: datetime) -> datetime:
    """The due date of a submission at this moment: the one promise that page, receipt and clock share."""
    return due_at(load_calendar(session), moment, days_granted(request, matter))


def next_day_at(session: Session, hour: time) -> datetime:
    """The next working day at this hour, in Beijing time."""
    today = clock.beijing(clock.now()).date()
    return datetime.combine(load_calendar(session).add(today, 1), hour, clock.BEIJING)


def days_left(calendar: Calendar, due: datetime, moment: datetime) -> int:
    """Working days until the promised day; 0 on that day, negative afterwards."""
    return calendar.between(clock.beijing(moment).date(), promised_day(due))


def end_of_correction(moment: datetime, days: int) -> datetime:
    """The end of the last day for a correction: `days` calendar days after the day of the return, in UTC."""
    return clock.midnight(clock.beijing(moment).date() + timedelta(days=days + 1))


def format_deadline(deadline: date | datetime | None) -> str:
    """12月9日（含）前: a last day, or a deadline that is stored as the midnight after it."""
    if isinstance(deadline, datetime):
        deadline = promised_day(deadline)
    return f"{clock.format_day(deadline)}（含）前" if deadline else ""


def promised_day(due: datetime) -> date:
    """The date of a deadline, which is stored as the following midnight."""
    return clock.beijing(due - timedelta(seconds=1)).date()
