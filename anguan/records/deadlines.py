"""Promised days: counted in working days."""

from datetime import date, datetime, timedelta

from anguan.grammar import clock


def add_working_days(day: date, days: int) -> date:
    """The day `days` working days after `day`; Saturdays and Sundays do not count."""
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            days -= 1
    return day


def due_at(moment: datetime, promised_days: int) -> datetime:
    """The end (24:00 in Beijing) of the promised day, in UTC."""
    last = add_working_days(clock.beijing(moment).date(), promised_days)
    return clock.midnight(last + timedelta(days=1))


def working_days_left(due: datetime, moment: datetime) -> int:
    """Whole working days until the promised day; negative when overdue."""
    last = clock.beijing(due - timedelta(seconds=1)).date()
    day = clock.beijing(moment).date()
    step, count = (1, 0) if last >= day else (-1, 0)
    while day != last:
        day += timedelta(days=step)
        if day.weekday() < 5:
            count += step
    return count
