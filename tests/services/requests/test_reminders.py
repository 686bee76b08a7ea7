"""催办: after the due date, once a day, and the request moves to the front of the queue."""

from datetime import timedelta

import pytest

from anguan.core import clock
from anguan.models import Event
from anguan.services.refusals import NotFound
from anguan.services.requests import filing, reminders
from anguan.services.review import claims
from tests.support.factories import Scenario


def test_an_overdue_request_is_reminded_once_a_day_and_comes_first(scenario: Scenario) -> None:
    with clock.frozen_at(clock.now() - timedelta(days=1)):
        older = scenario.filed("profile_change", scenario.stranger)
    request = scenario.filed("profile_change")
    with scenario.refused("再等"):
        reminders.remind(scenario.session, scenario.holder, request.id)
    later = request.due_at + timedelta(minutes=1)
    with clock.frozen_at(later):
        assert claims.next_in_order(scenario.session, scenario.reviewer)[0] == older.id
        with pytest.raises(NotFound):
            reminders.remind(scenario.session, scenario.stranger, request.id)
        reminders.remind(scenario.session, scenario.holder, request.id)
        assert claims.next_in_order(scenario.session, scenario.reviewer)[0] == request.id
        with scenario.refused("催办过"):
            reminders.remind(scenario.session, scenario.holder, request.id)
    with clock.frozen_at(later + timedelta(days=1)):
        reminders.remind(scenario.session, scenario.holder, request.id)
        scenario.session.rollback()
        assert scenario.session.query(Event).filter_by(verb="remind").count() == 2
        filing.revise(scenario.session, scenario.holder, request.id)
        scenario.submit(request)
        assert request.reminded_at is None
        scenario.decide(request, "reject", opinion="不符")
        with scenario.refused("再等"):
            reminders.remind(scenario.session, scenario.holder, request.id)
