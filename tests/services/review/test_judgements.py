"""A decision rests on what was judged before its transaction only as long as nothing of it has changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, event, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from anguan.core import clock
from anguan.infra.engine import LOCK_WAIT
from anguan.infra.transaction import transaction
from anguan.models import (
    Attachment,
    Certificate,
    ChangeRequest,
    Constructor,
    Insurance,
    Person,
    PolicyValue,
    Training,
)
from anguan.services.codes import Refusal
from anguan.services.judgements import Judgement, judge, still_holds
from anguan.services.refusals import Refused, StaleRequest
from anguan.services.review import decisions
from anguan.services.stored_findings import refresh_findings
from anguan.services.transitions import lock_request
from tests.support.factories import Scenario
from tests.support.statements import counted, exceeded, read_budgets

Change = Callable[[Session, ChangeRequest], object]
CHANGES: dict[str, Change] = {
    "insurance": lambda s, r: s.execute(delete(Insurance).where(Insurance.person_id == r.person_id)),
    "training": lambda s, r: s.execute(
        update(Training).where(Training.person_id == r.person_id).values(hours=1)
    ),
    "constructor": lambda s, r: s.execute(delete(Constructor).where(Constructor.person_id == r.person_id)),
    "person": lambda s, r: s.execute(update(Person).where(Person.id == r.person_id).values(title="技术员")),
    "certificate": lambda s, r: s.execute(
        update(Certificate).where(Certificate.id == r.certificate_id).values(title="技术员")
    ),
    "policy": lambda s, r: s.merge(PolicyValue(name="insured_months_move", value="36")),
    "document": lambda s, r: s.delete(s.query(Attachment).filter_by(request_id=r.id, round=r.round).first()),
    "version": lambda s, r: setattr(r, "version", r.version + 1),
}
"""What a decision rests on, changed by somebody else."""


def filed_and_judged(scenario: Scenario) -> tuple[int, Judgement]:
    scenario.policy("edit_minutes", "0")
    scenario.policy("undo_seconds", "60")
    id = scenario.filed("certificate_change").id
    refresh_findings(scenario.session)
    judged = judge(scenario.session, id)
    assert judged is not None
    return id, judged


def holds(scenario: Scenario, id: int, judged: Judgement) -> bool:
    with transaction(scenario.session):
        return still_holds(scenario.session, lock_request(scenario.session, id), judged)


def test_a_judgement_holds_until_something_of_it_changes(scenario: Scenario) -> None:
    id, judged = filed_and_judged(scenario)
    assert holds(scenario, id, judged)
    for name, change in CHANGES.items():
        with Session(scenario.engine) as other, transaction(other):
            change(other, other.get_one(ChangeRequest, id))
        assert not holds(scenario, id, judged), name
        judged = judge(scenario.session, id) or judged
        assert holds(scenario, id, judged), name


def test_a_judgement_does_not_outlast_the_marks_that_a_worker_has_judged(scenario: Scenario) -> None:
    id, judged = filed_and_judged(scenario)
    with Session(scenario.engine) as other:
        with transaction(other):
            CHANGES["insurance"](other, other.get_one(ChangeRequest, id))
        with clock.frozen_at(clock.now() + timedelta(seconds=1)):
            assert refresh_findings(other) == 1
    assert not holds(scenario, id, judged)


def test_what_changed_after_the_judging_is_decided_on(scenario: Scenario) -> None:
    id, judged = filed_and_judged(scenario)
    given = decisions.DecisionInput("approve", judged.version, judged.view.digest)
    with Session(scenario.engine) as other, transaction(other):
        other.execute(update(Constructor).values(enterprise_id=scenario.firm(0).id))
    with pytest.raises(Refused) as refused:
        decisions.decide(scenario.session, scenario.storage, scenario.reviewer, id, given, judged)
    assert refused.value.code == Refusal.BLOCKED
    with Session(scenario.engine) as other, transaction(other):
        CHANGES["person"](other, other.get_one(ChangeRequest, id))
    with pytest.raises(StaleRequest):
        decisions.decide(scenario.session, scenario.storage, scenario.senior, id, given, judged)


def test_statements_of_a_decision(scenario: Scenario) -> None:
    """Few of them hold the one write lock of SQLite; the last one reads the request after the commit."""
    id, judged = filed_and_judged(scenario)
    given = decisions.DecisionInput("approve", judged.version, judged.view.digest)
    account = scenario.reviewer
    before: list[int] = []

    with counted(scenario.engine) as statements:

        def note(connection: Connection) -> None:
            if connection.get_execution_options().get(LOCK_WAIT) is not None:
                before.append(len(statements))

        event.listen(scenario.engine, "begin", note)
        decisions.decide(scenario.session, scenario.storage, account, id, given)
        event.remove(scenario.engine, "begin", note)
    spent = {
        "decision": {"statements": len(statements)},
        "its transaction": {"statements": len(statements) - before[-1] - 1},
    }
    assert exceeded(read_budgets("decision"), spent) == {}
