"""Chart data as tables: the page shows the table, and the script draws the chart from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.panel.common import formatting
from anguan.panel.reports.metrics import flow, register, waiting
from anguan.panel.reports.metrics.days import days_between, months_from

Shape = Literal["bars", "lines", "across"]
Tone = Literal["brand", "scale", "ok", "time", "bad", "mute", "hatch", "hollow", ""]


@dataclass(frozen=True)
class ChartRow:
    """One row: label and numbers; `tone` is the colour in charts with one series."""

    label: str
    numbers: tuple[int | str, ...]
    tone: Tone = ""
    url: str = ""


@dataclass(frozen=True)
class Chart:
    """A table with a chart. Columns with a tone are drawn, the others appear in the table only."""

    code: str
    title: str
    lead: str
    shape: Shape
    head: str
    columns: tuple[tuple[str, Tone], ...]
    rows: Sequence[ChartRow]
    nothing: str = "还没有数据。"
    wide: bool = False
    """Table and chart stand side by side, the table unfolded."""

    @property
    def empty(self) -> bool:
        """True when there is nothing to draw."""
        return not any(number for row in self.rows for number in row.numbers if isinstance(number, int))


VERDICTS: tuple[tuple[str, str, Tone], ...] = (
    ("approve", "通过", "brand"),
    ("pass", "转下一步", "scale"),
    ("return", "退回补正", "time"),
    ("reject", "不通过", "bad"),
)


def chart_days_left(queue: waiting.QueueCounts, urls: Mapping[int, str]) -> Chart:
    """The queue by remaining working days."""
    rows = []
    for left in range(-1, waiting.MOST_DAYS + 1):
        label = {-1: "逾期", 0: "今天", waiting.MOST_DAYS: f"{left}+ 天"}.get(left, f"{left} 天")
        tone: Tone = "bad" if left < 0 else "time" if left <= 2 else "brand"
        rows.append(ChartRow(label, (queue.left[left],), tone, urls.get(left, "")))
    urgent = queue.overdue + queue.today
    lead = f"{queue.waiting} 件中{f' {urgent} 件要今天处理' if urgent else '没有要今天处理的'}。"
    return Chart(
        "left",
        "在办件还剩几个工作日",
        lead,
        "bars",
        "剩余",
        (("件数", "brand"),),
        rows,
        "没有等待审核的申请。",
    )


def chart_waiting_days(session: Session, queue: waiting.QueueCounts) -> Chart:
    """The queue by matter and days waited."""
    tones: tuple[Tone, ...] = ("scale", "brand", "time", "bad")
    counts = queue.ages
    titles = formatting.matter_titles(session)
    order = [*titles, *(code for code in counts if code not in titles)]
    rows = [
        ChartRow(titles.get(code, code), (*counts[code], sum(counts[code])))
        for code in order
        if code in counts
    ]
    columns = [(label, tone) for (_, label), tone in zip(waiting.AGES, tones, strict=True)]
    return Chart(
        "ages",
        "各事项已等待天数",
        "从提交算起的自然日，退回补正的不计。",
        "across",
        "事项",
        (*columns, ("合计", "")),
        rows,
        "没有等待审核的申请。",
    )


def chart_decisions(session: Session, region: str | None, first: date, last: date) -> tuple[Chart, Chart]:
    """Decisions per day, and their outcomes."""
    counts = flow.count_decisions(session, region, first, last)
    days = list(days_between(first, last))
    totals = {code: sum(counts[day, code] for day in days) for code, _, _ in VERDICTS}
    columns = tuple((label, tone) for code, label, tone in VERDICTS if totals[code])
    shown = [code for code, _, _ in VERDICTS if totals[code]]
    rows = [ChartRow(f"{day:%m-%d}", tuple(counts[day, code] for code in shown)) for day in days]
    whole = sum(totals.values())
    busiest = max(days, key=lambda day: sum(counts[day, code] for code in shown))
    lead = f"共 {whole} 件，{busiest:%m-%d} 最多。撤回的决定不计。" if whole else ""
    daily = Chart("daily", "每天作出的决定", lead, "bars", "日期", columns, rows, "这段时间没有作出决定。")
    final = [(code, label, tone) for code, label, tone in VERDICTS if code != "pass"]
    judged = sum(totals[code] for code, _, _ in final)
    shares = [
        ChartRow(label, (totals[code], f"{totals[code] / judged:.1%}" if judged else "—"), tone)
        for code, label, tone in final
    ]
    outcome = Chart(
        "outcome", "审核结果", f"{judged} 次审核的结果。" if judged else "", "across", "结果",
        (("件数", "brand"), ("占比", "")), shares, "这段时间没有审核结果。",
    )  # fmt: skip
    return daily, outcome


def chart_expiring(session: Session, region: str | None) -> Chart:
    """Certificates that expire in the next twelve months, by kind."""
    today = clock.today()
    months = months_from(today, 12)
    counts = register.count_ending(session, region, today, months[-1])
    kinds = formatting.kinds(session)
    known: tuple[Tone, ...] = ("hollow", "hatch", "brand", "scale", "mute")
    tones = [known[min(index, len(known) - 1)] for index in range(len(kinds))]
    rows = []
    for month in months:
        numbers = tuple(counts[month, code] for code, _ in kinds)
        rows.append(ChartRow(f"{month:%Y-%m}", (*numbers, sum(numbers))))
    whole = sum(counts.values())
    most = max(rows, key=lambda row: row.numbers[-1]).label
    lead = f"共 {whole} 本，{most} 最多。本月从今天算起。" if whole else ""
    columns = [(f"{code} 类", tone) for (code, _), tone in zip(kinds, tones, strict=True)]
    return Chart(
        "ending", "今后 12 个月到期的证书", lead, "bars", "月份", (*columns, ("合计", "")), rows,
        "今后 12 个月没有证书到期。",
    )  # fmt: skip


def chart_months(session: Session, region: str | None, month: date) -> Chart:
    """Submitted and closed requests per month, for the twelve months up to `month`."""
    months = months_from(clock.add_months(month, -11), 12)
    came, went = flow.count_filed(session, region, months), flow.count_closed(session, region, months)
    rows = [ChartRow(f"{one:%Y-%m}", (came[one], went[one])) for one in months]
    return Chart(
        "months", "近 12 个月提交与办结", "补正后再次提交的，按最近一次提交的月份计。", "lines", "月份",
        (("提交", "brand"), ("办结", "mute")), rows,
    )  # fmt: skip


def last_days(count: int) -> tuple[date, date]:
    """First and last of the `count` days up to today."""
    today = clock.today()
    return today - timedelta(days=count - 1), today
