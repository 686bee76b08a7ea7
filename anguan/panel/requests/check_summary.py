"""自检 column of the queue: number of passed, doubtful and failed checks, as stored with each request."""

from typing import Any

from markupsafe import Markup

from anguan.services.stored_findings import CheckCounts


def format_counts(found: CheckCounts) -> str:
    """The counts in words, for files and screen readers."""
    parts = [f"{found.passed_checks} 项通过"]
    if found.doubtful_checks:
        parts.append(f"{found.doubtful_checks} 项要看")
    if found.failed_checks:
        parts.append(f"{found.failed_checks} 项不符合")
    return "，".join(parts)


PENDING = Markup('<span class="hint" title="系统正在核对，一般几秒钟">待判断</span>')


def render_counts(found: CheckCounts | None) -> Any:
    """Sign and number of each count with its colour; zero counts are left out. None is still to be judged."""
    if found is None:
        return PENDING
    cells = (
        ("pass", "✔", found.passed_checks),
        ("warn", "⚠", found.doubtful_checks),
        ("block", "✖", found.failed_checks),
    )
    counts = Markup("").join(
        Markup('<span class="tally__{}">{}&#8239;{}</span>').format(kind, sign, number)
        for kind, sign, number in cells
        if number or kind == "pass"
    )
    return Markup('<span class="tally" aria-hidden="true">{}</span><span class="sr">{}</span>').format(
        counts, format_counts(found)
    )
