"""领取: one reviewer for one request, for a limited time; the order of the queue; races have one winner."""

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import Account, Claim, Event, PolicyValue, Recusal
from anguan.services.codes import Refusal
from anguan.services.refusals import NotFound, Refused
from anguan.services.requests import filing
from anguan.services.review import claims, decisions, transfers
from tests.campaigns.support.bulk import file_titles, gather
from tests.campaigns.support.office import Office, draw, fresh_office
from tests.campaigns.support.race import DONE, attempt

PAPER = draw(1)
Action = Callable[[Office, Account, int], object]


@pytest.fixture
def office(kind: str) -> Iterator[Office]:
    """An office with its own database; requests come by `file`."""
    with fresh_office(kind) as opened:
        yield opened


def holder_of(office: Office, request_id: int) -> str:
    office.session.rollback()
    row = claims.claim_of(office.session, request_id)
    return row.account.login if row else ""


def verbs(office: Office, request_id: int) -> list[str]:
    office.session.rollback()
    return list(
        office.session.scalars(select(Event.verb).where(Event.request_id == request_id).order_by(Event.id))
    )


def test_a_claim_lasts_is_extended_expires_and_is_taken_over(office: Office) -> None:
    (one,) = file_titles(office, 1, PAPER)
    first, second = office.staff("REVIEWER1"), office.staff("REVIEWER2")
    begin = clock.now()
    with clock.frozen_at(begin):
        until = claims.claim(office.session, first, one).until
        assert until == begin + timedelta(minutes=10)
        with pytest.raises(Refused, match="陆与行正在审核这件申请，还保留 10 分钟") as refused:
            claims.claim(office.session, second, one)
        assert refused.value.code == Refusal.HELD
        assert claims.heartbeat(office.session, second, one) is None
    with clock.frozen_at(begin + timedelta(minutes=9)):
        assert claims.heartbeat(office.session, first, one) == begin + timedelta(minutes=19)
    with clock.frozen_at(begin + timedelta(minutes=19)):
        assert claims.heartbeat(office.session, first, one) is None
        assert claims.claim_of(office.session, one) is None
        claims.claim(office.session, second, one)
        assert claims.claim_of(office.session, one).account_id == second.id
        with pytest.raises(Refused, match="沈知远正在审核") as refused:
            decisions.decide(
                office.session, office.storage, first, one, office.decision_input(one, "approve")
            )
        assert refused.value.code == Refusal.HELD_NO_DECISION
        claims.release(office.session, first, one)
        assert claims.claim_of(office.session, one).account_id == second.id
        claims.release(office.session, second, one)
        assert claims.claim_of(office.session, one) is None
    known = ("claim", "take_over", "release")
    assert [verb for verb in verbs(office, one) if verb in known] == ["claim", "take_over", "release"]


def test_the_order_is_the_promised_day_and_nobody_gets_what_is_taken(office: Office) -> None:
    late, soon, last = file_titles(office, 3, PAPER)
    with transaction(office.session):
        for request_id, days in ((late, -1), (soon, 1), (last, 5)):
            office.session.get(claims.ChangeRequest, request_id).due_at = clock.now() + timedelta(days=days)
    first, second = office.staff("REVIEWER1"), office.staff("REVIEWER2")
    assert claims.next_in_order(office.session, first) == [late, soon, last]
    assert claims.claim_next(office.session, first).id == late
    assert claims.next_in_order(office.session, second) == [soon, last]
    assert claims.next_in_order(office.session, first) == [late, soon, last]
    place = (office.request(soon).due_at, soon)
    assert claims.next_in_order(office.session, second, place) == [last]
    place = (office.request(last).due_at, last)
    assert claims.next_in_order(office.session, second, place) == [soon]  # from the beginning again
    assert claims.claim_next(office.session, second).id == soon
    assert claims.claim_next(office.session, second, (office.request(soon).due_at, soon)).id == last
    assert claims.next_in_order(office.session, office.staff("SENIOR")) == []
    assert claims.claim_next(office.session, office.staff("SENIOR")) is None


def test_what_comes_back_goes_first_to_the_reviewer_who_sent_it_back(office: Office) -> None:
    people = gather(office, 2)
    other = office.filed_title(people[0], "高级工程师", PAPER)
    mine = office.filed_title(people[1], "高级工程师", PAPER)
    with transaction(office.session):
        office.session.get(claims.ChangeRequest, other).due_at = clock.now()
    decision_input = office.decision_input(mine, "return")
    decision_input = type(decision_input)(
        "return",
        decision_input.seen_version,
        decision_input.seen_digest,
        remarks={"paper:title_proof": "看不清"},
    )
    decisions.decide(office.session, office.storage, office.staff("REVIEWER2"), mine, decision_input)
    assert claims.next_in_order(office.session, office.staff("REVIEWER2")) == [other]
    office.submit(people[1], mine)
    assert claims.next_in_order(office.session, office.staff("REVIEWER2")) == [mine, other]
    assert claims.next_in_order(office.session, office.staff("REVIEWER1")) == [other, mine]


def test_a_snoozed_request_waits_for_its_day(office: Office) -> None:
    one, two = file_titles(office, 2, PAPER)
    mine, senior = office.staff("REVIEWER1"), office.staff("SENIOR")
    begin = clock.now()
    with clock.frozen_at(begin):
        for days in (0, 31):
            with pytest.raises(Refused, match="30 天以内"):
                claims.snooze(office.session, mine, one, begin + timedelta(days=days))
        claims.snooze(office.session, mine, one, begin + timedelta(days=2), "等原件")
        assert claims.next_in_order(office.session, mine) == [two]
        assert claims.heartbeat(office.session, mine, one) == begin + timedelta(days=2)
        with pytest.raises(Refused, match="陆与行已暂缓这件申请"):
            claims.claim(office.session, senior, one)
    with clock.frozen_at(begin + timedelta(days=2)):
        assert claims.next_in_order(office.session, senior) == [one, two]
        assert claims.claim(office.session, mine, one).remind_at is None
    assert "snooze" in verbs(office, one)


def test_a_decision_releases_the_claim_and_undo_claims_again(office: Office) -> None:
    (one,) = file_titles(office, 1, PAPER)
    mine = office.staff("REVIEWER1")
    with transaction(office.session):
        office.session.merge(PolicyValue(name="undo_seconds", value="60"))
    claims.claim(office.session, mine, one)
    decisions.decide(office.session, office.storage, mine, one, office.decision_input(one, "approve"))
    assert holder_of(office, one) == ""
    decisions.undo(office.session, mine, one)
    assert holder_of(office, one) == "REVIEWER1"
    decisions.decide(office.session, office.storage, mine, one, office.decision_input(one, "approve"))
    decisions.undo(office.session, office.staff("SENIOR"), one)
    assert holder_of(office, one) == ""
    claims.claim(office.session, mine, one)
    filing.withdraw(office.session, office.account(office.request(one).filer_id), one)
    assert office.count(Claim) == 0
    with pytest.raises(Refused, match="不在待审队列") as refused:
        claims.claim(office.session, mine, one)
    assert refused.value.code == Refusal.NOT_WAITING


def test_region_recusal_and_minutes_to_correct_keep_a_request_away(office: Office) -> None:
    (one,) = file_titles(office, 1, PAPER)
    mine = office.staff("REVIEWER1")
    with pytest.raises(NotFound):
        claims.claim(office.session, office.staff("REGIONAL"), one)
    assert claims.claim_next(office.session, office.staff("ADMIN")) is None
    with transaction(office.session):
        firm = office.certificate_of(office.request(one).filer_id).enterprise_id
        office.session.add(Recusal(account_id=mine.id, enterprise_id=firm, why="曾在该单位任职"))
    assert claims.claim_next(office.session, mine) is None
    with pytest.raises(Refused, match="回避"):
        claims.claim(office.session, mine, one)
    with transaction(office.session):
        office.session.get(claims.ChangeRequest, one).ready_at = clock.now() + timedelta(minutes=5)
    assert claims.claim_next(office.session, office.staff("REVIEWER2")) is None


def give_to_senior(here: Office, account: Account, request_id: int) -> object:
    """转办."""
    return transfers.transfer(here.session, account, request_id, here.staff("SENIOR").id)


def take(here: Office, account: Account, request_id: int) -> object:
    """领取."""
    return claims.claim(here.session, account, request_id)


@pytest.mark.parametrize("first", [take, give_to_senior])
def test_two_who_claim_one_request_do_not_both_get_it(office: Office, first: Action) -> None:
    requests = file_titles(office, 5, PAPER)

    for request_id in requests:
        endings = click_together(office, request_id, {"REVIEWER1": first, "REVIEWER2": take})
        assert set(endings) in ({DONE, "Refused"}, {DONE, "Busy"}), endings


def click_together(office: Office, request_id: int, actions: Mapping[str, Action]) -> list[str]:
    """Both click at the same moment, each with their own connection; how it ended for each."""
    office.session.rollback()
    barrier, endings = threading.Barrier(2), []

    def click(login: str) -> None:
        here = Office(office.place)
        account = here.staff(login)
        barrier.wait(20)
        endings.append(attempt(lambda: actions[login](here, account, request_id)))
        here.close()

    threads = [threading.Thread(target=click, args=(login,)) for login in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return endings
