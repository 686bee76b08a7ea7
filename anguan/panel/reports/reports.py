"""Tables of the statistics page and of its files, for one period and region."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.domain.policies import load_policies
from anguan.domain.register_fields import CERTIFICATE_STATUSES
from anguan.panel.common import formatting
from anguan.panel.common.spreadsheets import SpreadsheetPage
from anguan.panel.reports import charts
from anguan.panel.reports.charts import Chart, ChartRow, Tone
from anguan.panel.reports.metrics import flow, reasons, register, reviewers, waiting, yearly
from anguan.panel.reports.metrics.days import last_day, months_from

MONTHS = 6
"""Number of months in the table of reasons."""
LONGEST = 50
"""Maximum number of overdue requests that are listed."""


@dataclass(frozen=True)
class Period:
    """A month up to today, of one region or of all."""

    month: date
    region: str | None

    @property
    def first(self) -> date:
        """First day of the month."""
        return self.month

    @property
    def last(self) -> date:
        """Last day of the month, or today if that is earlier."""
        return min(last_day(self.month), clock.today())

    @property
    def title(self) -> str:
        """2026 年 11 月."""
        return f"{self.month.year} 年 {self.month.month} 月"


def headline(session: Session, period: Period) -> dict[str, Any]:
    """Headline figures of the page."""
    month = [period.month]
    late = flow.count_late(session, period.region, period.first, period.last)
    closed = sum(count for count, _ in late.values())
    after = sum(over for _, over in late.values())
    verdicts = flow.count_verdicts(session, period.region, period.first, period.last)
    judged = sum(count for (_, verdict), count in verdicts.items() if verdict != "pass")
    returned = sum(count for (_, verdict), count in verdicts.items() if verdict == "return")
    return {
        "filed": sum(flow.count_filed(session, period.region, month).values()),
        "closed": closed,
        "late": after,
        "punctual": f"{(closed - after) / closed:.1%}".removesuffix("%") if closed else "",
        "returned": f"{returned / judged:.1%}".removesuffix("%") if judged else "",
        "took": flow.working_days(session, period.region, period.first, period.last),
        "queue": waiting.count_queue(session, period.region),
    }


def reasons_table(session: Session, period: Period) -> Chart:
    """The most frequent reasons, by month."""
    months = months_from(clock.add_months(period.month, 1 - MONTHS), MONTHS)
    lines = reasons.count_reasons(session, period.region, months)
    columns: tuple[tuple[str, Tone], ...] = tuple(
        (f"{month:%Y-%m}", "brand" if month == period.month else "") for month in months
    )
    rows = [ChartRow(sentence, counts) for sentence, counts in lines]
    lead = (
        f"退回和不通过时选用的理由，近 {MONTHS} 个月；一次决定里同一条理由只计一次。图上是 {period.title}。"
    )
    return Chart(
        "reasons", "最常用的理由", lead, "across", "理由", columns, rows,
        f"近 {MONTHS} 个月没有按理由退回或不通过的决定。", wide=True,
    )  # fmt: skip


def results_table(session: Session, period: Period) -> Chart:
    """Outcomes of decisions, by matter."""
    counts = flow.count_verdicts(session, period.region, period.first, period.last)
    titles = formatting.matter_titles(session)
    codes = [*titles, *sorted({code for code, _ in counts} - set(titles))]
    rows = [
        ChartRow(titles.get(code, code), (*numbers, sum(numbers)))
        for code in codes
        if any(numbers := tuple(counts[code, verdict] for verdict, _, _ in charts.VERDICTS))
    ]
    return Chart(
        "results", "各事项的审核结果", "", "across", "事项",
        (*((label, tone) for _, label, tone in charts.VERDICTS), ("合计", "")), rows, "这个月没有作出决定。",
    )  # fmt: skip


def overdue_table(session: Session, period: Period) -> Chart:
    """Requests closed on time and after the due date, by matter."""
    counts = flow.count_late(session, period.region, period.first, period.last)
    titles = formatting.matter_titles(session)
    rows = [
        ChartRow(titles.get(code, code), (closed - late, late, f"{(closed - late) / closed:.1%}"))
        for code, (closed, late) in sorted(counts.items())
    ]
    return Chart(
        "late", "按时办结", "通过或不通过的申请，与承诺办结日期相比；退回补正期间不计时。", "across", "事项",
        (("按时", "brand"), ("逾期办结", "bad"), ("按时率", "")), rows, "这个月没有办结的申请。",
    )  # fmt: skip


def reviewers_table(session: Session, period: Period) -> Chart:
    """Decisions by reviewer."""
    found = reviewers.count_reviewers(session, period.region, period.first, period.last)
    rows = [
        ChartRow(
            one.name,
            (
                *(one.verdicts.get(verdict, 0) for verdict, _, _ in charts.VERDICTS),
                one.decided,
                "—" if one.days is None else one.days,
                one.undone,
            ),
        )
        for one in found
    ]
    lead = (
        "中位工作日：每个决定从那一次提交（补正后从再次提交）的次日起，到作出决定当天，用了几个工作日，"
        "按多少排列，取正中的一个。几步审核的，每一步都从提交算起。撤回的决定另列，不计入其余各栏。"
    )
    return Chart(
        "reviewers", "各审核人员的办理情况", lead, "across", "审核人员",
        (
            *((label, tone) for _, label, tone in charts.VERDICTS),
            ("合计", ""), ("中位工作日", ""), ("撤回", ""),
        ),
        rows, "这个月没有人作出决定。", wide=True,
    )  # fmt: skip


def all_tables(session: Session, period: Period, by_reviewer: bool) -> list[Chart]:
    """Every chart of the page, in its order; `by_reviewer` for those who may compare reviewers."""
    daily, _ = charts.chart_decisions(session, period.region, period.first, period.last)
    return [
        reasons_table(session, period),
        *([reviewers_table(session, period)] if by_reviewer else []),
        daily,
        results_table(session, period),
        overdue_table(session, period),
        charts.chart_months(session, period.region, period.month),
        charts.chart_expiring(session, period.region),
    ]


def pages_of(tables: Sequence[Chart]) -> list[SpreadsheetPage]:
    """The charts as worksheets of a workbook."""
    return [
        SpreadsheetPage(
            one.title,
            [one.head, *(label for label, _ in one.columns)],
            [[row.label, *row.numbers] for row in one.rows],
        )
        for one in tables
    ]


def year_pages(session: Session, region: str | None, year: int) -> list[SpreadsheetPage]:
    """年度报表: assessments by matter, kind and outcome, training, and the current certificates."""
    titles, kinds = formatting.matter_titles(session), dict(formatting.kinds(session))
    order = {code: place for place, code in enumerate(titles)}
    assessed = sorted(
        yearly.count_assessments(session, region, year).items(),
        key=lambda line: (order.get(line[0][0], len(order)), line[0]),
    )
    enough = load_policies(session).training_hours_per_year
    standing = register.count_certificates(session, region)
    return [
        SpreadsheetPage(
            f"{year} 年考核",
            ["事项", "证书类", "提交", "通过", "不通过", "撤销", "作废", "退回补正（次）"],
            [
                [titles.get(matter, matter), kinds.get(kind, "—"), *counts]
                for (matter, kind), counts in assessed
            ],
        ),
        SpreadsheetPage(
            f"{year} 年教育培训",
            ["地区", "登记人数", f"满 {enough} 学时人数", "学时合计"],
            [
                [formatting.region_name(code) if code else "没有登记单位", *counts]
                for code, *counts in yearly.count_training(session, region, year, enough)
            ],
        ),
        SpreadsheetPage(
            "证书现状",
            ["证书类", *CERTIFICATE_STATUSES.values()],
            [[kinds[kind], *(standing[kind, status] for status in CERTIFICATE_STATUSES)] for kind in kinds],
        ),
    ]
