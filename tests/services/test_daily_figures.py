"""Daily figures equal the records at any time: kept, marked, after every kind of change, and in races."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import (
    Certificate,
    ChangeRequest,
    DailyFigure,
    Decision,
    Enterprise,
    PolicyValue,
    Remark,
    StaleDay,
)
from anguan.models.beijing_days import day_of
from anguan.services.figures import daily
from anguan.services.figures.daily import read_figures, refresh_figures
from anguan.services.figures.measures import Measure, count_live
from tests.support.factories import Scenario
from tests.support.request_factory import HERE, NOW, SECOND, THERE, TODAY, RequestFactory
from tests.support.statements import counted

FIRST, LAST = TODAY - timedelta(days=60), TODAY + timedelta(days=3000)
Found = Counter[tuple[date, str]]


@pytest.fixture
def office(scenario: Scenario) -> Scenario:
    """Requests of two regions on many days, with decisions and reasons."""
    factory = RequestFactory(scenario)
    for index in range(24):
        at = clock.midnight(TODAY - timedelta(days=index * 2)) + (SECOND if index % 2 else -SECOND)
        state = ("approved", "rejected", "submitted", "returned")[index % 4]
        request = factory.add_request(
            (HERE, THERE)[index % 3 == 0],
            state=state,
            submitted_at=at - timedelta(days=index % 5),
            due_at=at + timedelta(hours=index - 12),
            correction_due_at=at,
            matter=("certificate_renewal", "profile_change")[index % 2],
            **({} if state == "submitted" else {"decided_at": at}),
        )
        decision = factory.add_decision(
            request, ("approve", "return", "reject")[index % 3], at, reason=("", "stamp")[index % 2]
        )
        with transaction(scenario.session):
            scenario.session.add_all(
                Remark(decision_id=decision.id, item=f"paper:{n}", label="材料", sentence="请补", reason=code)
                for n, code in enumerate(("stamp", "blurred"))
            )
    return scenario


def kept(scenario: Scenario, measure: Measure, region: str | None) -> Found:
    scenario.session.rollback()
    found: Found = Counter()
    for day, key, count in read_figures(scenario.session, measure, region, FIRST, LAST):
        found[day, key] += count
    return found


def live(scenario: Scenario, measure: Measure, region: str | None) -> Found:
    found: Found = Counter()
    for day, _, key, count in scenario.session.execute(count_live(measure, region, FIRST, LAST)):
        found[day_of(day), key] += count
    return found


def agree(scenario: Scenario) -> None:
    for measure in Measure:
        for region in (None, HERE, THERE, "599999"):
            assert kept(scenario, measure, region) == live(scenario, measure, region), (measure, region)


def refresh(scenario: Scenario) -> None:
    while refresh_figures(scenario.session):
        pass
    assert scenario.session.scalars(select(StaleDay)).all() == []


def first(model: Any, *where: Any) -> Any:
    return model.id == select(model.id).where(*where).order_by(model.id).limit(1).scalar_subquery()


CHANGES: dict[str, Callable[[], Any]] = {
    "a later submission": lambda: (
        update(ChangeRequest)
        .where(first(ChangeRequest, ChangeRequest.state == "returned"))
        .values(submitted_at=NOW, state="submitted", decided_at=None)
    ),
    "back to a draft": lambda: (
        update(ChangeRequest)
        .where(first(ChangeRequest, ChangeRequest.state == "rejected"))
        .values(state="draft")
    ),
    "another region": lambda: update(ChangeRequest).values(region=THERE),
    "another due date": lambda: update(ChangeRequest).values(due_at=NOW + timedelta(days=900)),
    "an undone decision": lambda: update(Decision).where(first(Decision)).values(undone_at=NOW),
    "another reason": lambda: update(Remark).values(reason="unclear"),
    "no remarks": lambda: delete(Remark),
    "a cancelled certificate": lambda: (
        update(Certificate).where(first(Certificate)).values(status="cancelled")
    ),
    "a renewed certificate": lambda: (
        update(Certificate).where(first(Certificate)).values(valid_until=TODAY + timedelta(days=77))
    ),
    "a firm that moved": lambda: update(Enterprise).values(region=THERE),
    "an imported firm": lambda: insert(Enterprise).values(uscc="91590100MA00000077", name="新", region=HERE),
}


def test_figures_are_those_of_the_records_before_and_after_every_change(office: Scenario) -> None:
    agree(office)
    refresh(office)
    agree(office)
    for name, change in CHANGES.items():
        with transaction(office.session):
            office.session.execute(change())
        agree(office)
        assert name == "an imported firm" or office.session.scalars(select(StaleDay)).all() != [], name
        refresh(office)
        agree(office)


def test_kept_days_are_read_without_their_records(office: Scenario) -> None:
    refresh(office)
    with counted(office.engine) as statements:
        for measure in Measure:
            assert kept(office, measure, None)
    assert len(statements) == len(Measure)
    assert [one for one in statements if "change_request" in one or "certificate " in one] == []


def test_many_scattered_days_are_counted_as_one_range(office: Scenario) -> None:
    refresh(office)
    with transaction(office.session):
        days = range(3, 60, 3)
        office.session.execute(
            insert(StaleDay), [{"subject": "requests", "day": daily.number_of(TODAY) - n} for n in days]
        )
    agree(office)
    with counted(office.engine) as statements:
        kept(office, Measure.FILED, None)
    assert statements[-1].count("change_request.submitted_at >=") == 1


def change_while_counting(office: Scenario, monkeypatch: pytest.MonkeyPatch, finish: bool) -> None:
    """Count all days while another one moves the requests, and with `finish` counts them too."""
    count, turns = daily._count_day, iter([True])

    def count_slowly(session: Session, subject: str, day: int) -> Any:
        found = list(count(session, subject, day))
        if found and subject == "requests" and next(turns, False):
            session.rollback()
            with Session(office.engine) as other:
                with transaction(other):
                    other.execute(update(ChangeRequest).values(region="590300"))
                while finish and refresh_figures(other):
                    pass
        return iter(found)

    monkeypatch.setattr(daily, "_count_day", count_slowly)


@pytest.mark.parametrize("finish", [False, True])
def test_figures_are_never_of_an_older_state(
    office: Scenario, monkeypatch: pytest.MonkeyPatch, finish: bool
) -> None:
    change_while_counting(office, monkeypatch, finish)
    refresh(office)
    assert office.session.scalars(select(DailyFigure)).all() != []
    agree(office)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_transaction_sees_days_that_were_marked_after_an_earlier_one(scenario: Scenario) -> None:
    """No setting changes between the two: only what is read of settings outlives a transaction."""
    factory, session = RequestFactory(scenario), scenario.session
    with transaction(session):
        session.merge(PolicyValue(name="edit_minutes", value="1"))

    def count() -> int:
        session.rollback()
        return sum(n for _, _, n in read_figures(session, Measure.FILED, None, TODAY, TODAY))

    assert count() == 0
    factory.add_request(submitted_at=NOW)
    assert count() == 1
