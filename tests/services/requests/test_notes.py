"""Notes to colleagues: who writes and reads them, and what the log keeps of a removed one."""

import pytest
from sqlalchemy import select

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import Account, ChangeRequest, Enterprise, Event, Recusal, RequestNote
from anguan.services.codes import Refusal
from anguan.services.refusals import Refused
from anguan.services.requests import notes
from tests.support.factories import Scenario


def refusal(scenario: Scenario, who: Account, request: ChangeRequest, text: str = "备注") -> str:
    with pytest.raises(Refused) as refused:
        notes.add_note(scenario.session, who, request.id, text)
    return refused.value.code


def read(scenario: Scenario, who: Account, request: ChangeRequest) -> list[str]:
    return [note.text for note in notes.list_notes(scenario.session, who, request)]


def test_reviewers_write_and_remove_their_own(scenario: Scenario) -> None:
    request, session = scenario.filed("certificate_change"), scenario.session
    one, two = scenario.account("REVIEWER1"), scenario.account("SENIOR")
    notes.add_note(session, one, request.id, " 已电话核实 ")
    notes.add_note(session, one, request.id, "已电话核实")
    notes.add_note(session, two, request.id, "请等回函")
    assert read(scenario, scenario.account("AUDITOR"), request) == ["已电话核实", "请等回函"]
    first = session.scalars(select(RequestNote).order_by(RequestNote.id)).first()
    assert first is not None
    assert (first.author, first.account_id) == (one.name, one.id)
    with pytest.raises(Refused) as refused:
        notes.remove_note(session, two, request.id, first.id)
    assert refused.value.code == Refusal.NO_OWN_NOTE
    notes.remove_note(session, one, request.id, first.id)
    assert read(scenario, one, request) == ["请等回函"]
    events = session.scalars(select(Event).where(Event.verb.like("%_note")).order_by(Event.id)).all()
    assert [(event.verb, event.visible_to, event.before) for event in events] == [
        ("add_note", "office", ""), ("add_note", "office", ""), ("remove_note", "audit", "已电话核实"),
    ]  # fmt: skip


def test_nobody_else_writes_or_reads(scenario: Scenario) -> None:
    request = scenario.filed("certificate_change")
    notes.add_note(scenario.session, scenario.account("REVIEWER1"), request.id, "只给同事")
    for login in ("AUDITOR", "ADMIN", "EXAM", "REGIONAL", scenario.holder.login, scenario.firm(0).uscc):
        assert refusal(scenario, scenario.account(login), request) == Refusal.NO_REQUEST, login
        assert bool(read(scenario, scenario.account(login), request)) is (login == "AUDITOR"), login
    draft = scenario.begin("profile_change", scenario.stranger)
    assert refusal(scenario, scenario.account("REVIEWER1"), draft) == Refusal.NO_REQUEST
    with transaction(scenario.session) as session:
        session.get_one(Account, scenario.account("REVIEWER2").id).disabled_at = clock.now()
        firm = session.scalar(select(Enterprise.id).where(Enterprise.id == scenario.firm(0).id))
        session.add(Recusal(account_id=scenario.account("SENIOR").id, enterprise_id=firm))
    assert refusal(scenario, scenario.account("REVIEWER2"), request) == Refusal.NO_REQUEST
    assert refusal(scenario, scenario.account("SENIOR"), request) == Refusal.RECUSED


def test_an_empty_or_long_note_is_refused(scenario: Scenario) -> None:
    request, who = scenario.filed("certificate_change"), scenario.account("REVIEWER1")
    assert refusal(scenario, who, request, " \n") == Refusal.NO_NOTE
    assert refusal(scenario, who, request, "长" * (notes.LONGEST + 1)) == Refusal.NOTE_TOO_LONG
    notes.add_note(scenario.session, who, request.id, "长" * notes.LONGEST)
