"""Public holidays of China and the weekend days worked for them (调休), as the State Council announced.

The schedule of a coming year is announced each November; until then only the days fixed by law are known
(《全国年节及纪念日放假办法》, 2024), and the office adds the rest in the panel.
"""

from datetime import date, timedelta

from anguan.models import CalendarDay

# name, first day, last day; then the weekend days that are worked for it
_ANNOUNCED = (
    ("元旦", "2025-01-01", "2025-01-01", ()),
    ("春节", "2025-01-28", "2025-02-04", ("2025-01-26", "2025-02-08")),
    ("清明节", "2025-04-04", "2025-04-06", ()),
    ("劳动节", "2025-05-01", "2025-05-05", ("2025-04-27",)),
    ("端午节", "2025-05-31", "2025-06-02", ()),
    ("国庆节、中秋节", "2025-10-01", "2025-10-08", ("2025-09-28", "2025-10-11")),
    ("元旦", "2026-01-01", "2026-01-03", ("2026-01-04",)),
    ("春节", "2026-02-15", "2026-02-23", ("2026-02-14", "2026-02-28")),
    ("清明节", "2026-04-04", "2026-04-06", ()),
    ("劳动节", "2026-05-01", "2026-05-05", ("2026-05-09",)),
    ("端午节", "2026-06-19", "2026-06-21", ()),
    ("中秋节", "2026-09-25", "2026-09-27", ()),
    ("国庆节", "2026-10-01", "2026-10-07", ("2026-09-20", "2026-10-10")),
)
_BY_LAW = (
    ("元旦", "2027-01-01", "2027-01-01", ()),
    ("春节", "2027-02-05", "2027-02-08", ()),
    ("清明节", "2027-04-05", "2027-04-05", ()),
    ("劳动节", "2027-05-01", "2027-05-02", ()),
    ("端午节", "2027-06-09", "2027-06-09", ()),
    ("中秋节", "2027-09-15", "2027-09-15", ()),
    ("国庆节", "2027-10-01", "2027-10-03", ()),
)


def known_days() -> list[CalendarDay]:
    """A row for each day whose kind differs from its weekday."""
    rows = []
    for name, first, last, worked in (*_ANNOUNCED, *_BY_LAW):
        day, end = date.fromisoformat(first), date.fromisoformat(last)
        while day <= end:
            rows.append(CalendarDay(day=day, kind="holiday", name=name))
            day += timedelta(days=1)
        rows += [CalendarDay(day=date.fromisoformat(on), kind="workday", name=f"{name}调休") for on in worked]
    return rows
