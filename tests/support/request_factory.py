"""Writes requests and decisions directly into the database, for tests of the metrics."""

from datetime import datetime, timedelta
from itertools import count

from anguan.core import clock
from anguan.core.clock import midnight
from anguan.infra.transaction import transaction
from anguan.models import ChangeRequest, Decision
from tests.support.factories import Scenario

NOW = datetime(2026, 3, 11, 10, tzinfo=clock.BEIJING)
TODAY = NOW.date()
HERE, THERE = "590100", "590200"
SECOND = timedelta(seconds=1)


class RequestFactory:
    """Requests and decisions without the services that would produce them."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario, self.session, self.numbers = scenario, scenario.session, count(1)

    def add_request(self, region: str = HERE, **more: object) -> ChangeRequest:
        """Add a request; by default it has been waiting since yesterday. `more` sets columns."""
        number = next(self.numbers)
        filed = more.pop("submitted_at", NOW - timedelta(days=1))
        values = {
            "matter": "certificate_renewal", "state": "submitted", "round": 1, "ready_at": filed,
            "due_at": midnight(TODAY + timedelta(days=8)), "filer_id": self.scenario.holder.id,
        } | more  # fmt: skip
        row = ChangeRequest(
            number=f"T{number:06d}", subject_key=f"person:{number}", applicant_name="岑禾安", region=region,
            created_at=filed, changed_at=more.get("decided_at", filed), submitted_at=filed, **values,
        )  # fmt: skip
        with transaction(self.session):
            self.session.add(row)
        return row

    def add_decision(self, request: ChangeRequest, verdict: str, at: datetime, **more: object) -> Decision:
        """Add a decision on a request; `more` sets columns."""
        row = Decision(
            request_id=request.id, round=request.round, step=0, actor_id=self.scenario.reviewer.id,
            actor_name="陆与行", verdict=verdict, opinion="材料不全", digest="0" * 64, decided_at=at,
            effective_at=at, **more,
        )  # fmt: skip
        with transaction(self.session):
            self.session.add(row)
        return row
