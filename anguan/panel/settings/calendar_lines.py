"""One year of the work calendar: parsed from pasted lines, presented as twelve months."""

import re
from calendar import Calendar as Weeks
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from anguan.core.field_types import Date, InvalidValue
from anguan.domain.calendar import SATURDAY, Calendar
from anguan.models import CalendarDay

FIRST, LAST = 2020, 2050
KINDS = {"holiday": "休", "workday": "班"}
WORDS = {"休": "holiday", "放假": "holiday", "假": "holiday", "班": "workday", "上班": "workday"}
LINE = re.compile(
    r"(?P<first>\S+?)(?:\s*[~～至]\s*(?P<last>\d\S*))?\s+(?P<kind>休|放假|假|班|上班)(?:\s+(?P<name>.+))?"
)
LONGEST, LONGEST_RUN = 50, 15
WEEKDAYS = "一二三四五六日"


class InvalidLine(ValueError):
    """A day or line that is not accepted; the argument says why."""


@dataclass(frozen=True)
class CalendarCell:
    """One cell of a month; empty before the first and after the last day."""

    day: date | None
    tone: str = ""
    word: str = ""
    name: str = ""


@dataclass(frozen=True)
class CalendarMonth:
    """A year: months as (number, weeks of cells), the entered days, and the number of working days."""

    months: list[tuple[int, list[list[CalendarCell]]]]
    days: list[CalendarDay]
    total: int

    @property
    def worked(self) -> int:
        """Number of working weekend days (调休): 0 means that the year was not announced yet."""
        return sum(day.kind == "workday" for day in self.days)


def year_of(year: int) -> ColumnElement[bool]:
    """Condition for the rows of one year."""
    return and_(CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31))


def build_year(session: Session, year: int) -> CalendarMonth:
    """The year with its holidays and working weekend days."""
    days = list(session.scalars(select(CalendarDay).where(year_of(year)).order_by(CalendarDay.day)))
    known = {day.day: day for day in days}
    months = [
        (
            month,
            [[_cell(day, month, known) for day in week] for week in Weeks().monthdatescalendar(year, month)],
        )
        for month in range(1, 13)
    ]
    plain = Calendar({day.day: day.kind for day in days})
    first, last = date(year, 1, 1), date(year, 12, 31)
    total = sum(plain.is_worked(first + timedelta(days=place)) for place in range((last - first).days + 1))
    return CalendarMonth(months, days, total)


def _cell(day: date, month: int, known: dict[date, CalendarDay]) -> CalendarCell:
    if day.month != month:
        return CalendarCell(None)
    row = known.get(day)
    if row is not None:
        return CalendarCell(day, row.kind, KINDS[row.kind], row.name)
    return CalendarCell(day, "weekend" if day.weekday() >= SATURDAY else "")


def read_day(typed: str, kind: str, name: str) -> CalendarDay:
    """One typed day. Raises InvalidLine."""
    day = _read_date(typed)
    if kind not in KINDS:
        raise InvalidLine("请选择放假还是上班")
    if kind == "workday" and day.weekday() < SATURDAY:
        raise InvalidLine(f"{day} 是星期{WEEKDAYS[day.weekday()]}，本来就是工作日，不用登记")
    return CalendarDay(day=day, kind=kind, name=name.strip()[:LONGEST])


def _read_date(typed: str) -> date:
    try:
        day = Date().to_column(Date().parse(typed.strip()))
    except InvalidValue as invalid:
        raise InvalidLine(f"“{typed[:20]}”：{invalid.sentence}") from None
    if not isinstance(day, date) or not FIRST <= day.year <= LAST:
        raise InvalidLine(f"请填 {FIRST} 到 {LAST} 年之间的日期，例如 2027-02-05")
    return day


def read_lines(typed: str, year: int) -> tuple[list[CalendarDay], list[str]]:
    """Days parsed from lines like `2027-02-05 休 春节`, and the errors by line."""
    days: dict[date, CalendarDay] = {}
    faults = []
    for number, line in enumerate(typed.splitlines(), 1):
        if not line.strip():
            continue
        try:
            for day in _read_line(line.strip(), year):
                if day.day in days:
                    raise InvalidLine(f"{day.day} 写了两次")
                days[day.day] = day
        except InvalidLine as faulty:
            faults.append(f"第 {number} 行：{faulty}")
    if not days and not faults:
        faults.append("没有内容。每行一天，例如 2027-02-05 休 春节")
    return list(days.values()), faults[:20]


def write_lines(days: Iterable[CalendarDay]) -> str:
    """The days as lines that `read_lines` parses, so that a year can be edited as text."""
    return "\n".join(f"{day.day} {KINDS[day.kind]} {day.name}".rstrip() for day in days)


def _read_line(line: str, year: int) -> list[CalendarDay]:
    found = LINE.fullmatch(line)
    if found is None:
        raise InvalidLine("看不懂，请写成“2027-02-05 休 春节”或“2027-02-06 班 春节调休”")
    first = _read_date(found["first"])
    last = _read_date(found["last"]) if found["last"] else first
    if {first.year, last.year} != {year}:
        raise InvalidLine(f"不是 {year} 年的日期")
    if not 0 <= (last - first).days < LONGEST_RUN:
        raise InvalidLine(f"起止日期写反了，或超过 {LONGEST_RUN} 天")
    run = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    return [read_day(day.isoformat(), WORDS[found["kind"]], found["name"] or "") for day in run]
