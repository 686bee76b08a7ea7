"""Settings are read once per transaction, and never older than it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from anguan.domain.calendar import load_calendar
from anguan.domain.policies import load_policies
from anguan.infra import settings
from anguan.infra.events import actor_of
from anguan.infra.outbox import enqueue
from anguan.infra.transaction import transaction
from anguan.matters.in_force import dictionary, in_force
from anguan.matters.overlay import scope_of
from anguan.models import MatterConfig, PolicyValue
from anguan.worker.loop import KINDS, drain
from tests.support.factories import Scenario
from tests.support.statements import counted

READS: dict[str, Callable[[Session], Any]] = {
    "policies": lambda session: load_policies(session).training_hours_per_year,
    "calendar": load_calendar,
    "dictionary": lambda session: dictionary(session, "title"),
    "newest definition": lambda session: in_force(session, "certificate_change").title,
}


class Undone(Exception):
    """Ends a transaction without a commit."""


def hours(session: Session) -> Any:
    """The policy that these tests change."""
    return load_policies(session).training_hours_per_year


def turn(session: Session, value: str) -> None:
    """Write it, as a settings page does."""
    session.merge(PolicyValue(name="training_hours_per_year", value=value))


@pytest.mark.parametrize("name", READS)
def test_one_statement_per_transaction(scenario: Scenario, name: str) -> None:
    session, read = scenario.session, READS[name]
    session.rollback()
    read(session)
    with counted(scenario.engine) as said:
        assert read(session) == read(session)
    assert said == []
    session.rollback()
    with counted(scenario.engine) as said:
        read(session)
    assert said


def test_all_matters_are_read_by_one_statement(scenario: Scenario) -> None:
    session = scenario.session
    settings.change(
        session,
        actor_of(scenario.account("ADMIN")),
        scope_of("certificate_change"),
        "测试",
        lambda s: s.add(MatterConfig(matter="certificate_change", title="证书变更登记")),
    )
    session.rollback()
    assert in_force(session, "certificate_renewal").version == 0
    with counted(scenario.engine) as said:
        assert in_force(session, "certificate_change").title == "证书变更登记"
    assert not [sql for sql in said if "setting_version" in sql]


def test_a_commit_of_the_same_session_is_seen(scenario: Scenario) -> None:
    session = scenario.session
    assert hours(session) == 12
    with transaction(session):
        assert hours(session) == 12
        turn(session, "20")
    assert hours(session) == 20


def test_a_commit_of_another_session_is_seen_by_the_next_transaction(scenario: Scenario) -> None:
    session = scenario.session
    assert hours(session) == 12
    with Session(scenario.engine) as other, transaction(other):
        turn(other, "20")
    with transaction(session):
        assert hours(session) == 20


def test_what_was_rolled_back_is_forgotten(scenario: Scenario) -> None:
    session = scenario.session
    with suppress(Undone), transaction(session):
        turn(session, "20")
        session.flush()
        assert hours(session) == 20
        raise Undone
    assert hours(session) == 12


def test_a_savepoint_remembers_for_itself(scenario: Scenario) -> None:
    session = scenario.session
    with transaction(session):
        assert hours(session) == 12
        savepoint = session.begin_nested()
        turn(session, "20")
        session.flush()
        assert hours(session) == 20
        savepoint.rollback()
        assert hours(session) == 12


def test_who_writes_settings_sees_what_was_just_written(scenario: Scenario) -> None:
    session, seen = scenario.session, []

    def work(writing: Session) -> None:
        for value in ("20", "30"):
            turn(writing, value)
            writing.flush()
            seen.append(hours(writing))

    settings.change(session, actor_of(scenario.account("ADMIN")), "policies", "测试", work)
    assert seen == [20, 30]
    assert hours(session) == 30


def test_each_piece_of_the_worker_reads_anew(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def note(session: Session, _tools: Any, _payload: Any) -> None:
        seen.append(hours(session))
        with Session(scenario.engine) as other, transaction(other):
            turn(other, "20")

    monkeypatch.setitem(KINDS, "note", note)
    with transaction(scenario.session) as session:
        for key in "ab":
            enqueue(session, "note", key, {})
    drain(scenario.session, None)  # type: ignore[arg-type]
    assert seen == [12, 20]


def read_all(session: Session) -> None:
    """All reads of settings in a transaction of its own."""
    session.rollback()
    for read in READS.values():
        read(session)


def test_the_next_transaction_reads_the_stamp_only(scenario: Scenario) -> None:
    read_all(scenario.session)
    with counted(scenario.engine) as said:
        read_all(scenario.session)
    assert len(said) == 1, said


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO policy_value (name, value) VALUES ('training_hours_per_year', '31')",
        "INSERT INTO policy_value (name, value) VALUES ('demo', '1')",
    ],
)
def test_a_change_from_anywhere_is_seen_by_the_next_transaction(scenario: Scenario, statement: str) -> None:
    read_all(scenario.session)
    scenario.session.rollback()
    with scenario.engine.begin() as another:
        another.execute(text(statement))
    assert hours(scenario.session) == (31 if "31" in statement else 12)


def test_what_a_transaction_changed_and_took_back_is_known_to_nobody(scenario: Scenario) -> None:
    session = scenario.session
    read_all(session)
    assert hours(session) == 12
    turn(session, "44")
    session.flush()
    assert hours(session) == 44
    session.rollback()
    assert hours(session) == 12
    with Session(scenario.engine) as another:
        assert hours(another) == 12


def test_a_matter_is_made_once_for_all_transactions(scenario: Scenario) -> None:
    session = scenario.session
    session.rollback()
    first = in_force(session, "certificate_change")
    session.rollback()
    assert in_force(session, "certificate_change") is first
    with transaction(session):
        turn(session, "20")
    assert in_force(session, "certificate_change") is not first
