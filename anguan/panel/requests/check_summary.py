"""自检 in one cell of the queue: how many findings pass, warn and stop, for the lines on the page."""

from dataclasses import dataclass
from typing import Any

from flask import g
from markupsafe import Markup
from sqlalchemy.orm import Session

from anguan.core.check_result import Outcome
from anguan.models import ChangeRequest
from anguan.services.review.review_view import dossier_of, run_checks


@dataclass(frozen=True)
class CheckCounts:
    """Counts of one request. What the system cannot tell is a doubt like a warning: a person has to look."""

    passed: int
    doubts: int
    blocks: int

    @property
    def green(self) -> bool:
        """Nothing to look at twice."""
        return not self.doubts and not self.blocks


def count_checks(session: Session, request: ChangeRequest) -> CheckCounts:
    """The findings of a request, counted; judged once a page."""
    kept: dict[int, CheckCounts] = g.setdefault("check_tallies", {})
    if request.id not in kept:
        outcomes = [finding.outcome for finding in run_checks(dossier_of(session, request))]
        blocks, passed = outcomes.count(Outcome.BLOCK), outcomes.count(Outcome.PASS)
        kept[request.id] = CheckCounts(passed, len(outcomes) - blocks - passed, blocks)
    return kept[request.id]


def format_counts(found: CheckCounts) -> str:
    """In words, for files and for those who listen."""
    parts = [f"{found.passed} 项通过"]
    if found.doubts:
        parts.append(f"{found.doubts} 项要看")
    if found.blocks:
        parts.append(f"{found.blocks} 项不符合")
    return "，".join(parts)


def render_counts(found: CheckCounts) -> Any:
    """Sign and number, each with its colour; a dash where there is nothing."""
    cells = (("pass", "✔", found.passed), ("warn", "⚠", found.doubts), ("block", "✖", found.blocks))
    drawn = Markup("").join(
        Markup('<span class="tally__{}">{}&#8239;{}</span>').format(kind, sign, number)
        for kind, sign, number in cells
        if number or kind == "pass"
    )
    return Markup('<span class="tally" aria-hidden="true">{}</span><span class="sr">{}</span>').format(
        drawn, format_counts(found)
    )
