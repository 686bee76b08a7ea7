"""Helpers of the tests of stored findings: marks, stored and live counts, a change that matters."""

from typing import Any

from sqlalchemy import select, update

from anguan.models import ChangeRequest, StaleFindings, Training
from anguan.services.review.review_view import dossier_of, run_checks
from anguan.services.stored_findings import CheckCounts, stored_counts
from tests.support.factories import Scenario


def marked(scenario: Scenario) -> list[int]:
    """Requests that are to be judged again."""
    scenario.session.rollback()
    return sorted(set(scenario.session.scalars(select(StaleFindings.request_id))))


def stored(scenario: Scenario, request: ChangeRequest) -> CheckCounts | None:
    """Counts as the lists read them."""
    scenario.session.rollback()
    return stored_counts(scenario.session.get_one(ChangeRequest, request.id))


def live(scenario: Scenario, request: ChangeRequest) -> CheckCounts:
    """Counts as the rules say now."""
    scenario.session.rollback()
    return CheckCounts.of(run_checks(dossier_of(scenario.session, request)))


def hours(scenario: Scenario) -> Any:
    """Statement that leaves the holder one hour of training in each year."""
    return update(Training).where(Training.person_id == scenario.holder.person_id).values(hours=1)
