"""Paging of a list: every row once in either direction, whatever comes or goes meanwhile."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import ChangeRequest
from anguan.panel.lists.list_query import Order
from tests.support.factories import Scenario

KEY = ChangeRequest.id
ORDERS = (
    Order(ChangeRequest.id),
    Order(ChangeRequest.id, descending=True),
    Order(ChangeRequest.due_at),
    Order(ChangeRequest.due_at, descending=True),
    Order(ChangeRequest.number),
    Order(ChangeRequest.number, descending=True),
    Order(ChangeRequest.applicant_name),
)


@pytest.fixture
def rows(scenario: Scenario) -> list[int]:
    """Nine drafts, some with equal due dates and numbers, some without."""
    now = clock.now()
    with transaction(scenario.session):
        for n in range(9):
            scenario.session.add(
                ChangeRequest(
                    matter="profile_change", filer_id=scenario.holder.id, subject_key=f"person:{n}",
                    applicant_name="甲乙丙"[n % 3], created_at=now, changed_at=now,
                    due_at=None if n % 4 == 0 else now + timedelta(days=n % 3),
                    number=None if n % 4 == 1 else f"N{9 - n}",
                )
            )  # fmt: skip
    return list(scenario.session.scalars(select(KEY)))


@pytest.mark.parametrize("order", ORDERS, ids=lambda one: f"{one.column.key}-{one.descending}")
def test_every_row_is_met_once_in_both_directions(scenario: Scenario, rows: list[int], order: Order) -> None:
    session = scenario.session
    whole = list(session.scalars(select(KEY).order_by(*order.terms(KEY))))
    assert sorted(whole) == sorted(rows)
    largest = scenario.engine.dialect.name == "postgresql"
    values = {row[0]: row[1] for row in session.execute(select(KEY, order.column))}
    for place, id in enumerate(whole):
        for backwards, expected in ((False, whole[place + 1 :]), (True, whole[:place][::-1])):
            beyond = order.beyond(KEY, values[id], id, backwards, largest)
            found = session.scalars(select(KEY).where(beyond).order_by(*order.terms(KEY, backwards)))
            assert list(found) == expected, (place, backwards)
