"""Stored findings are never lost and never of an older state: changes, workers and kills in between."""

import os
import signal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from anguan.infra.transaction import transaction
from anguan.services import stored_findings
from anguan.services.stored_findings import refresh_findings, stored_counts
from tests.campaigns.drawing_kills import TITLES
from tests.campaigns.support.bulk import gather
from tests.campaigns.support.office import Office, Place, draw, fresh_place
from tests.campaigns.support.race import PATIENCE, PROCESSES
from tests.services.findings import hours, live, marked, stored
from tests.support.factories import Scenario


def test_a_change_during_the_judging_is_not_lost(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    request = scenario.filed("certificate_renewal")
    judge = stored_findings._judge
    turns = iter([True])

    def judge_then_change(session: Session, ids: Any) -> Any:
        found = judge(session, ids)
        if next(turns, False):
            session.rollback()
            with Session(scenario.engine) as other, transaction(other):
                other.execute(hours(scenario))
        return found

    monkeypatch.setattr(stored_findings, "_judge", judge_then_change)
    refresh_findings(scenario.session)
    assert marked(scenario) == []
    assert stored(scenario, request) == live(scenario, request)


def test_a_slow_worker_does_not_overwrite_what_another_judged_later(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = scenario.filed("certificate_renewal")
    judge = stored_findings._judge
    turns = iter([True])

    def judge_slowly(session: Session, ids: Any) -> Any:
        found = judge(session, ids)
        if next(turns, False):
            session.rollback()
            with Session(scenario.engine) as other:
                with transaction(other):
                    other.execute(hours(scenario))
                refresh_findings(other)
        return found

    monkeypatch.setattr(stored_findings, "_judge", judge_slowly)
    refresh_findings(scenario.session)
    assert stored(scenario, request) == live(scenario, request)
    assert marked(scenario) == []


def die(place: Place) -> None:
    office = Office(place)
    os.environ["ANGUAN_KILL_AT"] = "findings_written"
    refresh_findings(office.session)


def test_a_kill_keeps_the_marks(kind: str) -> None:
    with fresh_place(kind) as place:
        office = Office(place)
        (who,) = gather(office, 1)
        request_id = office.filed_title(who, TITLES[0], draw(1))
        office.session.rollback()
        process = PROCESSES.Process(target=die, args=(place,))
        process.start()
        process.join(PATIENCE)
        assert process.exitcode == -signal.SIGKILL
        assert stored_counts(office.request(request_id)) is None
        refresh_findings(office.session)
        assert stored_counts(office.request(request_id)) is not None
        office.session.rollback()
        office.close()
