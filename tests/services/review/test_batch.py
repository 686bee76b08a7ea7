"""批量通过: previewed, done item by item, resumed after a crash, undone; nothing twice."""

import os
import signal
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from anguan.core import clock
from anguan.infra.transaction import transaction
from anguan.models import Certificate, ChangeRequest, Decision, Event, Person, PolicyValue
from anguan.services.refusals import Refused
from anguan.services.requests import filing, new_drafts
from anguan.services.review import batch, batch_report, claims
from anguan.services.review.batch import ChosenRequest
from anguan.worker.context import JobContext
from anguan.worker.loop import drain
from tests.campaigns.support.bulk import file_titles, gather
from tests.campaigns.support.office import Office, draw, fresh_office
from tests.campaigns.support.race import PROCESSES

PAPER = draw(2)


@pytest.fixture
def office(kind: str) -> Iterator[Office]:
    """An office with its own database; a decision can be undone for a minute."""
    with fresh_office(kind) as opened:
        with transaction(opened.session):
            opened.session.merge(PolicyValue(name="undo_seconds", value="60"))
        yield opened


def choose(office: Office, ids: list[int], login: str = "REVIEWER1") -> list[ChosenRequest]:
    """What the preview lets pass."""
    lines = batch.preview_batch(office.session, office.staff(login), ids)
    found = [
        ChosenRequest(line.request.id, line.request.version, line.review.digest)
        for line in lines
        if line.verdict == "fits"
    ]
    office.session.rollback()
    return found


def test_a_preview_says_what_will_pass_and_changes_nothing(office: Office) -> None:
    people = gather(office, 8)
    good, held, doubtful, gone, early = (office.filed_title(one, "高级工程师", PAPER) for one in people[:5])
    no_batch = office.draft_cancellation(people[5], PAPER)
    office.submit(people[5], no_batch)
    moved, aside = (office.filed_title(one, "高级工程师", PAPER) for one in people[6:])
    claims.claim(office.session, office.staff("SENIOR"), held)
    claims.snooze(office.session, office.staff("REVIEWER1"), aside, clock.now() + timedelta(days=1))
    with transaction(office.session):
        office.session.get(Person, office.request(doubtful).person_id).phone = ""
        office.session.get(Person, office.request(moved).person_id).title = "无"
        office.session.get(ChangeRequest, early).ready_at = clock.now() + timedelta(minutes=5)
    filing.withdraw(office.session, office.account(people[3]), gone)
    before = (office.count(Event), office.count(Decision), office.count(Certificate))
    ids = [no_batch, good, held, doubtful, gone, early, moved, aside, good, 99_999]
    lines = {
        line.request.id: line for line in batch.preview_batch(office.session, office.staff("REVIEWER1"), ids)
    }
    fates = {one: (lines[one].verdict, lines[one].why) for one in lines}
    assert 99_999 not in lines
    assert lines[good].verdict == "fits"
    assert fates[no_batch] == ("stop", "注销和姓名、证件变更要逐件审核")
    assert "高复核正在审核" in fates[held][1]
    assert "不在待审队列" in fates[gone][1]
    assert "还可以修改" in fates[early][1]
    assert "登记内容有了变化" in fates[moved][1]
    assert "您已暂缓" in fates[aside][1]
    assert (office.count(Event), office.count(Decision), office.count(Certificate)) == before


def test_another_matter_is_another_batch_and_a_batch_has_a_limit(office: Office) -> None:
    people = gather(office, 2)
    first = office.filed_title(people[0], "高级工程师", PAPER)
    account = office.account(people[1])
    renewal = new_drafts.begin(
        office.session, account, "certificate_renewal", office.certificate_of(people[1]).id
    ).id
    mine = office.staff("REVIEWER1")
    with pytest.raises(Refused, match="先勾选"):
        batch.preview_batch(office.session, mine, [])
    with transaction(office.session):
        office.session.merge(PolicyValue(name="batch_most", value="1"))
    with pytest.raises(Refused, match="一批最多 1 件，现在选了 2 件"):
        batch.preview_batch(office.session, mine, [first, renewal])
    assert [line.request.id for line in batch.preview_batch(office.session, mine, [first, first])] == [first]
    assert batch.preview_batch(office.session, mine, [renewal]) == []  # a draft is not visible to staff


def test_each_is_decided_by_itself_and_what_moved_meanwhile_is_left_out(office: Office) -> None:
    ids = file_titles(office, 4, PAPER)
    chosen = choose(office, ids)
    code = batch.new_batch()
    with transaction(office.session):
        office.session.get(Person, office.request(ids[1]).person_id).title = "无"
    office.decide("REVIEWER2", ids[2], office.decision_input(ids[2], "reject", "材料与申请不符"))
    mine = office.staff("REVIEWER1")
    results = [batch.decide_one(office.session, office.storage, mine, one, code) for one in chosen]
    assert [result.done for result in results] == [True, False, False, True]
    again = [batch.decide_one(office.session, office.storage, mine, one, code) for one in chosen]
    assert [result.done for result in again] == [True, False, False, True]
    assert office.count(Decision, Decision.batch == code) == 2
    lines = batch_report.report(office.session, code)
    assert [line.request.id for line in lines] == [ids[0], ids[3], ids[1], ids[2]]
    assert [line.sentence[:8] for line in lines[2:]] == ["批量通过未办理："] * 2
    assert office.count(Event, Event.verb == batch_report.REFUSED) == 2
    assert all(line.until for line in lines[:2])


def test_all_go_back_while_there_is_time(office: Office) -> None:
    ids = file_titles(office, 3, PAPER)
    code, mine = batch.new_batch(), office.staff("REVIEWER1")
    begin = clock.now()
    with clock.frozen_at(begin):
        for one in choose(office, ids):
            assert batch.decide_one(office.session, office.storage, mine, one, code).done
    with clock.frozen_at(begin + timedelta(seconds=59)):
        assert batch_report.undo_all(office.session, mine, code) == (3, 0)
        assert {office.request(one).state for one in ids} == {"submitted"}
        assert [line.sentence for line in batch_report.report(office.session, code)] == ["已撤回"] * 3
        second = batch.new_batch()
        for one in choose(office, ids):
            assert batch.decide_one(office.session, office.storage, mine, one, second).done
    with clock.frozen_at(begin + timedelta(seconds=120)):
        assert batch_report.undo_all(office.session, mine, second) == (0, 3)
        drain(office.session, JobContext(office.storage, "http://127.0.0.1"))
        assert {office.request(one).state for one in ids} == {"approved"}
        assert batch_report.undo_all(office.session, office.staff("REVIEWER2"), second) == (0, 0)


def test_two_windows_of_one_batch_decide_each_request_once(office: Office) -> None:
    ids = file_titles(office, 6, PAPER)
    chosen, code = choose(office, ids), batch.new_batch()
    barrier, done = threading.Barrier(2), []

    def run() -> None:
        here = Office(office.place)
        mine = here.staff("REVIEWER1")
        for one in chosen:
            barrier.wait(30)
            result = batch.decide_one(here.session, here.storage, mine, one, code)
            while not result.done and "正忙" in result.sentence:
                result = batch.decide_one(here.session, here.storage, mine, one, code)
            done.append(result.done)
        here.close()

    windows = [threading.Thread(target=run) for _ in range(2)]
    for window in windows:
        window.start()
    for window in windows:
        window.join(120)
    assert done == [True] * 12
    assert office.count(Decision) == 6
    assert office.count(Event, Event.verb == "decide") == 6
    assert office.count(Event, Event.verb == batch_report.REFUSED) == 0


def _die(place: object, ids: list[int], code: str) -> None:
    """Another process begins the batch and is killed in the middle of the second request."""
    office = Office(place)  # type: ignore[arg-type]
    chosen = choose(office, ids)
    mine = office.staff("REVIEWER1")
    assert batch.decide_one(office.session, office.storage, mine, chosen[0], code).done
    os.environ["ANGUAN_KILL_AT"] = "after_decision"
    batch.decide_one(office.session, office.storage, mine, chosen[1], code)


def test_a_batch_killed_in_the_middle_is_finished_by_doing_it_again(office: Office) -> None:
    ids = file_titles(office, 4, PAPER)
    chosen, code = choose(office, ids), batch.new_batch()
    office.session.rollback()
    process = PROCESSES.Process(target=_die, args=(office.place, ids, code))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    assert office.count(Decision, Decision.batch == code) == 1
    mine = office.staff("REVIEWER1")
    assert all(batch.decide_one(office.session, office.storage, mine, one, code).done for one in chosen)
    assert office.count(Decision) == 4
    assert office.count(Event, Event.verb == "decide") == 4
    with clock.frozen_at(clock.now() + timedelta(seconds=61)):
        drain(office.session, JobContext(office.storage, "http://127.0.0.1"))
    assert {office.request(one).state for one in ids} == {"approved"}
    assert office.count(Event, Event.verb == "take_effect") == 4
