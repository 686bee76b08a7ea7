"""催办: after the promised day, once a day, and it comes first."""

from datetime import timedelta

import pytest

from anguan.core import clock
from anguan.models import Event
from anguan.services.refusals import NotFound
from anguan.services.requests import filing, reminders
from anguan.services.review import claims
from tests.support.factories import World


def test_an_overdue_request_is_urged_once_a_day_and_comes_first(world: World) -> None:
    with clock.frozen_at(clock.now() - timedelta(days=1)):
        older = world.filed("profile_change", world.stranger)
    request = world.filed("profile_change")
    with world.refused("再等"):
        reminders.remind(world.session, world.holder, request.id)
    later = request.due_at + timedelta(minutes=1)
    with clock.frozen_at(later):
        assert claims.next_in_order(world.session, world.reviewer)[0] == older.id
        with pytest.raises(NotFound):
            reminders.remind(world.session, world.stranger, request.id)
        reminders.remind(world.session, world.holder, request.id)
        assert claims.next_in_order(world.session, world.reviewer)[0] == request.id
        with world.refused("催办过"):
            reminders.remind(world.session, world.holder, request.id)
    with clock.frozen_at(later + timedelta(days=1)):
        reminders.remind(world.session, world.holder, request.id)
        world.session.rollback()
        assert world.session.query(Event).filter_by(verb="remind").count() == 2
        filing.revise(world.session, world.holder, request.id)
        world.submit(request)
        assert request.reminded_at is None
        world.decide(request, "reject", opinion="不符")
        with world.refused("再等"):
            reminders.remind(world.session, world.holder, request.id)
