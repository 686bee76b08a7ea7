"""自检 column of the queue: number of passed, doubtful and failed checks per request."""

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
    """Check counts of one request. What the system cannot tell counts as a doubt, like a warning: a person
    must look."""

    passed: int
    doubts: int
    blocks: int

    @property
    def green(self) -> bool:
        """True when every check passed."""
        return not self.doubts and not self.blocks


def count_checks(session: Session, request: ChangeRequest) -> CheckCounts:
    """Check counts of a request, cached per request of the page."""
    kept: dict[int, CheckCounts] = g.setdefault("check_tallies", {})
    if request.id not in kept:
        outcomes = [result.outcome for result in run_checks(dossier_of(session, request))]
        blocks, passed = outcomes.count(Outcome.BLOCK), outcomes.count(Outcome.PASS)
        kept[request.id] = CheckCounts(passed, len(outcomes) - blocks - passed, blocks)
    return kept[request.id]


def format_counts(found: CheckCounts) -> str:
    """The counts in words, for files and screen readers."""
    parts = [f"{found.passed} 项通过"]
    if found.doubts:
        parts.append(f"{found.doubts} 项要看")
    if found.blocks:
        parts.append(f"{found.blocks} 项不符合")
    return "，".join(parts)


def render_counts(found: CheckCounts) -> Any:
    """Sign and number of each count with its colour; zero counts are left out."""
    cells = (("pass", "✔", found.passed), ("warn", "⚠", found.doubts), ("block", "✖", found.blocks))
    counts = Markup("").join(
        Markup('<span class="tally__{}">{}&#8239;{}</span>').format(kind, sign, number)
        for kind, sign, number in cells
        if number or kind == "pass"
    )
    return Markup('<span class="tally" aria-hidden="true">{}</span><span class="sr">{}</span>').format(
        counts, format_counts(found)
    )
